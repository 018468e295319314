"""An encoder that remembers the meanings of texts: what is asked of it twice costs nothing the second time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from chatbot.answers.engine.encoders.meaning import Encoder
from chatbot.answers.engine.vectors import Floats

PackedMeanings = dict[str, npt.NDArray[np.generic]]


class RememberedEncoder:
    """An encoder's meanings by a digest of the text, which tells nobody the text."""

    def __init__(self, encoder: Encoder, arrays: Mapping[str, npt.NDArray[np.generic]] | None = None) -> None:
        self.name, self.width = encoder.name, encoder.width
        self._encoder = encoder
        self._known: dict[int, Floats] = {}
        self.learnt = 0
        if arrays is not None and arrays["meanings"].shape[1] == encoder.width:
            meanings = np.asarray(arrays["meanings"], dtype=np.float32)
            self._known = dict(zip(arrays["digests"].tolist(), meanings, strict=True))

    def encode(self, texts: Sequence[str]) -> Floats:
        """The meanings of texts, (texts, width)."""
        self.learn(texts)
        return np.array([self._known[_digest(text)] for text in texts], np.float32).reshape(len(texts), self.width)

    def learn(self, texts: Iterable[str]) -> None:
        """Encode what is new among texts, all at once: one by one takes three times as long."""
        new = list(dict.fromkeys(text for text in texts if _digest(text) not in self._known))
        if new:
            self._known |= zip((_digest(text) for text in new), self._encoder.encode(new), strict=True)
            self.learnt += len(new)

    def pack(self, texts: Iterable[str]) -> PackedMeanings:
        """The meanings of texts as plain arrays, for an artefact."""
        digests = sorted({_digest(text) for text in texts} & set(self._known))
        meanings = np.array([self._known[digest] for digest in digests], np.float32).reshape(len(digests), self.width)
        return {"digests": np.array(digests, np.uint64), "meanings": meanings}


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8], "big")
