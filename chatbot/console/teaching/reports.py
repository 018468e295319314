"""Staff say what is wrong with an answer that a shopper got; whoever opens the entry sees it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from chatbot.answers.drafts.selectors import edited_answer
from chatbot.answers.drafts.texts import question_of
from chatbot.answers.transcripts.asked import find_asked
from chatbot.answers.transcripts.types import ExchangeSummary
from chatbot.console.teaching.models import AnswerReport
from chatbot.console.teaching.types import ReportReason, ReportSummary
from shopconnect.accounts.selectors import names_of_people
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.audit import note

MOST_REPORTS = 50


def report_answer(shop_id: ShopId, user_id: int, exchange: int, reason: ReportReason) -> ExchangeSummary:
    """Keep what is wrong with the answer to a shopper's message; the last word of staff counts. Opens the scope.

    Returns the message; raises Missing where the shop has none such with a reply.
    """
    with shop_scope(shop_id):
        found = find_asked([exchange]).get(exchange)
        if found is None or found.outcome is None:
            raise Missing(_("This conversation no longer exists."))
        said = {"entry": found.entry, "reason": reason, "by_id": user_id, "at": now(), "settled_at": None}
        AnswerReport.objects.update_or_create(exchange=exchange, defaults=said)
        subject = question_of(edited_answer(found.entry).texts, "en") if found.entry else ""
        note(user_id, "reported_answer", subject[:200] or str(exchange))
        return found


def settle_report(shop_id: ShopId, report: int) -> None:
    """Note that a report is dealt with; a second time changes nothing. Raises Missing for none. Opens the scope."""
    with shop_scope(shop_id):
        rows = AnswerReport.objects.filter(pk=report)
        if not rows.exists():
            raise Missing(_("This report no longer exists."))
        rows.filter(settled_at=None).update(settled_at=now())


def open_reports(shop_id: ShopId, entry: str) -> list[ReportSummary]:
    """Return what staff say is wrong with an entry and nobody settled, newest first. Opens the scope."""
    with shop_scope(shop_id):
        rows = AnswerReport.objects.filter(entry=entry, settled_at=None).order_by("-at", "-id")
        return _summaries(list(rows[:MOST_REPORTS]))


def list_reports(shop_id: ShopId) -> list[ReportSummary]:
    """Return what nobody settled, of all answers, newest first. Opens the scope."""
    with shop_scope(shop_id):
        return _summaries(list(AnswerReport.objects.filter(settled_at=None).order_by("-at", "-id")[:MOST_REPORTS]))


def _summaries(rows: Sequence[AnswerReport]) -> list[ReportSummary]:
    names = names_of_people(row.by_id for row in rows)
    exchanges = find_asked(row.exchange for row in rows)
    return [
        ReportSummary(
            report=row.pk,
            reason=ReportReason(row.reason),
            exchange=exchanges.get(row.exchange),
            who=names.get(row.by_id, ""),
            at=row.at,
        )
        for row in rows
    ]
