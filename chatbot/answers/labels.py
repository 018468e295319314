"""Plain words for what the scorer thinks, in the language that is active."""

from __future__ import annotations

from django.utils.translation import gettext as _

from chatbot.answers.types import ANSWER_FROM, AnswerOutcome, Author, MessageKind, Topic

SURE_FROM, UNSURE_FROM = 0.85, 0.3


def author_label(author: Author) -> str:
    """Say who a message is from."""
    labels = {
        Author.SHOPPER: _("Shopper"),
        Author.BOT: _("Assistant"),
        Author.STAFF: _("Your team"),
        Author.NOTE: _("Internal note"),
        Author.EVENT: _("Event"),
    }
    return labels[author]


def outcome_label(outcome: AnswerOutcome | None) -> str:
    """Say what the shopper was given; None while an answer is on its way."""
    if outcome == AnswerOutcome.ANSWER:
        return _("Answered")
    if outcome == AnswerOutcome.GUESSES:
        return _("Choices offered")
    if outcome == AnswerOutcome.FACT:
        return _("Answered from shop data")
    if outcome == AnswerOutcome.SMALL_TALK:
        return _("Small talk")
    return _("Passed to your team") if outcome == AnswerOutcome.ESCALATE else _("Waiting")


def outcome_tone(outcome: AnswerOutcome | None) -> str:
    """Return the badge's class for an outcome."""
    tones = {
        AnswerOutcome.ANSWER: "good",
        AnswerOutcome.FACT: "good",
        AnswerOutcome.GUESSES: "warning",
        AnswerOutcome.ESCALATE: "bad",
    }
    return tones.get(outcome, "") if outcome else ""


def way_label(way: MessageKind) -> str:
    """Say what a shopper did who wrote nothing; "" for what has words."""
    return {MessageKind.PERSON: _("Asked for a person"), MessageKind.PHOTO: _("Sent a photo")}.get(way, "")


def topic_label(topic: Topic | None) -> str:
    """Say why a person should read a message, for the topics that call for one; "" for the others."""
    labels = {
        Topic.DISTRESS: _("Distress"),
        Topic.VIOLENCE: _("Violence"),
        Topic.HEALTH: _("Health"),
        Topic.DANGER: _("Product safety"),
        Topic.FRAUD: _("Fraud"),
        Topic.LAW: _("Legal"),
        Topic.ANGER: _("Complaint"),
        Topic.PERSON: _("Asked for a person"),
        Topic.ORDER: _("Order status"),
        Topic.RETURNS: _("Returns"),
        Topic.WITHDRAWAL: _("Withdrawal"),
        Topic.HOURS: _("Opening hours"),
        Topic.DELIVERY: _("Delivery"),
        Topic.CONTACT: _("Contact details"),
        Topic.CHANGE: _("Cancellation or address"),
        Topic.PRODUCT: _("Products"),
        Topic.STOCK: _("Stock"),
        Topic.OFF_TOPIC: _("Off topic"),
    }
    return labels.get(topic, "") if topic else ""


def notice_label(notice: str) -> str:
    """Say which wording told the shopper that a machine answers, and in which language."""
    version, _sign, language = notice.partition("-")
    return _("Wording %(version)s, %(language)s") % {"version": version, "language": language_label(language)}


def confidence_label(chance: float | None) -> str:
    """Say how sure the assistant was, in words and as a whole per cent."""
    if chance is None:
        return ""
    if chance >= SURE_FROM:
        word = _("Confident")
    elif chance >= ANSWER_FROM:
        word = _("Fairly confident")
    else:
        word = _("Not very confident") if chance >= UNSURE_FROM else _("Not confident")
    return _("%(word)s, %(share)s%%") % {"word": word, "share": round(chance * 100)}


def grade_label(grade: int) -> str:
    """Say a grade in words."""
    words = [_("Very dissatisfied"), _("Dissatisfied"), _("Neutral"), _("Satisfied"), _("Very satisfied")]
    return words[grade - 1]


def share_label(share: float) -> str:
    """Return a share from 0 to 1 as a whole per cent."""
    return _("%(share)s%%") % {"share": round(share * 100)}


def language_label(language: str) -> str:
    """Return the name of a language that shoppers write in."""
    return {"fr": _("French"), "en": _("English")}.get(language, language)
