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
    "northern ireland": "GB", "irlande du nord": "GB", "bosnia": "BA", "bosnie": "BA", "vatican": "VA",
    "burma": "MM", "myanmar": "MM", "birmanie": "MM",
}  # fmt: skip
# Places and things whose names hold that of a country.
_OTHERS = ("new mexico", "nouveau mexique", "new jersey", "new south wales", "guinea pig", "guinea pigs")
# Names that are things too: countries only where something goes there, or alone.
_THINGS = {"jersey", "panama", "bermuda", "china", "turkey", "jordan", "chad"}
_THERE = re.compile(r"(?:\b(?:to|au|vers)|^(?:(?:and|et) )?(?:for|pour)) $|^$")
# Where things come from, and what is left out: "do you ship from China", "livrez-vous hors de France".
_AWAY = re.compile(
    r"\b(?:(?<!\bm )(?<!\bam )(?<!\bare )from|outside(?: of)?|except|made in"
    r"|depuis|sauf|hors(?: de)?|fabrique\w* en|(?<!destination )(?:de|du|des|d))(?: (?:the|la|le|les|l))? $"
)
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
    """Return the codes of the countries that a text names to send something to, in its order, each once."""
    folded = fold(text)
    found = [one for one in _pattern().finditer(folded) if _is_meant(one[0], folded[: one.start()])]
    return list(dict.fromkeys(_by_name()[one[0]] for one in found))


def _is_meant(name: str, before: str) -> bool:
    if name in _OTHERS or _AWAY.search(before):
        return False
    return name not in _THINGS or bool(_THERE.search(before))


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
    names = sorted([*_by_name(), *_OTHERS], key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
