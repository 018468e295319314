"""What is measured between a message and each entry, and about the message as a whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chatbot.answers.engine.index import MIX, Index
from chatbot.answers.engine.vectors import BLOCKS, Floats, content_stems, views_of
from chatbot.answers.engine.words import words

ENTRY_SIGNALS = ("stems", "letters", "ideas", "best", "middle", "ridge", "backing", "covered", "title")


@dataclass(frozen=True, slots=True)
class Measured:
    """`table` is entries × ENTRY_SIGNALS; the shares say how much of the message the index has ever seen (0 to 1)."""

    table: npt.NDArray[np.float64]
    known_stems: float
    known_letters: float
    known_ideas: float
    length: int


def _best_of(values: Floats, index: Index) -> Floats:
    return np.maximum.reduceat(values, index.starts)


def _mean_of(values: Floats, index: Index) -> Floats:
    sizes = np.diff(np.append(index.starts, len(values)))
    return np.add.reduceat(values, index.starts) / sizes


def _coverage(index: Index, stems: list[str]) -> tuple[Floats, float]:
    """Share of the message's meaning, by rarity, that each entry has in some phrase; and that any entry has."""
    block = index.blocks["stems"]
    places = [block.vocabulary[name] for name in stems if name in block.vocabulary]
    strange = (len(stems) - len(places)) * block.unseen
    weights = block.rarity[places]
    whole = float(weights.sum()) + strange
    if not places or whole <= 0:
        return np.zeros(index.entries, np.float32), 0.0
    held = weights @ index.holds[places, :].toarray()
    return (held / whole).astype(np.float32), float(weights.sum()) / whole


def measure(index: Index, text: str) -> Measured:
    """The signals of a message against each entry; typed slips are mended first."""
    spoken = [index.speller.correct(word) for word in words(text, index.language)]
    views = views_of(spoken, index.language)
    similar, known = {}, {}
    for name in BLOCKS:
        similar[name], known[name] = index.blocks[name].similarities(getattr(views, name))
    mixed = sum((MIX[name] * similar[name] for name in BLOCKS), np.zeros(len(index.dual), np.float32))
    meaning = content_stems(spoken, index.language)
    covered, known_stems = _coverage(index, meaning)
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
    return Measured(table, known_stems, known["letters"], known["ideas"], len(meaning))
