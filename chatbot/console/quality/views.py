"""The page of chat quality, for owners, analysts and support: figures, and nobody's words."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chatbot.console.quality.forms import read_days
from chatbot.console.quality.plots import csv_rows, grade_rows, is_weekly, plots_of, reason_rows
from chatbot.console.quality.selectors import read_period, shop_today
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import EVERYBODY
from shopconnect.core.web.csv_files import csv_response, dated_name


@member_required(*EVERYBODY)
@require_safe
def quality(request: MemberRequest) -> HttpResponse:
    """Show what became of the conversations that began on some days."""
    today = shop_today(request.shop_id)
    first, last, wrong = read_days(request.GET, today)
    period = read_period(request.shop_id, first, last)
    context = {
        "period": period,
        "total": period.total,
        "today": today,
        "problem": next(iter(wrong.values()), ""),
        "plots": plots_of(period),
        "weeks": is_weekly(period),
        "reasons": reason_rows(period.total),
        "grades": grade_rows(period.total) if period.total.graded else [],
    }
    return render(request, "chat_quality/quality.html", context)


@member_required(*EVERYBODY)
@require_safe
def quality_file(request: MemberRequest) -> HttpResponseBase:
    """Hand out the counts of each of some days; where none are meant, the page says what is wrong."""
    first, last, wrong = read_days(request.GET, shop_today(request.shop_id))
    if wrong:
        return redirect(f"{reverse('chat_quality:quality')}?{request.GET.urlencode()}")
    return csv_response(
        dated_name(request.member.slug, _("chat-quality")), csv_rows(read_period(request.shop_id, first, last))
    )
