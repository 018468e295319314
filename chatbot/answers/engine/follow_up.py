"""Whether a message says only what differs from the one before: "and for Switzerland?", "how much?"."""

from __future__ import annotations

import re
from enum import Enum, auto

from chatbot.answers.engine.tokenizer import fold

MOST_WORDS = 10


class FollowUp(Enum):
    """What a short message adds to the one before: a thing or a place in it, or a question about it."""

    PART = auto()
    QUESTION = auto()


_AND = {
    "fr": r"(?:(?:ok|d accord|merci|super) )?(?:(?:et|mais|sinon|donc|alors|meme|pareil|idem|aussi) )?",
    "en": r"(?:(?:ok|thanks|great) )?(?:(?:and|but|so|also|even|same|what about|how about) )?",
}
_PARTS = {
    "fr": r"(?:pour|vers|en|a|au|aux|avec|sans|si|dans|depuis|chez|par|apres) .+"
    r"|le (?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|week end)",
    "en": r"(?:for|to|in|with|without|if|by|on|from|at|after|via) .+",
}
_QUESTIONS = {
    "fr": r"(?:(?:c est|ca coute|ca fait|valable|il faut|ca prend|j ai|on a|en|pendant) )?"
    r"(?:combien|quand|pourquoi|comment|quel prix|quel delai|jusqu a quand|combien de (?:temps|jours))"
    r"(?: (?:ca (?:coute|marche|prend)|exactement|c est|svp))?"
    r"|(?:c est|est ce|ca reste|est ce que c est) (?:payant|gratuit|possible|cher|obligatoire|remboursable)"
    r"|comment (?:faire|on fait|je fais)",
    "en": r"(?:(?:valid for|within|in|for) )?(?:how much|how long|how many days|when|why|how|where)"
    r"(?: (?:exactly|please|is it|does it (?:cost|take|work)|do i have|would it be|will it take))?"
    r"|(?:is it|is that|does it|would it be|would that be|is this)"
    r" (?:free|possible|expensive|refundable|included|extra|cost (?:extra|anything|more))",
}
# What follows "and" without a verb: a thing, not a sentence.
_THINGS = {
    "fr": r"(?:(?:ok|merci) )?(?:et|quid d[eu]) (?:(?:la|le|les|l|du|des|un|une|mon|ma|mes) )?[a-z0-9]+(?: [a-z0-9]+)?",
    "en": r"(?:(?:ok|thanks) )?(?:and|what about|how about) (?:(?:the|a|an|my) )?[a-z0-9]+(?: [a-z0-9]+)?",
}
_PATTERNS = {
    language: (
        (FollowUp.QUESTION, re.compile(f"{_AND[language]}(?:{_QUESTIONS[language]})")),
        (FollowUp.PART, re.compile(f"{_AND[language]}(?:{_PARTS[language]})|{_THINGS[language]}")),
    )
    for language in _PARTS
}


def find_follow_up(text: str, language: str) -> FollowUp | None:
    """What a message of MOST_WORDS at most leaves to the message before it, None for one that says it all."""
    folded = fold(text)
    if folded.count(" ") >= MOST_WORDS:
        return None
    return next((kind for kind, pattern in _PATTERNS[language] if pattern.fullmatch(folded)), None)
