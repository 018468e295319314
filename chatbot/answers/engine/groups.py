"""Questions alike: what they say, what they mean and which topics they are near, grouped by average linkage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from chatbot.answers.engine.confidence import rank
from chatbot.answers.engine.encoders.meaning import Encoder
from chatbot.answers.engine.features import match_features
from chatbot.answers.engine.index import MIX, PLACES_OF_MANY, Index, build_index
from chatbot.answers.engine.tokenizer import tokenize
from chatbot.answers.engine.vectors import BLOCKS, Floats, build_block, text_features
from chatbot.answers.types import EntrySummary

# Of a likeness, the shares of words, of meaning and of topics; without an encoder, the words have the meaning's too.
SHARES = {"words": 0.25, "meaning": 0.25, "topics": 0.5}
TEMPERATURE = 0.3  # of belief in topics: below 1, the nearest counts more
# The mean likeness from which on two groups are one, with an encoder and by words alone. Chosen, as the above, by
# tests/chatbot/fit_groups.py.
ALIKE, ALIKE_BY_WORDS = 0.56, 0.66


@dataclass(frozen=True)
class Topics:
    """What questions are held against: an index of entries, and what their phrases mean on average, (width,)."""

    index: Index
    centre: Floats

    @property
    def alike(self) -> float:
        """The likeness from which on two groups are one."""
        return ALIKE if self.index.encoder else ALIKE_BY_WORDS


def read_topics(entries: Sequence[EntrySummary], language: str, encoder: Encoder | None) -> Topics:
    """The topics of a shop: what its FAQ answers and, so that what it lacks is known too, what most shops are asked."""
    index = build_index(entries, language, encoder)
    phrases = [text for one in entries for text in (one.question, *one.phrases)]
    meanings = encoder.encode(phrases) if encoder else np.zeros((len(phrases), 0), np.float32)
    return Topics(index, meanings.mean(axis=0))


def group_questions(texts: Sequence[str], topics: Topics) -> list[int]:
    """The number of each question's group.

    Groups whose questions are alike by ALIKE on average become one, the likest first (average linkage; Sokal and
    Michener, 1958). Memory grows with the square of the questions: 100 MB for 5,000.
    """
    return cut(question_vectors(texts, topics), topics.alike) if texts else []


def cut(vectors: Floats, alike: float) -> list[int]:
    """Groups of at least `alike` on average, of vectors whose product is their likeness."""
    if len(vectors) < 2:  # noqa: PLR2004  (one question is a group)
        return [1] * len(vectors)
    apart = np.clip(1 - vectors @ vectors.T, 0, None).astype(np.float64)
    np.fill_diagonal(apart, 0)
    joined = linkage(squareform(apart, checks=False), "average")
    return list(map(int, fcluster(joined, 1 - alike, "distance")))


def question_vectors(texts: Sequence[str], topics: Topics) -> Floats:
    """(questions, some places): each of length 1 at most, the product of two is their likeness."""
    encoder = topics.index.encoder
    words, beliefs = _words(texts, topics.index.language), _beliefs(texts, topics.index)
    if encoder is None:
        share = SHARES["words"] + SHARES["meaning"]
        return np.hstack([share**0.5 * words, SHARES["topics"] ** 0.5 * beliefs]).astype(np.float32)
    meanings = _unit(encoder.encode(texts) - topics.centre)
    views = {"words": words, "meaning": meanings, "topics": beliefs}
    return np.hstack([SHARES[name] ** 0.5 * view for name, view in views.items()]).astype(np.float32)


def _words(texts: Sequence[str], language: str) -> Floats:
    """The blocks of an index over the questions themselves, side by side."""
    features = [text_features(tokenize(text, language), language) for text in texts]
    owners = np.arange(len(texts), dtype=np.int32)
    views = []
    for name in BLOCKS:
        block = build_block(name, [getattr(one, name) for one in features], owners, PLACES_OF_MANY)
        views.append(np.float32(MIX[name] ** 0.5) * _unit((block.rows.T @ block.hashes).toarray()))
    return np.hstack(views)


def _beliefs(texts: Sequence[str], index: Index) -> Floats:
    """The roots of the shares of belief in each topic: the product of two is their Bhattacharyya coefficient."""
    ranks = np.array([rank(index, match_features(index, text)) for text in texts]) / TEMPERATURE
    powers = np.exp(ranks - ranks.max(axis=1, keepdims=True))
    return np.asarray(np.sqrt(powers / powers.sum(axis=1, keepdims=True)), np.float32)


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)
