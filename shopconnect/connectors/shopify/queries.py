"""The documents in .graphql files, made whole: each `...Part` gives way to what stands in that part's braces.

Nothing is left to spread, because a bulk query takes one operation and nothing beside it.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "documents"
# What needs protected customer data of level 2: a shop that gave level 1 is not asked for it at all.
OF_LEVEL_2 = frozenset({"CustomerEmail", "OrderEmail"})

_SPREAD = re.compile(r"\.\.\.([A-Z]\w+)")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")


@lru_cache(maxsize=512)
def read_query(name: str, data_level: int = 1, languages: Sequence[str] = ()) -> str:
    """Return a document with its parts, at a level of protected data, with words in other languages (a tuple)."""

    def part(match: re.Match[str]) -> str:
        if match[1] == "Words":
            return _words(languages)
        if match[1] in OF_LEVEL_2 and data_level == 1:
            return ""
        return _SPREAD.sub(part, _inside((FOLDER / "parts" / f"{match[1]}.graphql").read_text()))

    return re.sub(r"\s+", " ", _SPREAD.sub(part, (FOLDER / f"{name}.graphql").read_text())).strip()


def alias_of(language: str) -> str:
    """Return the name under which words in a language come."""
    return f"words_{language.replace('-', '_')}"


def _words(languages: Sequence[str]) -> str:
    spoken = [language for language in languages if _LOCALE.fullmatch(language)]
    return " ".join(f'{alias_of(one)}: translations(locale: "{one}") {{ key locale value }}' for one in spoken)


def _inside(fragment: str) -> str:
    return fragment[fragment.index("{") + 1 : fragment.rindex("}")]
