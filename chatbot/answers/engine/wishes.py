"""What is plainly said: a wish for a person, or a matter too grave for a machine."""

from __future__ import annotations

import re
from functools import lru_cache

from chatbot.answers.engine.lexicon import lexicon
from chatbot.answers.engine.words import fold


@lru_cache(maxsize=8)
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    known = lexicon(language)
    return re.compile("|".join(known.person)), re.compile("|".join(known.grave))


def wants_person(text: str, language: str) -> bool:
    """Whether the shopper asks for a human being in so many words."""
    return bool(_patterns(language)[0].search(fold(text)))


def is_grave(text: str, language: str) -> bool:
    """Whether the message speaks of harm, fraud, the law or great anger, which a person should read."""
    return bool(_patterns(language)[1].search(fold(text)))
