"""The meaning of a text, by the encoders of its language that are installed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from chatbot.answers.engine.encoders.minilm import MiniLM
from chatbot.answers.engine.encoders.use import UniversalEncoder
from chatbot.answers.engine.vectors import Floats

LONGEST = 1_000  # characters
AT_ONCE = 64  # texts: what lies between the layers of an encoder grows with them


class Encoder(Protocol):
    """What turns texts into vectors of `width` numbers; texts that mean the same point the same way."""

    name: str
    width: int

    def encode(self, texts: Sequence[str]) -> Floats:
        """The meanings of texts, (texts, width)."""


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

    def encode(self, texts: Sequence[str]) -> Floats:
        """The meanings of texts, (texts, width)."""
        whole = [text[:LONGEST].encode("utf-8", "replace").decode() for text in texts]
        meanings = np.zeros((len(whole), self.width), np.float32)
        for start in range(0, len(whole), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            meanings[some] = np.hstack([length * encoder.encode(whole[some]) for encoder, length in self._parts])
        return meanings


def open_encoder(language: str, folder: Path) -> Encoder | None:
    """Return what encodes a language, its weights mapped below `folder`; None unless all of it is installed.

    Raises UntrustedWeights, and OSError for a folder that cannot be written.
    """
    parts: list[tuple[Encoder, float]] = []
    for open_in, length in _OPENED.get(language, ()):
        encoder = _opened_once(open_in, folder)
        if encoder is None:
            return None
        parts.append((encoder, length))
    return JoinedEncoder(parts) if parts else None


@lru_cache(maxsize=2 * len(_OPENED))  # languages share an encoder, which takes a while to open
def _opened_once(open_in: Callable[[Path], Encoder | None], folder: Path) -> Encoder | None:
    return open_in(folder)
