"""Which language a message is written in: by its common words, its accents, and the groups of letters in the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import log
from unicodedata import name

from chatbot.answers.engine.lexicon import FOLDER, lexicon, read_sections
from chatbot.answers.engine.tokenizer import fold, lexicon_words
from shopconnect.core.languages import LANGUAGES

# In natural logarithms, as the letters' votes are: how much a common word of one language alone says for it, an accent
# or an elision, and how far ahead a language must be.
COMMON_VOTE, MARK_VOTE, WORD_VOTE, SURE = 2.5, 2.0, 1.5, 2.0
_LETTERS = 3
# From so many on, of another alphabet or of another language's common words, a message is in that one.
FEWEST_LETTERS, FEWEST_WORDS = 3, 2
_NO_WORD = re.compile(r"\d")
_FOREIGN_SIGN = re.compile(r"[ßäöñãõ¿¡ąęłńśźżåøčřšžýőű]", re.IGNORECASE)
_MARKS = {
    "fr": re.compile(r"[éèêëàâîïôûùçœ]|\b(?:[cdjlmnst]|qu)['’](?=[a-zéèêàâîôh])", re.IGNORECASE),
    "en": re.compile(r"(?:n['’]t|['’](?:s|re|ve|ll|m|d))\b", re.IGNORECASE),
}
# What a shopper in a hurry writes and no list of common words has.
_SHORT = {
    "fr": "bonjour bonsoir salut merci svp stp cmd jai cest quand combien mon ma mes ou suis sur avec",
    "en": "hello hi hey thanks thank please where when how much many my i im ive dont",
}


def find_language(text: str) -> str | None:
    """The language of LANGUAGES that a message is written in, None where it might be another."""
    words = [word for word in fold(text).split() if not _NO_WORD.search(word)]
    if is_foreign(text):
        return None
    scores = sorted((_score(text, words, language), language) for language in LANGUAGES)
    (second, _), (first, language) = scores[-2:]
    return language if first - second >= SURE else None


def is_foreign(text: str) -> bool:
    """Say whether a message is surely in no language of LANGUAGES: by its letters, or by another's common words."""
    letters = [one for one in text if one.isalpha()]
    strange = sum(not name(one, "").startswith(("LATIN", "FEMININE", "MASCULINE")) for one in letters)
    if strange >= FEWEST_LETTERS and 2 * strange > len(letters):
        return True
    words = set(fold(text).split())
    ours = max(len(words & common) for common, _known in _vocabularies().values())
    if any(len(words & theirs) >= max(FEWEST_WORDS, ours + 1) for theirs in _foreign_words()):
        return True
    # A short question may have one such word, or a letter, and nothing at all that we know.
    has_sign = bool(_FOREIGN_SIGN.search(text)) or any(words & theirs for theirs in _foreign_words())
    return has_sign and len(words) >= FEWEST_WORDS and not any(words & lexicon_words(one) for one in LANGUAGES)


@lru_cache(maxsize=1)
def _foreign_words() -> tuple[frozenset[str], ...]:
    """The common words of each language that we do not speak, without those that a language of ours has too."""
    ours = {word for one in LANGUAGES for word in (*lexicon(one).common, *lexicon_words(one), *_SHORT[one].split())}
    sections = read_sections(FOLDER / "foreign.txt").values()
    return tuple(frozenset(" ".join(lines).split()) - ours for lines in sections)


def _score(text: str, words: Sequence[str], language: str) -> float:
    common, known = _vocabularies()[language]
    score = MARK_VOTE * min(len(_MARKS[language].findall(text)), 3)
    for word in words:
        if word in common:
            score += COMMON_VOTE
        elif word in known:
            score += WORD_VOTE
        score += _letters_vote(word, language)
    return score


@lru_cache(maxsize=1)
def _vocabularies() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """The common words and all known words of each language that no other language has."""
    common = {one: lexicon(one).common | set(_SHORT[one].split()) | _abbreviations(one) for one in LANGUAGES}
    known = {one: lexicon_words(one) | common[one] for one in LANGUAGES}
    return {
        one: (frozenset(common[one] - _others(known, one)), frozenset(known[one] - _others(known, one)))
        for one in LANGUAGES
    }


def _abbreviations(language: str) -> set[str]:
    return set(lexicon(language).abbreviations)


def _others(known: dict[str, frozenset[str]], language: str) -> set[str]:
    return {word for one, words in known.items() if one != language for word in words}


def _letters_vote(word: str, language: str) -> float:
    """The logarithm of how likely a word's groups of letters are in a language, a letter group at a time, averaged."""
    groups = list(_groups(word))
    counts, total, kinds = _letter_counts()[language]
    return sum(log((counts[group] + 0.5) / (total + 0.5 * kinds)) for group in groups) / len(groups)


@lru_cache(maxsize=1)
def _letter_counts() -> dict[str, tuple[Counter[str], int, int]]:
    counted = {one: Counter(group for word in lexicon_words(one) for group in _groups(word)) for one in LANGUAGES}
    kinds = len(set().union(*counted.values()))
    return {one: (counts, counts.total(), kinds) for one, counts in counted.items()}


def _groups(word: str) -> Iterable[str]:
    padded = f"^{word}$"
    return (padded[place : place + _LETTERS] for place in range(max(1, len(padded) - _LETTERS + 1)))
