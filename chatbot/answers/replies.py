"""What the assistant itself says, in the language that is active."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import translation
from django.utils.translation import gettext as _

from chatbot.answers.types import AnswerOutcome, Topic

NOTICE_VERSION = "1"


def notice() -> str:
    """Say that a machine answers; part of the first reply of each conversation."""
    return _("You’re chatting with an automated assistant. You can ask to talk to a person at any time.")


def reply_text(outcome: AnswerOutcome, topic: Topic | None, answer: str) -> str:
    """Return the sentences of an outcome; an answer is the shop's own words, a topic has words of its own."""
    if outcome == AnswerOutcome.ANSWER:
        return answer
    if outcome == AnswerOutcome.GUESSES:
        return _("I’m not sure I understood. Did you mean one of these?")
    words = _small_talk() | _matters()
    if topic in words:
        return words[topic]
    urgent = _urgent_matters()
    if topic in urgent:
        return f"{urgent[topic]} {_to_the_team()}"
    return _(
        "I don’t have an answer to that. I’ve saved your question, so that the shop’s team can add an answer. "
        "If you need a reply now, choose “Talk to a person”."
    )


def open_question(*, is_first: bool) -> str:
    """Say which of two questions has no answer yet."""
    if is_first:
        return _("I didn’t understand your first question. Ask it again on its own, in a few words.")
    return _("I didn’t understand your second question. Ask it again on its own, in a few words.")


def spoken_languages(languages: Iterable[str]) -> str:
    """Say which languages the shop answers in, each in its own, to who wrote in another."""
    told = []
    for language in languages:
        with translation.override(language):
            # Translators: name your own language in place of English.
            told.append(_("I can answer you in English. Ask your question in English, or choose “Talk to a person”."))
    return "\n\n".join(told)


def _small_talk() -> dict[Topic | None, str]:
    return {
        Topic.GREETING: _("Hello. What would you like to know?"),
        Topic.THANKS: _("You’re welcome. Is there anything else you’d like to know?"),
        Topic.FAREWELL: _("Goodbye, and thank you for stopping by."),
        Topic.IDENTITY: _(
            "I’m the shop’s automated assistant, not a person. I answer questions from information "
            "that the shop provides. You can ask to talk to a person at any time."
        ),
        Topic.WELLBEING: _("All good, thank you. What can I help you with?"),
        Topic.AGREEMENT: _("All right. Ask me another question whenever you like."),
        Topic.RUDENESS: _(
            "I’m sorry I haven’t been more helpful. Tell me in a few words what you need, or ask to talk to a person."
        ),
        Topic.OFF_TOPIC: _(
            "I can only help with questions about this shop: orders, delivery, returns and products. "
            "What would you like to know?"
        ),
    }


def _matters() -> dict[Topic | None, str]:
    """What needs no more than where to look or whom to call."""
    return {
        Topic.PERSON: _("Of course. I’ve passed this conversation to the shop’s team."),
        Topic.CHANGE: _(
            "I’ve passed your request to the shop’s team. Nothing is changed yet. An order that has shipped can no "
            "longer be changed. If you haven’t given your order number, please write it here."
        ),
        Topic.STOCK: _(
            "I can’t see what’s in stock. The product’s page shows whether you can order it now. If you’re not "
            "sure, choose “Talk to a person”."
        ),
        # Numbers that are answered day and night; nothing is said about the shop: it is not what matters now.
        Topic.DISTRESS: _(
            "I’m sorry you’re going through this. I’m only an automated assistant, and you deserve to talk to a "
            "person now. If you’re in danger, call 112 (999 in the UK, 911 in the US and Canada). To talk to "
            "someone, day or night: 116 123 in the UK and Ireland, 988 in the US and Canada."
        ),
        Topic.VIOLENCE: _(
            "I’m only an automated assistant, and this needs a person. If you or somebody else is in danger, call "
            "the police now: 112, 999 in the UK, 911 in the US and Canada."
        ),
    }


def _urgent_matters() -> dict[Topic | None, str]:
    """What a person of the shop must hear about too."""
    return {
        Topic.HEALTH: _(
            "I can’t give medical advice. If someone feels unwell or has swallowed something, call 112 now (999 in "
            "the UK, 911 in the US and Canada), a doctor or a poison centre, and keep the packaging at hand."
        ),
        Topic.DANGER: _(
            "Please stop using the product and stay away from it. If someone is hurt or there is a fire, call 112 "
            "now (999 in the UK, 911 in the US and Canada). Once it’s safe, keep the product and take photos."
        ),
        Topic.FRAUD: _(
            "If you think someone has used your card or your account, call your bank now to block the card, and "
            "change your password. Never share a card number, a code or a password here."
        ),
        Topic.LAW: _("A person from the shop’s team needs to answer this, in writing."),
        Topic.ANGER: _("I’m sorry about what happened. A person from the shop’s team should answer you."),
    }


def _to_the_team() -> str:
    return _("I’ve passed your message to the shop’s team.")
