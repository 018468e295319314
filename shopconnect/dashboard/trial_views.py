"""Pages of tests on half of the visits: what one would compare and how long it takes, then keep or end it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recommender.products import experiments
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import Role
from shopconnect.core.errors import Missing, Refusal
from shopconnect.dashboard import trials as shown
from shopconnect.shops.services import timezone_of

LONGEST_NUMBER = 19


@member_required(Role.OWNER)
def try_variety(request: MemberRequest) -> HttpResponse:
    """Show what a test of variety would compare and how long it takes; begin it."""
    person, percent, days = request.member.user_id, _number(request, "percent"), _number(request, "days")
    return _begun(
        request,
        lambda: experiments.start_diversity_experiment(request.shop_id, person, percent, days),
        lambda: shown.variety_trial(request.shop_id),
    )


@member_required(Role.OWNER)
def try_rules(request: MemberRequest, number: int) -> HttpResponse:
    """Show what a test of a version of the rules (0: the draft) would compare and how long it takes; begin it."""
    person, days, language = request.member.user_id, _number(request, "days"), get_language() or "en"
    seen, is_confirmed = request.POST.get("seen", ""), "is_confirmed" in request.POST
    return _begun(
        request,
        lambda: experiments.start_rules_experiment(
            request.shop_id, person, number, days, seen=seen, is_confirmed=is_confirmed
        ),
        lambda: shown.rules_trial(request.shop_id, number, language),
    )


@member_required(Role.OWNER)
@require_POST
def keep_tried(request: MemberRequest) -> HttpResponse:
    """Give everybody what the test tries, and end it."""
    if experiments.keep_variant(request.shop_id, request.member.user_id, _number(request, "test")):
        messages.success(request, _("B is kept: everybody gets it within minutes."), extra_tags="good")
    return redirect("dashboard:results")


@member_required(Role.OWNER)
@require_POST
def end_tried(request: MemberRequest) -> HttpResponse:
    """End the test, so that everybody gets A again."""
    if experiments.end_experiment(request.shop_id, request.member.user_id, _number(request, "test")):
        messages.success(request, _("The test is ended: everybody gets A."), extra_tags="good")
    return redirect("dashboard:results")


def _begun(request: MemberRequest, begin: Callable[[], None], page: Callable[[], shown.TrialToBegin]) -> HttpResponse:
    """Begin a test where that is asked for, else show its page; a refusal stands on it with what was typed."""
    refusal = None
    try:
        if request.method == "POST":
            begin()
            messages.success(request, _("The test runs."), extra_tags="good")
            return redirect("dashboard:results")
    except Missing as missing:
        raise Http404 from missing
    except Refusal as told:
        refusal = told
    try:
        context = {"trial": page(), "zone": timezone_of(request.shop_id), "refusal": refusal, "typed": request.POST}
    except Missing as missing:
        raise Http404 from missing
    return render(request, "dashboard/trial.html", context, status=refusal.status if refusal else 200)


def _number(request: MemberRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else -1
