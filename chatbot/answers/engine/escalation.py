"""When a person must answer: the shopper asks for one, or the matter is too sensitive for a machine."""

from __future__ import annotations

import re
from functools import lru_cache

from chatbot.answers.engine.lexicon import lexicon
from chatbot.answers.engine.tokenizer import fold


# Patterns and not the index: these must hold in a shop without any entry, and need no calibration.
@lru_cache(maxsize=8)
def _person_pattern(language: str) -> re.Pattern[str]:
    return re.compile("|".join(lexicon(language).person))


@lru_cache(maxsize=8)
def _sensitive_pattern(language: str) -> re.Pattern[str]:
    return re.compile("|".join(lexicon(language).sensitive))


def wants_person(text: str, language: str) -> bool:
    """Whether the shopper asks for a human being in so many words."""
    return bool(_person_pattern(language).search(fold(text)))


def is_sensitive(text: str, language: str) -> bool:
    """Whether the message speaks of harm, fraud, the law or great anger, which a person should read."""
    return bool(_sensitive_pattern(language).search(fold(text)))
