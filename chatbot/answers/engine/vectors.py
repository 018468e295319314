"""Three views of a text, each a sparse vector: its stems, its letter groups, its concepts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chatbot.answers.engine.tokenizer import concepts, stem, weight

Floats = npt.NDArray[np.float32]
Positions = npt.NDArray[np.int64]
Weights = Mapping[str, float]
BLOCKS = ("stems", "letters", "concepts")
# Groups of letters find compounds, endings and slips that stems do not.
LETTER_GROUPS = (3, 4, 5)
PAIR_WEIGHT = 1.0
BYTES_OF_NAME = 120  # of a feature's name, and its place in the vocabulary


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """The features of one text before rarity is applied: {feature: weight} for each block of BLOCKS."""

    stems: Weights
    letters: Weights
    concepts: Weights


def text_features(tokens: list[str], language: str) -> TextFeatures:
    """The three views of a tokenized text; a feature seen twice counts once, at its greatest weight."""
    stems = [stem(word, language) for word in tokens]
    weights = [weight(word, language) for word in tokens]
    return TextFeatures(_stem_weights(stems, weights), _letter_weights(tokens, weights), concepts(stems, language))


def _stem_weights(stems: list[str], weights: list[float]) -> dict[str, float]:
    """Single stems and pairs of neighbours: "gift card" is not "card"."""
    features: dict[str, float] = {}
    for name, value in zip(stems, weights, strict=True):
        features[name] = max(features.get(name, 0.0), value)
    for left, right, left_weight, right_weight in zip(stems, stems[1:], weights, weights[1:], strict=False):
        # The geometric mean: a pair with a common word in it says little.
        value = PAIR_WEIGHT * (left_weight * right_weight) ** 0.5
        features[f"{left} {right}"] = max(features.get(f"{left} {right}", 0.0), value)
    return features


def _letter_weights(tokens: list[str], weights: list[float]) -> dict[str, float]:
    features: dict[str, float] = {}
    for word, value in zip(tokens, weights, strict=True):
        for group in _letter_groups(word):
            features[group] = max(features.get(group, 0.0), value)
    return features


def _letter_groups(word: str) -> list[str]:
    """Each run of LETTER_GROUPS letters; a space at both ends lets a group say that a word begins or ends there."""
    padded = f" {word} "
    groups = []
    for size in LETTER_GROUPS:
        groups += [padded[at : at + size] for at in range(len(padded) - size + 1)]
    return groups or [padded]


@dataclass(frozen=True)
class Block:
    """One view of all phrases: `rows` is features × phrases, unit columns; `rarity` per feature.

    `hashes` is features × places, of `hash_places`; `unseen` is the rarity of a feature that no phrase has.
    """

    vocabulary: dict[str, int]
    rarity: Floats
    rows: sparse.csr_array
    hashes: sparse.csr_array
    unseen: float

    @property
    def bytes(self) -> int:
        """How much memory it takes, about."""
        arrays = (self.rows.data, self.rows.indices, self.hashes.data, self.hashes.indices)
        return sum(int(array.nbytes) for array in arrays) + BYTES_OF_NAME * len(self.vocabulary)

    def vector(self, features: Weights) -> tuple[SparseVector, float]:
        """A unit query over the vocabulary, and the share of its squared length that the vocabulary knows."""
        known = [(self.vocabulary[name], value) for name, value in features.items() if name in self.vocabulary]
        places = np.fromiter((place for place, _ in known), dtype=np.int64, count=len(known))
        values = np.fromiter((value for _, value in known), dtype=np.float32, count=len(known)) * self.rarity[places]
        # Strange words lengthen the query without meeting anything, so that every similarity falls.
        strange = sum(value * value for name, value in features.items() if name not in self.vocabulary) * self.unseen**2
        inside = float(values @ values)
        whole = inside + strange
        if whole <= 0:
            return SparseVector(places, values), 0.0
        return SparseVector(places, values / np.float32(whole**0.5)), inside / whole


@dataclass(frozen=True, slots=True)
class SparseVector:
    """A vector that is nought but at some places."""

    places: Positions
    values: Floats

    def times(self, matrix: sparse.csr_array) -> Floats:
        """Its product with a matrix of as many rows, (columns,); of so few rows scipy's own takes ten times as long."""
        starts, ends = matrix.indptr[self.places], matrix.indptr[self.places + 1]
        sizes = ends - starts
        held = np.repeat(ends - sizes.cumsum(), sizes) + np.arange(sizes.sum())
        weighed = matrix.data[held] * np.repeat(self.values, sizes)
        return np.bincount(matrix.indices[held], weighed, matrix.shape[1]).astype(np.float32)


def build_block(view: str, documents: list[Weights], owners: npt.NDArray[np.int32], places: int) -> Block:
    """The block of a view over documents (one a phrase).

    Rarity counts owners (entries), not phrases, so phrases do not dull it.
    """
    vocabulary: dict[str, int] = {}
    for document in documents:
        for name in document:
            vocabulary.setdefault(name, len(vocabulary))
    # Entries and not phrases: an entry with ten ways to ask it would make its own words common.
    # Sets, so that an entry counts once for a feature however many of its phrases have it.
    holders: list[set[int]] = [set() for _ in vocabulary]
    for document, owner in zip(documents, owners.tolist(), strict=True):
        for name in document:
            holders[vocabulary[name]].add(owner)
    entries = max(1, len(set(owners.tolist())))
    seen = np.array([len(held) for held in holders], dtype=np.float32)
    # Smoothed inverse document frequency: a feature that all entries share still weighs 1.
    rarity = (np.log((1 + entries) / (1 + seen)) + 1).astype(np.float32)
    unseen = float(np.log(1 + entries) + 1)
    rows = feature_matrix(documents, vocabulary, rarity)
    return Block(vocabulary, rarity, rows, hash_places(view, vocabulary, places), unseen)


def hash_places(view: str, vocabulary: Iterable[str], places: int) -> sparse.csr_array:
    """Features × places: 1 or -1 at the place of each feature of a view, the same on every machine.

    Source: Weinberger et al., feature hashing for large scale multitask learning (2009): the signs cancel what two
    features at one place would add.
    """
    hashed = np.array([crc32(f"{view} {name}".encode()) for name in vocabulary], dtype=np.int64)
    signs = np.where(hashed & 1, 1, -1).astype(np.float32)
    ends = np.arange(len(hashed) + 1)
    return sparse.csr_array((signs, (hashed >> 1) % places, ends), shape=(len(hashed), places))


def feature_matrix(documents: Iterable[Weights], vocabulary: Mapping[str, int], rarity: Floats) -> sparse.csr_array:
    """Features × documents with unit columns; features outside the vocabulary are left out."""
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    count = 0
    for column, document in enumerate(documents):
        count = column + 1
        known = [(vocabulary[name], value) for name, value in document.items() if name in vocabulary]
        weighed = [(place, value * float(rarity[place])) for place, value in known]
        # A document without a known feature stays a column of zeros.
        length = sum(value * value for _, value in weighed) ** 0.5 or 1.0
        rows += [place for place, _ in weighed]
        columns += [column] * len(weighed)
        values += [value / length for _, value in weighed]
    shape = (len(vocabulary), count)
    return sparse.csr_array((np.array(values, dtype=np.float32), (rows, columns)), shape=shape, dtype=np.float32)
