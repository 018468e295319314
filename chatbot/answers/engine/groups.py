"""Questions alike: the views of an index over the questions themselves, and groups around a leader each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chatbot.answers.engine.encoders.meaning import Encoder
from chatbot.answers.engine.index import MIX, PLACES_OF_MANY, words_length
from chatbot.answers.engine.tokenizer import tokenize
from chatbot.answers.engine.vectors import BLOCKS, Floats, build_block, text_features

# The cosine from which on two questions are alike: between those asked alike and apart of tests/chatbot/console.
ALIKE = 0.45


def group_questions(texts: Sequence[str], language: str, encoder: Encoder | None, leaders: int = 0) -> list[int]:
    """The place of each question's leader among the questions; a leader leads itself.

    Each joins the leader that it is most like, from ALIKE on, and else becomes a leader (leader clustering). The first
    `leaders` questions are leaders whatever they are like, so that groups of before go on.
    """
    vectors = _vectors(texts, language, encoder)
    places: list[int] = []
    led_by: list[int] = []
    for place, vector in enumerate(vectors):
        if place >= leaders and places:
            likeness = vectors[places] @ vector
            best = int(likeness.argmax())
            if likeness[best] >= ALIKE:
                led_by.append(places[best])
                continue
        places.append(place)
        led_by.append(place)
    return led_by


def _vectors(texts: Sequence[str], language: str, encoder: Encoder | None) -> Floats:
    """(questions, places and the encoder's width), each of length 1 or 0."""
    if not texts:
        return np.zeros((0, 0), np.float32)
    features = [text_features(tokenize(text, language), language) for text in texts]
    owners = np.arange(len(texts), dtype=np.int32)
    words = np.zeros((len(texts), PLACES_OF_MANY), np.float32)
    for name in BLOCKS:
        block = build_block(name, [getattr(one, name) for one in features], owners, PLACES_OF_MANY)
        words += np.float32(MIX[name] ** 0.5) * (block.rows.T @ block.hashes).toarray()
    meanings = encoder.encode(texts) if encoder else np.zeros((len(texts), 0), np.float32)
    whole = np.hstack([words_length(encoder) * words, meanings])
    return np.asarray(whole / np.maximum(np.linalg.norm(whole, axis=1, keepdims=True), 1e-9), np.float32)
