"""What staff reported of an entry, for the pages of answers, which know nothing of the console."""

from __future__ import annotations

from typing import Any

from django import template

from chatbot.console.teaching.labels import reason_label
from chatbot.console.teaching.reports import open_reports
from chatbot.console.teaching.types import ReportReason
from shopconnect.core.tenancy.context import ShopId

register = template.Library()


@register.inclusion_tag("teaching/entry_reports.html", takes_context=True)
def entry_reports(context: dict[str, Any], shop_id: ShopId, entry: str) -> dict[str, Any]:
    """Show what is wrong with an entry."""
    rows = [{"report": one, "reason": reason_label(one.reason)} for one in open_reports(shop_id, entry)]
    return {"rows": rows, "csrf_token": context.get("csrf_token"), "zone": context.get("zone")}


@register.inclusion_tag("teaching/report_form.html", takes_context=True)
def report_form(context: dict[str, Any], exchange: str) -> dict[str, Any]:
    """Ask what is wrong with the answer to a shopper's message."""
    reasons = [(one.value, reason_label(one)) for one in ReportReason]
    return {"exchange": exchange, "reasons": reasons, "csrf_token": context.get("csrf_token")}
