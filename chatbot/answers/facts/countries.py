"""Countries by the names that people give them, in every language of ours. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from babel import Locale

from chatbot.answers.engine.tokenizer import fold
from shopconnect.core.languages import LANGUAGES

# What people say beside the official names. "us" alone is a word of its own in English.
_ALIASES = {
    "uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "great britain": "GB", "angleterre": "GB",
    "ecosse": "GB", "grande bretagne": "GB", "pays de galles": "GB", "usa": "US", "u s a": "US", "america": "US",
    "etats unis": "US", "the states": "US", "amerique": "US", "holland": "NL", "hollande": "NL", "czech republic": "CZ",
    "republique tcheque": "CZ", "france metropolitaine": "FR", "corse": "FR", "corsica": "FR", "reunion": "RE",
    "uae": "AE", "emirats": "AE", "hong kong": "HK", "macao": "MO", "turkey": "TR", "turquie": "TR",
    "ivory coast": "CI", "south korea": "KR", "coree": "KR", "korea": "KR", "north macedonia": "MK",
}  # fmt: skip
_NOT_NAMED = {"ZZ", "QO", "EU", "EZ", "UN", "XA", "XB"}  # regions and placeholders


def country_name(code: str, language: str) -> str:
    """Return what a language calls a country; the code itself where it has no name for it."""
    return str(Locale.parse(language).territories.get(code, code))


def is_country(code: str) -> bool:
    """Say whether a text is the code of a country."""
    return code in _codes()


def read_country(text: str) -> str | None:
    """Return the code of a country from its name or its code, None for anything else."""
    folded = fold(text)
    code = folded.upper()
    return code if is_country(code) else _by_name().get(folded)


def named_countries(text: str) -> list[str]:
    """Return the codes of the countries that a text names, in its order, each once."""
    return list(dict.fromkeys(_by_name()[found] for found in _pattern().findall(fold(text))))


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    known = map(str, Locale.parse("en").territories)
    return frozenset(code for code in known if len(code) == 2 and code.isalpha() and code not in _NOT_NAMED)


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    return {fold(name): code for name, code in _names()} | _ALIASES


def _names() -> Iterable[tuple[str, str]]:
    for language in LANGUAGES:
        for code in _codes():
            yield country_name(code, language), code


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """Whole words; of names that begin alike the longest."""
    names = sorted(_by_name(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
