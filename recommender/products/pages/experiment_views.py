"""Pages of tests on half of the visits: what one would compare and how long it takes, then it is begun."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from recommender.products import experiments
from recommender.products.pages import experiments as services
from recommender.products.pages.forms import DiversityTestForm, RulesTestForm
from recommender.products.pages.types import ExperimentProposal
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import Role
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.web.forms import read_form
from shopconnect.shops.services import timezone_of


@member_required(Role.OWNER)
def test_diversity(request: MemberRequest) -> HttpResponse:
    """Show what a test of variety would compare and how long it takes; begin it."""
    test, user_id = read_form(DiversityTestForm(request.POST)), request.member.user_id
    return _answer(
        request,
        lambda: experiments.start_diversity_experiment(request.shop_id, user_id, test["percent"], test["days"]),
        lambda: services.diversity_proposal(request.shop_id),
    )


@member_required(Role.OWNER)
def test_rules(request: MemberRequest, number: int) -> HttpResponse:
    """Show what a test of a version of the rules (0: the draft) would compare and how long it takes; begin it."""
    test, user_id = read_form(RulesTestForm(request.POST)), request.member.user_id
    return _answer(
        request,
        lambda: experiments.start_rules_experiment(
            request.shop_id,
            user_id,
            number,
            test["days"],
            expected_etag=test["expected_etag"],
            is_confirmed=test["is_confirmed"],
        ),
        lambda: services.rules_proposal(request.shop_id, number, get_language() or "en"),
    )


def _answer(
    request: MemberRequest, begin: Callable[[], None], propose: Callable[[], ExperimentProposal]
) -> HttpResponse:
    """Begin a test where that is asked for, else show its page; a refusal stands on it with what was typed."""
    refusal = None
    try:
        if request.method == "POST":
            begin()
            messages.success(request, _("The test has started."), extra_tags="good")
            return redirect("experiments:results")
    except Missing as missing:
        raise Http404 from missing
    except Refusal as refused:
        refusal = refused
    try:
        proposal = propose()
    except Missing as missing:
        raise Http404 from missing
    context = {"proposal": proposal, "zone": timezone_of(request.shop_id), "refusal": refusal, "typed": request.POST}
    return render(request, "products/experiment.html", context, status=refusal.status if refusal else 200)
