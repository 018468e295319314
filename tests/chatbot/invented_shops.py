"""Reads the invented shops of invented/ (the format is in its README)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from chatbot.answers.types import EntryFacts, TestQuestionFacts

FOLDER = Path(__file__).parent / "invented"


@dataclass
class InventedShop:
    """One shop of invented/ in one language."""

    name: str
    language: str
    is_held: bool
    entries: list[EntryFacts] = field(default_factory=list)
    messages: list[TestQuestionFacts] = field(default_factory=list)


def read_shop(path: Path) -> InventedShop:
    """One file as entries and messages."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    _, language, name, use = lines[0].split()
    shop = InventedShop(name, language, use == "held")
    for line in lines[1:]:
        mark, rest = line[0], line[1:].strip()
        if mark == "@":
            identity, question, *phrases = [part.strip() for part in rest.split("|")]
            shop.entries.append(EntryFacts(identity, language, question, "", tuple(phrases)))
        elif mark == "=":
            last = shop.entries[-1]
            shop.entries[-1] = EntryFacts(last.external_id, language, last.question, rest, last.phrases)
        else:
            shop.messages.append(
                TestQuestionFacts(rest, language, shop.entries[-1].external_id if mark == ">" else None)
            )
    return shop


def invented_shops(language: str | None = None) -> list[InventedShop]:
    """All invented shops, by file name."""
    shops = [read_shop(path) for path in sorted(FOLDER.glob("*_*.txt"))]
    return [shop for shop in shops if language in (None, shop.language)]
