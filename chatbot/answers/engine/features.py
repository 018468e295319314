"""What is measured between a message and each entry, and about the message as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chatbot.answers.engine.index import MIX, Index, words_length
from chatbot.answers.engine.tokenizer import concept_matches, is_common, stem, tokenize
from chatbot.answers.engine.vectors import BLOCKS, Floats, SparseVector, text_features

# Another word for the same thing is worth a little less than the entry's own word.
CONCEPT_CREDIT = 0.8
FIELD_WORDS = 2  # "my order"
ENTRY_SIGNALS = ("stems", "letters", "concepts", "best", "middle", "logit", "near", "answers", "covered", "title")


@dataclass(frozen=True, slots=True)
class MatchFeatures:
    """`table` is entries × ENTRY_SIGNALS; the shares say how much of the message the index has ever seen (0 to 1).

    `length` counts the words of the message that mean something. `is_field` says that there is but one, in next to no
    other words, and that several entries have it: "delivery" names what is asked about, and no question.
    """

    table: npt.NDArray[np.float64]
    understood: float
    known_letters: float
    known_concepts: float
    length: int
    is_field: bool


def match_features(index: Index, text: str) -> MatchFeatures:
    """The signals of a message against each entry; typed slips are mended first."""
    # Against the shop's own words first: its product names are in no lexicon and look like slips.
    tokens = [index.speller.correct(word) for word in tokenize(text, index.language)]
    query = text_features(tokens, index.language)
    vectors: dict[str, SparseVector] = {}
    similar: dict[str, Floats] = {}
    known: dict[str, float] = {}
    hashed = np.zeros(index.places, np.float32)
    length = words_length(index.encoder)
    for name in BLOCKS:
        block = index.blocks[name]
        vectors[name], known[name] = block.vector(getattr(query, name))
        similar[name] = vectors[name].times(block.rows)
        hashed += np.float32(length * MIX[name] ** 0.5) * vectors[name].times(block.hashes)
    # (phrases,), float32
    mixed = np.sum([np.float32(MIX[name]) * similar[name] for name in BLOCKS], axis=0)
    meaning = index.encoder.encode([text])[0] if index.encoder else np.zeros(0, np.float32)
    covered, understood, words = _coverage(index, tokens)
    # In the order of ENTRY_SIGNALS. An entry is as near as its nearest phrase; the mean tells a lucky hit from a
    # phrase among many that agree. The first phrase of an entry is its question, which tells it best.
    columns = [
        *(_best_of(similar[name], index) for name in BLOCKS),
        _best_of(mixed, index),
        _mean_of(mixed, index),
        _logits(index, hashed, meaning),
        index.centres.astype(np.float32) @ meaning / max(float(np.linalg.norm(meaning)), 1e-9),
        vectors["stems"].times(index.answer_stems),
        covered,
        mixed[index.starts],
    ]
    table = np.stack(columns, axis=1).astype(np.float64)
    is_field = words == 1 and len(tokens) <= FIELD_WORDS and _holders_of_any(index, tokens) > 1
    return MatchFeatures(table, understood, known["letters"], known["concepts"], words, is_field)


def _logits(index: Index, hashed: Floats, meaning: Floats) -> Floats:
    """What the classifier says of each entry; a message has few of the hashed places, so few rows are read."""
    places = np.flatnonzero(hashed)
    logits = hashed[places] @ index.weights[places].astype(np.float32) + index.bias
    return np.asarray(logits + meaning @ index.weights[index.places :].astype(np.float32))


def _best_of(values: Floats, index: Index) -> Floats:
    # Each entry has a question and so a phrase: `reduceat` would give an empty stretch the value of its neighbour.
    return np.maximum.reduceat(values, index.starts)


def _mean_of(values: Floats, index: Index) -> Floats:
    # Phrases lie entry by entry, so an entry ends where the next one starts.
    sizes = np.diff(np.append(index.starts, len(values)))
    return (np.add.reduceat(values, index.starts) / sizes).astype(np.float32)


def _coverage(index: Index, tokens: list[str]) -> tuple[Floats, float, int]:
    """Share of the message's meaning, by rarity, that each entry explains; that anything explains; count of such words.

    A word is explained by an entry that has its stem in some phrase, and for CONCEPT_CREDIT by one that has its
    concept.
    """
    stems = [stem(word, index.language) for word in tokens]
    places = _meaningful_places(stems, tokens, index.language)
    concepts = _concepts_by_place(stems, index.language)
    block = index.blocks["stems"]
    covered = np.zeros(index.entries, np.float32)
    whole = 0.0
    understood = 0.0
    # Each word counts by its rarity: to miss the one rare word of a message is to miss what it is about.
    for name, place in places.items():
        row = block.vocabulary.get(name)
        # A word that no entry has counts as the rarest of all: what nobody wrote about should cost confidence.
        weight = block.unseen if row is None else float(block.rarity[row])
        explained = _concept_credit(index, concepts.get(place, []))
        if row is not None:
            explained = np.maximum(_holders(index.entry_stems, [row]), explained)
        covered += np.float32(weight) * explained
        whole += weight
        understood += weight * float(explained.max(initial=0.0))
    if whole <= 0:
        return covered, 0.0, 0
    return covered / np.float32(whole), understood / whole, len(places)


def _meaningful_places(stems: list[str], tokens: list[str], language: str) -> dict[str, int]:
    """Where each stem stands last, common words left out: a word said twice means no more than once."""
    places: dict[str, int] = {}
    for place, (name, word) in enumerate(zip(stems, tokens, strict=True)):
        if not is_common(word, language):
            places[name] = place
    return places


def _concepts_by_place(stems: list[str], language: str) -> dict[int, list[str]]:
    """The concepts that each word takes part in; a term of several words gives its concept to all of them."""
    by_place: dict[int, list[str]] = {}
    for concept, first, length in concept_matches(stems, language):
        for place in range(first, first + length):
            by_place.setdefault(place, []).append(concept)
    return by_place


def _concept_credit(index: Index, concepts: list[str]) -> Floats:
    """CONCEPT_CREDIT for each entry that has one of the concepts, 0 for the others."""
    return np.float32(CONCEPT_CREDIT) * _holders(index.entry_concepts, _known(index, "concepts", concepts))


def _holders_of_any(index: Index, tokens: list[str]) -> int:
    """How many entries have one of the words that mean something."""
    stems = [stem(word, index.language) for word in tokens]
    places = _meaningful_places(stems, tokens, index.language)
    return int(_holders(index.entry_stems, _known(index, "stems", places)).sum())


def _known(index: Index, block: str, names: Iterable[str]) -> list[int]:
    """The rows of those names that a block has."""
    vocabulary = index.blocks[block].vocabulary
    return [vocabulary[name] for name in names if name in vocabulary]


def _holders(matrix: sparse.csr_array, rows: Sequence[int]) -> Floats:
    """1 for each entry that has one of some features, 0 for the others; features × entries, of noughts and ones."""
    held = np.zeros(matrix.shape[1], np.float32)
    for row in rows:
        held[matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]] = 1
    return held
