"""Three views of a text, each a sparse vector: its stems, its letter groups, its ideas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chatbot.answers.engine.words import COMMON_WEIGHT, concepts, stem, weight

Floats = npt.NDArray[np.float32]
Weights = Mapping[str, float]
BLOCKS = ("stems", "letters", "ideas")
PAIR_WEIGHT = 1.0


@dataclass(frozen=True, slots=True)
class Views:
    """The features of one text before rarity is applied: {feature: weight} for each block of BLOCKS."""

    stems: Weights
    letters: Weights
    ideas: Weights


def _letters(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[at : at + size] for size in (3, 4, 5) for at in range(len(padded) - size + 1)] or [padded]


def views_of(words: list[str], language: str) -> Views:
    """The three views of a folded word list; a feature seen twice counts once, at its greatest weight."""
    stems = [stem(word, language) for word in words]
    weights = [weight(word, language) for word in words]
    single: dict[str, float] = {}
    for found, value in zip(stems, weights, strict=True):
        single[found] = max(single.get(found, 0.0), value)
    for left, right, left_weight, right_weight in zip(stems, stems[1:], weights, weights[1:], strict=False):
        value = PAIR_WEIGHT * (left_weight * right_weight) ** 0.5
        single[f"{left} {right}"] = max(single.get(f"{left} {right}", 0.0), value)
    letters: dict[str, float] = {}
    for word, value in zip(words, weights, strict=True):
        for group in _letters(word):
            letters[group] = max(letters.get(group, 0.0), value)
    return Views(single, letters, concepts(stems, language))


@dataclass(frozen=True)
class Block:
    """One view of all phrases: `rows` is features × phrases, unit columns; `rarity` per feature."""

    vocabulary: dict[str, int]
    rarity: Floats
    rows: sparse.csr_array
    unseen: float

    def vector(self, features: Weights) -> tuple[sparse.csr_array, float]:
        """A unit query row over the vocabulary, and the share of its squared length that the vocabulary knows."""
        known = [(self.vocabulary[name], value) for name, value in features.items() if name in self.vocabulary]
        places = np.fromiter((place for place, _ in known), dtype=np.int64, count=len(known))
        values = np.fromiter((value for _, value in known), dtype=np.float32, count=len(known)) * self.rarity[places]
        strange = sum(value * value for name, value in features.items() if name not in self.vocabulary) * self.unseen**2
        inside = float(values @ values)
        whole = inside + strange
        if whole <= 0:
            return sparse.csr_array((1, len(self.vocabulary)), dtype=np.float32), 0.0
        row = sparse.csr_array(
            (values / np.float32(whole**0.5), places, np.array([0, len(known)])), shape=(1, len(self.vocabulary))
        )
        return row, inside / whole

    def similarities(self, features: Weights) -> tuple[Floats, float]:
        """Cosine to each phrase (float32, one a phrase) and the known share of the query."""
        row, known = self.vector(features)
        return (row @ self.rows).toarray().ravel().astype(np.float32), known


def build_block(documents: list[Weights], groups: npt.NDArray[np.int32]) -> Block:
    """A block over documents (one a phrase); rarity counts groups (entries), not phrases, so phrases do not dull it."""
    vocabulary: dict[str, int] = {}
    for document in documents:
        for name in document:
            vocabulary.setdefault(name, len(vocabulary))
    holders: list[set[int]] = [set() for _ in vocabulary]
    for document, group in zip(documents, groups.tolist(), strict=True):
        for name in document:
            holders[vocabulary[name]].add(group)
    entries = max(1, len(set(groups.tolist())))
    seen = np.array([len(held) for held in holders], dtype=np.float32)
    rarity = (np.log((1 + entries) / (1 + seen)) + 1).astype(np.float32)
    rows = matrix(documents, vocabulary, rarity)
    return Block(vocabulary, rarity, rows, float(np.log(1 + entries) + 1))


def matrix(documents: Iterable[Weights], vocabulary: Mapping[str, int], rarity: Floats) -> sparse.csr_array:
    """Features × documents with unit columns; features outside the vocabulary are left out."""
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    count = 0
    for column, document in enumerate(documents):
        count = column + 1
        here = [
            (vocabulary[name], value * float(rarity[vocabulary[name]]))
            for name, value in document.items()
            if name in vocabulary
        ]
        length = sum(value * value for _, value in here) ** 0.5 or 1.0
        rows += [place for place, _ in here]
        columns += [column] * len(here)
        values += [value / length for _, value in here]
    shape = (len(vocabulary), count)
    return sparse.csr_array((np.array(values, dtype=np.float32), (rows, columns)), shape=shape, dtype=np.float32)


__all__ = ["BLOCKS", "COMMON_WEIGHT", "Block", "Floats", "Views", "Weights", "build_block", "matrix", "views_of"]
