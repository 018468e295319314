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
    "burma": "MM", "myanmar": "MM", "birmanie": "MM", "guyane": "GF", "polynesie": "PF",
    "tahiti": "PF", "wallis et futuna": "WF", "saint barth": "BL", "st barth": "BL", "st pierre et miquelon": "PM",
}  # fmt: skip
# France overseas: some shops mean it by "France", most do not.
FRANCE_OVERSEAS = ("GP", "MQ", "GF", "RE", "YT", "PF", "NC", "WF", "PM", "BL", "MF")
_GROUPS = {
    **dict.fromkeys(("dom", "drom", "departements d outre mer", "french overseas departments"), FRANCE_OVERSEAS[:5]),
    **dict.fromkeys(("dom tom", "domtom", "drom com", "outre mer", "outremer", "ultramarins"), FRANCE_OVERSEAS),
    **dict.fromkeys(("overseas france", "french overseas territories", "french overseas"), FRANCE_OVERSEAS),
    **dict.fromkeys(("antilles", "antilles francaises", "french west indies"), FRANCE_OVERSEAS[:2]),
}
_ABROAD = re.compile(
    r"\b(?:abroad|overseas|international(?:ly|e|es)?|internationaux|world ?wide|(?:other|foreign) countr(?:y|ies)"
    r"|(?:all over|around|anywhere in) the world|etranger|autres? pays|partout dans le monde|dans le monde entier"
    r"|(?:in|within|across|to|throughout|en|vers|dans toute l) europe)\b"
)
_OUTSIDE = re.compile(r"\b(?:outside(?: of)?|hors(?: de)?)(?: (?:the|la|le|les|l))? $")
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


def read_countries(text: str) -> tuple[str, ...]:
    """Return the codes of a country from its name or its code, or of several from what they are called together."""
    folded = fold(text)
    code = folded.upper()
    return (code,) if is_country(code) else _by_name().get(folded, ())


def named_countries(text: str) -> list[str]:
    """Return the codes of the countries that a text names to send something to, in its order, each once."""
    folded = fold(text)
    found = [one for one in _pattern().finditer(folded) if _is_meant(one[0], folded[: one.start()])]
    return list(dict.fromkeys(code for one in found for code in _by_name()[one[0]]))


def means_abroad(text: str) -> bool:
    """Say whether a text means other countries without naming any: "abroad", "hors de France"."""
    folded = fold(text)
    if _ABROAD.search(folded):
        return True
    return any(_OUTSIDE.search(folded[: one.start()]) for one in _pattern().finditer(folded))


def _is_meant(name: str, before: str) -> bool:
    if name in _OTHERS or _AWAY.search(before):
        return False
    return name not in _THINGS or bool(_THERE.search(before))


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    known = map(str, Locale.parse("en").territories)
    return frozenset(code for code in known if len(code) == 2 and code.isalpha() and code not in _NOT_NAMED)


@lru_cache(maxsize=1)
def _by_name() -> dict[str, tuple[str, ...]]:
    return {name: (code,) for name, code in _names()} | _GROUPS


def _names() -> Iterable[tuple[str, str]]:
    for language in LANGUAGES:
        for code in _codes():
            yield fold(country_name(code, language)), code
    yield from _ALIASES.items()


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """Whole words; of names that begin alike the longest."""
    names = sorted([*_by_name(), *_OTHERS], key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
