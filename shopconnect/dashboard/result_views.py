"""The merchant's page of results, and what may be changed about the hold-out and the test there."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recommender.products.services import model_gates
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import OFFICE, Role
from shopconnect.core.errors import Refusal
from shopconnect.dashboard import results as shown
from shopconnect.dashboard import trials
from shopconnect.dashboard.services import compare
from shopconnect.experiments import services
from shopconnect.experiments.results import page_of
from shopconnect.experiments.types import MOST_HOLD_OUT, START_PERCENT
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.services import timezone_of
from shopconnect.shops.types import KeyKind

START_DAYS = (14, 28, 56)


@member_required(*OFFICE)
@require_safe
def results(request: MemberRequest) -> HttpResponse:
    """Show what suggestions bring in, against the visits that see none; and what is known until that is."""
    page = page_of(request.shop_id)
    found = page.results
    headline, tone = shown.headline_of(found)
    hold_out = found.hold_out if found else None
    context = {
        "page": page,
        "zone": timezone_of(request.shop_id),
        "headline": headline,
        "tone": tone,
        "rows": shown.rows_of(hold_out.figures, found.currency) if found and hold_out else (),
        **trials.trials_shown(request.shop_id, page, get_language() or "en"),
        "pages": shown.rows_of([found.pages], found.currency) if found and found.pages else (),
        "waits": [
            (percent / 100, found.days[percent, 5], found.days[percent, 10])
            for percent in _shares(page.percent)
            if (percent, 5) in found.days
        ]
        if found
        else (),
        "shelves": shown.shelf_rows(page.shelves),
        "kept_out": shown.kept_out_rows(page.kept_out),
        "hosts": keys_of_shop(request.shop_id, KeyKind.DOMAIN),
        "comparisons": compare(model_gates(request.shop_id)),
        "fallen": [(shelf, shown.shelf_title(shelf), because) for shelf, because in page.config.fallen.items()],
        "is_owner": request.member.role == Role.OWNER,
        "start_days": START_DAYS,
        "most": MOST_HOLD_OUT,
        "is_half": page.percent == START_PERCENT,
    }
    return render(request, "dashboard/results.html", context)


@member_required(Role.OWNER)
@require_POST
def set_hold_out(request: MemberRequest) -> HttpResponse:
    """Keep which share of visits sees the shop without suggestions."""
    percent = _number(request.POST.get("percent", ""))
    return _changed(request, lambda: services.set_hold_out(request.shop_id, percent), _("Kept."))


@member_required(Role.OWNER)
@require_POST
def start_half(request: MemberRequest) -> HttpResponse:
    """Have half of the visits see the shop without suggestions for some days."""
    days = _number(request.POST.get("days", ""))
    return _changed(request, lambda: services.start_half(request.shop_id, days), _("The start at half and half runs."))


@member_required(Role.OWNER)
@require_POST
def lift_fallback(request: MemberRequest) -> HttpResponse:
    """Show what was learnt again in a row that fell back to the simple rule."""
    shelf = request.POST.get("shelf", "")[:20]
    said = _("What was learnt is shown again.")
    return _changed(request, lambda: services.lift_fallback(request.shop_id, shelf), said)


def _changed(request: MemberRequest, change: Callable[[], object], said: str) -> HttpResponse:
    try:
        change()
    except Refusal as refusal:
        messages.error(request, refusal.message, extra_tags="bad")
    else:
        messages.success(request, said, extra_tags="good")
    return redirect("dashboard:results")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else -1


def _shares(percent: int) -> list[int]:
    return sorted({percent, START_PERCENT} - {0})
