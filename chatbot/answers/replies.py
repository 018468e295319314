"""What the assistant itself says, in the language that is active."""

from __future__ import annotations

from django.utils.translation import gettext as _

from chatbot.answers.types import AnswerOutcome

NOTICE_VERSION = "1"


def notice() -> str:
    """Say that a machine answers; part of the first reply of each conversation."""
    return _("You’re chatting with an automated assistant. You can ask to talk to a person at any time.")


def reply_text(outcome: AnswerOutcome, wants_person: bool, answer: str) -> str:
    """Return the sentence of an outcome; an answer is the shop's own words."""
    if outcome == AnswerOutcome.ANSWER:
        return answer
    if outcome == AnswerOutcome.GUESSES:
        return _("I’m not sure I understood. Did you mean one of these?")
    if wants_person:
        return _(
            "Of course. I’ve saved your messages for the shop’s team. To get a reply, contact "
            "them through the shop’s contact page and mention this conversation."
        )
    return _(
        "I don’t have an answer to that. I’ve saved your question for the shop’s team. To "
        "get a reply, contact them through the shop’s contact page."
    )
