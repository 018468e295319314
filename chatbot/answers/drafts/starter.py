"""The starter: answers that most shops need, with what only the shop knows left to be filled in."""

from __future__ import annotations

import json
from pathlib import Path

from chatbot.answers.faq_lines import read_entry
from chatbot.answers.types import EntrySummary
from shopconnect.core.languages import LANGUAGES

FOLDER = Path(__file__).parent.parent / "starter"


def starter_entries() -> list[EntrySummary]:
    """Return the starter's entries in both languages, in the order in which a merchant goes through them."""
    return [
        read_entry(json.loads(line))
        for language in LANGUAGES
        for line in (FOLDER / f"{language}.jsonl").read_text().splitlines()
    ]
