"""What is measured between a message and each entry, and about the message as a whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chatbot.answers.engine.index import MIX, Index
from chatbot.answers.engine.vectors import BLOCKS, Floats, views_of
from chatbot.answers.engine.words import concept_matches, is_common, stem, words

IDEA_CREDIT = 0.8
ENTRY_SIGNALS = ("stems", "letters", "ideas", "best", "middle", "ridge", "backing", "covered", "title")


@dataclass(frozen=True, slots=True)
class Measured:
    """`table` is entries × ENTRY_SIGNALS; the shares say how much of the message the index has ever seen (0 to 1)."""

    table: npt.NDArray[np.float64]
    understood: float
    known_letters: float
    known_ideas: float
    length: int


def _best_of(values: Floats, index: Index) -> Floats:
    return np.maximum.reduceat(values, index.starts)


def _mean_of(values: Floats, index: Index) -> Floats:
    sizes = np.diff(np.append(index.starts, len(values)))
    return (np.add.reduceat(values, index.starts) / sizes).astype(np.float32)


def _coverage(index: Index, spoken: list[str]) -> tuple[Floats, float, int]:
    """Share of the message's meaning, by rarity, that each entry explains; that anything explains; how many words mean.

    A word is explained by an entry that has its stem in some phrase, and for IDEA_CREDIT by one that has its idea.
    """
    stems = [stem(word, index.language) for word in spoken]
    meaning = {
        name: place
        for place, (name, word) in enumerate(zip(stems, spoken, strict=True))
        if not is_common(word, index.language)
    }
    ideas: dict[int, list[str]] = {}
    for idea, first, length in concept_matches(stems, index.language):
        for place in range(first, first + length):
            ideas.setdefault(place, []).append(idea)
    block, themes = index.blocks["stems"], index.blocks["ideas"]
    covered = np.zeros(index.entries, np.float32)
    whole = understood = 0.0
    for name, place in meaning.items():
        row = block.vocabulary.get(name)
        weight = block.unseen if row is None else float(block.rarity[row])
        known = [themes.vocabulary[idea] for idea in ideas.get(place, ()) if idea in themes.vocabulary]
        credit = (
            IDEA_CREDIT * index.means[known, :].toarray().max(axis=0) if known else np.zeros(index.entries, np.float32)
        )
        held = credit if row is None else np.maximum(index.holds[[row], :].toarray()[0], credit)
        covered += np.float32(weight) * held
        whole += weight
        understood += weight * float(held.max(initial=0.0))
    if whole <= 0:
        return covered, 0.0, 0
    return covered / np.float32(whole), understood / whole, len(meaning)


def measure(index: Index, text: str) -> Measured:
    """The signals of a message against each entry; typed slips are mended first."""
    spoken = [index.speller.correct(word) for word in words(text, index.language)]
    views = views_of(spoken, index.language)
    similar, known = {}, {}
    for name in BLOCKS:
        similar[name], known[name] = index.blocks[name].similarities(getattr(views, name))
    mixed = sum((MIX[name] * similar[name] for name in BLOCKS), np.zeros(len(index.dual), np.float32))
    covered, understood, length = _coverage(index, spoken)
    row, _ = index.blocks["stems"].vector(views.stems)
    columns = [
        *(_best_of(similar[name], index) for name in BLOCKS),
        _best_of(mixed, index),
        _mean_of(mixed, index),
        mixed @ index.dual,
        (row @ index.backing).toarray().ravel(),
        covered,
        mixed[index.starts],
    ]
    table = np.stack(columns, axis=1).astype(np.float64)
    return Measured(table, understood, known["letters"], known["ideas"], length)
