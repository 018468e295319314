"""From text to tokens: folded, without greetings, abbreviations written out, stemmed."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

from chatbot.answers.engine.lexicon import lexicon
from shopconnect.core.languages import LANGUAGES

LONGEST = 1_000
# Not nothing: "can I get out" and "can I get in" differ in common words only.
COMMON_WEIGHT = 0.3

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
_ADDRESS = re.compile(r"\S{1,64}@\S{1,190}|https?://\S+|www\.\S+")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_NUMBER = re.compile(r"[a-z]{0,4}\d{4,}[a-z]{0,3}|\d+")
_NAMES = {"en": "english", "fr": "french"}
_stemmers = {language: Stemmer.Stemmer(_NAMES[language]) for language in LANGUAGES}
_stemming = threading.Lock()


@lru_cache(maxsize=64)  # one message is folded for each thing that is looked for in it
def fold(text: str) -> str:
    """Lower-cased ASCII words of a text, separated by single spaces; addresses and invisible characters are gone."""
    # Cut before and after: one sign may become many under NFKC, and a hostile text must cost no more than a long one.
    text = unicodedata.normalize("NFKC", text[: 4 * LONGEST])
    text = "".join(sign for sign in text if unicodedata.category(sign) not in {"Cf", "Cc"} or sign.isspace())
    # Addresses first: once the signs in them are spaces, their parts would pass for words.
    text = _ADDRESS.sub(" ", text[:LONGEST]).translate(_LIGATURES)
    text = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return _NOT_WORD.sub(" ", text.lower()).strip()


# Shoppers use the same few thousand words, and the stemmer runs under a lock.
@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """The stem of one folded word; the stemmer holds state, hence the lock (twelve threads share it)."""
    with _stemming:
        return str(_stemmers[language].stemWord(word))


@lru_cache(maxsize=8)
def _greeting_pattern(language: str) -> re.Pattern[str]:
    # The longest first, or "merci" would leave "beaucoup" behind.
    phrases = sorted(lexicon(language).greetings, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(re.escape(phrase) for phrase in phrases) + r")\b")


def tokenize(text: str, language: str) -> list[str]:
    """Folded words of a message, greetings dropped, abbreviations written out, numbers left out."""
    folded = fold(text)
    bare = _greeting_pattern(language).sub(" ", folded)
    abbreviations = lexicon(language).abbreviations
    words: list[str] = []
    for word in bare.split():
        words += abbreviations.get(word, word).split()
    # Numbers of orders and parcels differ from message to message and would only count as strange words.
    return [word for word in words if not _NUMBER.fullmatch(word)]


def is_common(word: str, language: str) -> bool:
    """Whether a word says next to nothing about what is asked."""
    return len(word) < 2 or word in lexicon(language).common


def weight(word: str, language: str) -> float:
    """How much a word may say before its rarity is known: little for common words, 1 for the rest."""
    return COMMON_WEIGHT if is_common(word, language) else 1.0


@lru_cache(maxsize=8)
def _concept_terms(language: str) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """The terms of the lexicon as (stems, concept), by their first stem: a message then looks up few of them."""
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for concept, listed in lexicon(language).concepts.items():
        for term in listed:
            stems = tuple(stem(word, language) for word in fold(term).split())
            by_first.setdefault(stems[0], []).append((stems, concept))
    return {first: tuple(terms) for first, terms in by_first.items()}


def concept_matches(stems: list[str], language: str) -> list[tuple[str, int, int]]:
    """Each concept named in a sequence of stems as (concept, first place, number of stems)."""
    terms = _concept_terms(language)
    matches: list[tuple[str, int, int]] = []
    for place, first in enumerate(stems):
        for term, concept in terms.get(first, ()):
            if tuple(stems[place : place + len(term)]) == term:
                matches.append((concept, place, len(term)))
    return matches


def concepts(stems: list[str], language: str) -> dict[str, float]:
    """Concepts in a sequence of stems, weighed by the longest term that named each (1 for one word, 2 at most)."""
    weights: dict[str, float] = {}
    for concept, _, length in concept_matches(stems, language):
        # A longer term is seldom named by chance.
        of_term = min(2.0, 0.5 + 0.5 * length)
        weights[concept] = max(weights.get(concept, 0.0), of_term)
    return weights


@lru_cache(maxsize=8)
def lexicon_words(language: str) -> frozenset[str]:
    """Every single word that the lexicon of a language names."""
    known = lexicon(language)
    words = set(known.common)
    for terms in known.concepts.values():
        for term in terms:
            words.update(fold(term).split())
    return frozenset(words)
