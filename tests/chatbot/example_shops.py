"""Reads the invented shops of invented/ (the format is in its README)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from chatbot.answers.faq_lines import read_entry, read_test_question
from chatbot.answers.types import EntrySummary, TestQuestionSummary

FOLDER = Path(__file__).parent / "invented"
RULER = Path(__file__).parents[1] / "data/chat"


@dataclass
class ExampleShop:
    """One shop of invented/ in one language."""

    name: str
    language: str
    is_held: bool
    entries: list[EntrySummary] = field(default_factory=list)
    messages: list[TestQuestionSummary] = field(default_factory=list)


def read_shop(path: Path) -> ExampleShop:
    """One file as entries and messages."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    _, language, name, use = lines[0].split()
    shop = ExampleShop(name, language, use == "held")
    for line in lines[1:]:
        mark, rest = line[0], line[1:].strip()
        if mark == "@":
            identity, question, *phrases = [part.strip() for part in rest.split("|")]
            shop.entries.append(EntrySummary(identity, language, question, "", tuple(phrases)))
        elif mark == "=":
            last = shop.entries[-1]
            shop.entries[-1] = EntrySummary(last.external_id, language, last.question, rest, last.phrases)
        else:
            shop.messages.append(
                TestQuestionSummary(rest, language, shop.entries[-1].external_id if mark == ">" else None)
            )
    return shop


def example_shops(language: str | None = None) -> list[ExampleShop]:
    """All invented shops, by file name."""
    shops = [read_shop(path) for path in sorted(FOLDER.glob("*_*.txt"))]
    return [shop for shop in shops if language in (None, shop.language)]


def demo_shop(language: str, *, half: int | None = None) -> ExampleShop:
    """The demo shop's FAQ with all of its messages, or with one half of them (0 or 1).

    The lexicon was enlarged after reading half 0, and never after reading half 1: only the latter says how well
    messages are ranked that nobody has seen. The confidence is fitted on half 1 too, so for it neither is unseen.
    """
    folder = Path(__file__).parents[2] / "shopconnect/demo/texts"
    shop = ExampleShop("demo", language, is_held=True)
    for line in (folder / f"faq_{language}.jsonl").read_text(encoding="utf-8").splitlines():
        shop.entries.append(read_entry(json.loads(line)))
    lines = (folder / f"messages_{language}.jsonl").read_text(encoding="utf-8").splitlines()
    shop.messages = [read_test_question(json.loads(line)) for line in (lines if half is None else lines[half::2])]
    return shop


def ruler(language: str, half: str) -> ExampleShop:
    """The demo shop's FAQ with one half of the messages of tests/data/chat: "open", or "sealed".

    Nobody reads the sealed half, and nothing is fitted on it: it only measures.
    """
    shop = demo_shop(language)
    lines = (RULER / f"messages_{language}_{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return ExampleShop(half, language, True, shop.entries, [read_test_question(json.loads(line)) for line in lines])
