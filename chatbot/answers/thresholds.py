"""From which confidence on the assistant of a shop answers: what staff labelled, what follows, and what they chose."""

from __future__ import annotations

from dataclasses import asdict

from django.db import connection
from django.utils.translation import gettext as _

from chatbot.answers.engine.calibration import figures_at, fit_shift, lowest_threshold, shifted
from chatbot.answers.engine.confidence import decide
from chatbot.answers.knowledge import KnowledgeBase, find_knowledge, version_in_scope
from chatbot.answers.models import AnswerSetting, Message
from chatbot.answers.redaction import redact, without_placeholders
from chatbot.answers.selectors import iter_test_questions
from chatbot.answers.types import (
    AnswerOutcome,
    Author,
    Belief,
    Calibration,
    MessageKind,
    TestQuestionSummary,
    ThresholdFigures,
)
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.jobs.work import add_due
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.tenancy.context import ShopId, current_shop
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.audit import note

WORK_KIND = "calibrate_answers"
NO_SUBJECT = 0
MOST_LABELS = 2_000  # the latest


_BELIEF = "SELECT shift, greatest(answer_from, lowest) FROM answers_answersetting WHERE shop_id = %s"


def belief_in_scope() -> Belief:
    """Return how the shop in scope judges what the scorer says."""
    with connection.cursor() as cursor:
        cursor.execute(_BELIEF, [current_shop()])
        found = cursor.fetchone()
    return Belief(*found) if found else Belief()


def calibration_in_scope() -> Calibration:
    """Return what is known of confidence in the shop in scope, and what staff chose."""
    row = AnswerSetting.objects.first() or AnswerSetting()
    return Calibration(
        answer_from=max(row.answer_from, row.lowest),
        lowest=row.lowest,
        labels=row.labels,
        figures=tuple(ThresholdFigures(**one) for one in row.figures),
        measured_at=row.measured_at,
        chosen_by=row.by_id,
        chosen_at=row.at,
    )


def label_exchange(shop_id: ShopId, exchange: int, entry: str, user_id: int | None = None) -> int:
    """Keep which entry is right for what a shopper wrote, "" for none, and have confidence measured anew.

    Returns the conversation's public id; raises Missing where no such message was replied to. Opens the scope.
    """
    with shop_scope(shop_id):
        rows = Message.objects.filter(answers__public_id=exchange, answers__way=MessageKind.WRITTEN)
        reply = rows.select_related("conversation").first()
        if reply is None:
            raise Missing(_("This conversation no longer exists."))
        reply.expect = entry
        reply.save(update_fields=["expect"])
        note(user_id, "marked_answer" if entry else "marked_no_answer", entry[:120])
        add_due(WORK_KIND, NO_SUBJECT)
        return int(reply.conversation.public_id)


def choose_threshold(shop_id: ShopId, user_id: int, threshold: float) -> None:
    """Have the assistant answer from a confidence on. Opens the scope.

    Raises Refusal for one that no figure is known of, or below which too many answers would be wrong.
    """
    with shop_scope(shop_id):
        known = calibration_in_scope()
        if threshold < known.lowest or threshold not in {one.threshold for one in known.figures}:
            raise Refusal("unknown_choice", _("Choose one of the settings."), 400)
        AnswerSetting.objects.update_or_create(defaults={"answer_from": threshold, "by_id": user_id, "at": now()})
        note(user_id, "moved_threshold", str(round(100 * threshold)))


def calibrate_again(shop_id: ShopId) -> None:
    """Have confidence measured anew where it was measured before. Opens the scope."""
    with shop_scope(shop_id):
        if AnswerSetting.objects.exists():
            add_due(WORK_KIND, NO_SUBJECT)


def calibrate(shop_id: ShopId) -> None:
    """Measure confidence on what staff labelled and on the test questions, by what shoppers are answered with.

    Safe to run twice. Opens its own scopes.
    """
    with shop_scope(shop_id):
        messages = [*_labelled(), *iter_test_questions()][:MOST_LABELS]
        versions = {language: version_in_scope(language) for language in LANGUAGES}
    known = {language: find_knowledge(shop_id, language, version) for language, version in versions.items()}
    judged = [_judged(known[one.language], one) for one in messages if one.language in known]
    chances, right = [chance for chance, _right in judged], [right for _chance, right in judged]
    shift = fit_shift(chances, right)
    figures = figures_at([shifted(chance, shift) for chance in chances], right)
    with shop_scope(shop_id):
        row = AnswerSetting.objects.select_for_update().first() or AnswerSetting()
        row.shift, row.labels, row.measured_at = shift, len(judged), now()
        row.figures, row.lowest = [asdict(one) for one in figures], lowest_threshold(figures, row.labels)
        row.save()


def _labelled() -> list[TestQuestionSummary]:
    rows = Message.objects.filter(author=Author.BOT, expect__isnull=False).select_related("answers").order_by("-id")
    return [TestQuestionSummary(row.answers.text, row.language, row.expect or None) for row in rows[:MOST_LABELS]]


def _judged(known: KnowledgeBase, message: TestQuestionSummary) -> tuple[float, bool]:
    """The chance before any shift that the first entry is right, and whether it is."""
    decision = decide(known.index, without_placeholders(redact(message.text).text))
    if decision.outcome == AnswerOutcome.SMALL_TALK or not decision.candidates:
        return 0.0, message.expect is None
    return decision.confidence, known.entries[decision.candidates[0].position].external_id == message.expect
