"""The meaning of a text, by the encoders of its language that are installed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from chatbot.answers.engine.encoders.minilm import MiniLM
from chatbot.answers.engine.encoders.use import UniversalEncoder
from chatbot.answers.engine.vectors import Floats

LONGEST = 1_000  # characters


class Encoder(Protocol):
    """What turns a text into a vector of `width` numbers; texts that mean the same point the same way."""

    name: str
    width: int

    def encode(self, text: str) -> Floats:
        """The meaning of a text, (width,)."""


# By language: what is tried, and how long its vector is beside the others.
_OPENED: dict[str, tuple[tuple[Callable[[Path], Encoder | None], float], ...]] = {
    "en": ((MiniLM.open, 1.0), (UniversalEncoder.open, 0.7)),
    "fr": ((UniversalEncoder.open, 0.7),),
}


class JoinedEncoder:
    """Several encoders side by side, each at its own length."""

    def __init__(self, parts: Sequence[tuple[Encoder, float]]) -> None:
        self._parts = parts
        self.name = "+".join(encoder.name for encoder, _ in parts)
        self.width = sum(encoder.width for encoder, _ in parts)

    def encode(self, text: str) -> Floats:
        """The meaning of a text, (width,)."""
        whole = text[:LONGEST].encode("utf-8", "replace").decode()
        return np.concatenate([np.float32(length) * encoder.encode(whole) for encoder, length in self._parts])


def open_encoder(language: str, folder: Path) -> Encoder | None:
    """Return what encodes a language, its weights mapped below `folder`; None unless all of it is installed.

    Raises UntrustedWeights, and OSError for a folder that cannot be written.
    """
    parts: list[tuple[Encoder, float]] = []
    for open_in, length in _OPENED.get(language, ()):
        encoder = open_in(folder)
        if encoder is None:
            return None
        parts.append((encoder, length))
    return JoinedEncoder(parts) if parts else None
