"""What is known of a language before any shop speaks: common words, greetings, abbreviations, concepts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "lexicons"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The sections of one file of lexicons/; `concepts` maps a concept to the terms that name it."""

    common: frozenset[str]
    greetings: tuple[str, ...]
    abbreviations: Mapping[str, str]
    concepts: Mapping[str, tuple[str, ...]]


def read_sections(path: Path) -> dict[str, list[str]]:
    """Lines of a file by section; an indented line continues the one before it."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            lines = sections.setdefault(line[1:-1], [])
        elif line.startswith(" "):
            lines[-1] += " " + line.strip()
        elif line and not line.startswith("#"):
            lines.append(line)
    return sections


def _pairs(lines: list[str], sign: str) -> dict[str, str]:
    halves = (line.partition(sign) for line in lines)
    return {name.strip(): value.strip() for name, _, value in halves}


@lru_cache(maxsize=8)
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language of LANGUAGES, read once a process."""
    parts = read_sections(FOLDER / f"{language}.txt")
    terms_by_concept: dict[str, tuple[str, ...]] = {}
    for name, terms in _pairs(parts["concepts"], ":").items():
        terms_by_concept[name] = tuple(term.strip() for term in terms.split(","))
    return Lexicon(
        common=frozenset(" ".join(parts["common"]).split()),
        greetings=tuple(parts["greetings"]),
        abbreviations=_pairs(parts["abbreviations"], "="),
        concepts=terms_by_concept,
    )
