"""What the assistant itself says, in the language that is active."""

from __future__ import annotations

from django.utils.translation import gettext as _

from chatbot.answers.types import AnswerOutcome

NOTICE_VERSION = "1"


def notice() -> str:
    """Say that a machine answers; part of the first reply of each conversation."""
    return _("You are writing to an automatic assistant. You can ask for a person at any time.")


def reply_text(outcome: AnswerOutcome, wants_person: bool, answer: str) -> str:
    """Return the sentence of an outcome; an answer is the shop's own words."""
    if outcome == AnswerOutcome.ANSWER:
        return answer
    if outcome == AnswerOutcome.GUESSES:
        return _("I am not sure I understood. Is it one of these?")
    if wants_person:
        return _(
            "Of course. Your messages here are kept for the shop's team. "
            "To hear back, write to them through the shop's contact page and mention this conversation."
        )
    return _(
        "I do not know the answer to that. Your question is kept for the shop's team. "
        "To hear back, write to them through the shop's contact page."
    )
