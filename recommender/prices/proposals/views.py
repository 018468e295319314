"""Pages of price proposals: the list, why a price is proposed, what is decided on it, and the merchant's rules."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.forms import BoundField
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recommender.prices.proposals import deciding
from recommender.prices.proposals.forms import PriceRulesForm, initial_of, read_moment, settings_of
from recommender.prices.proposals.types import ProposalState, StoredProposal
from recommender.prices.types import COMPETITOR_DAYS, NoProposalReason, PriceGoal, PriceLimit
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import OFFICE, Role
from shopconnect.catalog.browsing import product_details
from shopconnect.catalog.types import ProductDetails
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.money import Money, write_amount
from shopconnect.core.web.csv_files import Cell, csv_response, dated_name
from shopconnect.core.web.forms import run_and_redirect, submit_or_show
from shopconnect.core.web.lists import read_public_ids
from shopconnect.ui.charts import Chart, step_chart

TABS = {
    "open": (ProposalState.PROPOSED,),
    "coming": (ProposalState.APPROVED, ProposalState.SCHEDULED),
    "watched": (ProposalState.WRITTEN,),
    "past": (
        ProposalState.KEPT,
        ProposalState.REPLACED,
        ProposalState.ROLLED_BACK,
        ProposalState.REJECTED,
        ProposalState.REFUSED,
    ),
}


@member_required(*OFFICE)
@require_safe
def proposals(request: MemberRequest) -> HttpResponse:
    """Show proposals by what became of them, and what keeps others from being made."""
    tab = _tab(request)
    way = request.GET.get("way", "")
    page = deciding.proposal_page(request.shop_id, TABS[tab], _language(), way)
    return _page(request, "proposals", {"page": page, "tab": tab, "way": way, "reasons": _reasons(page)})


@member_required(*OFFICE)
@require_safe
def proposals_file(request: MemberRequest) -> HttpResponseBase:
    """Hand out all proposals as a file."""
    found = deciding.iter_proposals(request.shop_id, TABS[_tab(request)], _language())
    return csv_response(dated_name(request.member.slug, _("price-proposals")), _lines(found))


@member_required(*OFFICE)
@require_safe
def proposal(request: MemberRequest, public_id: int) -> HttpResponse:
    """Show why a price is proposed: each rule, what is expected at both prices, and the price's history."""
    try:
        found = deciding.find_proposal(request.shop_id, public_id, _language())
    except Missing as missing:
        raise Http404(missing.message) from missing
    page = deciding.proposal_page(request.shop_id, (), _language())
    product = _product(request, found)
    titles = {one.external_id: one.title for one in product.variants} if product else {}
    context = {
        "one": found,
        "page": page,
        "chart": _chart(product, found) if product and product.prices else None,
        "variants": [(titles.get(one.external_id) or one.external_id, one) for one in found.found.variants],
        "outlooks": (found.found.now, found.found.proposed),
        "rules": [(_rule_named(effect.limit), effect) for effect in found.found.limits],
        "tab": "",
    }
    return _page(request, "proposal", context)


@member_required(*OFFICE)
@require_safe
def without(request: MemberRequest, reason: str) -> HttpResponse:
    """Show the products that have no proposal for a reason."""
    if reason not in list(NoProposalReason):
        raise Http404
    page = deciding.proposal_page(request.shop_id, (), _language())
    rows = deciding.list_without(request.shop_id, reason, _language())
    every = page.night.counts.get(reason, 0) if page.night else 0
    context = {"page": page, "rows": rows, "all": every, "reason": reason_named(reason), "tab": ""}
    return _page(request, "without", context)


@member_required(Role.OWNER)
@require_POST
def decide(request: MemberRequest) -> HttpResponse:
    """Approve or reject the proposals that were ticked."""
    shop_id, user_id = request.shop_id, request.member.user_id
    chosen = read_public_ids(request.POST.getlist("proposal"))
    try:
        if request.POST.get("verb") == "reject":
            count = deciding.reject(shop_id, user_id, chosen)
            done = ngettext("%(count)d proposal rejected.", "%(count)d proposals rejected.", count)
        else:
            zone = deciding.proposal_page(shop_id, (), "").zone
            count = deciding.approve(shop_id, user_id, chosen, read_moment(request.POST.get("on", ""), zone))
            done = ngettext("%(count)d proposal approved.", "%(count)d proposals approved.", count)
    except Refusal as refusal:
        messages.error(request, refusal.message, "bad")
    else:
        messages.success(request, done % {"count": count}, "good")
    return redirect("prices:proposals")


@member_required(Role.OWNER)
@require_POST
def take_back(request: MemberRequest, public_id: int) -> HttpResponse:
    """Take an approval back; what was written is rolled back."""
    return run_and_redirect(
        request,
        lambda: deciding.take_back(request.shop_id, request.member.user_id, public_id),
        _("Approval withdrawn."),
        "prices:proposals",
    )


@member_required(*OFFICE)
@require_safe
def rules(request: MemberRequest) -> HttpResponse:
    """Show what the merchant allows."""
    return _rules(request, None)


@member_required(Role.OWNER)
@require_POST
def set_rules(request: MemberRequest) -> HttpResponse:
    """Keep what the merchant allows; a refusal stands on the page with what was typed."""
    form = PriceRulesForm(request.POST)
    return submit_or_show(
        request,
        form,
        lambda fields: deciding.choose_price_settings(request.shop_id, request.member.user_id, settings_of(fields)),
        _("Rules saved. They apply to the next proposals, which are made each night."),
        "prices:rules",
        lambda refusal, status: _rules(request, form, refusal, status=status),
    )


def _rules(
    request: MemberRequest, typed: PriceRulesForm | None, refusal: str = "", *, status: int = 200
) -> HttpResponse:
    page = deciding.proposal_page(request.shop_id, (), _language())
    form = typed or PriceRulesForm(initial=initial_of(page.settings))
    context = {
        "page": page,
        "form": form,
        "numbers": _numbers(form),
        "goals": _goals(),
        "competitor_days": COMPETITOR_DAYS,
        "refusal": refusal,
        "tab": "rules",
    }
    return _page(request, "rules", context, status=status)


def _page(request: MemberRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    shown = {"is_owner": request.member.role == Role.OWNER, **context}
    return render(request, f"prices/{template}.html", shown, status=status)


def _tab(request: MemberRequest) -> str:
    asked = request.GET.get("tab", "open")
    return asked if asked in TABS else "open"


def _numbers(form: PriceRulesForm) -> list[tuple[BoundField, str, bool]]:
    """Return the fields of numbers with their titles, and whether each may stay empty."""
    titles = {
        "largest_step": _("Largest change, in percent"),
        "least_margin": _("Smallest margin, in percent of the price without tax"),
        "ceiling": _("Highest price, in percent of the usual one"),
        "competitor_percent": _("Highest price, in percent of a competitor’s"),
        "daily_limit": _("Price changes per day at most"),
        "weekly_limit": _("Price changes per week at most"),
        "freeze_days": _("Days before a planned promotion without price cuts"),
        "tax": _("Tax in your prices, in percent"),
    }
    return [(form[name], title, not form.fields[name].required) for name, title in titles.items()]


def _goals() -> list[tuple[str, str]]:
    return [
        (PriceGoal.PROFIT.value, _("Highest profit")),
        (PriceGoal.REVENUE.value, _("Highest revenue")),
        (PriceGoal.CLEARING.value, _("Clearing stock by a date")),
    ]


def _rule_named(limit: PriceLimit) -> str:
    names = {
        PriceLimit.LARGEST_STEP: _("Largest change"),
        PriceLimit.ENDINGS: _("Price endings"),
        PriceLimit.COST: _("Never below cost"),
        PriceLimit.LEAST_MARGIN: _("Smallest margin"),
        PriceLimit.CEILING: _("Highest price"),
        PriceLimit.COMPETITOR: _("Beside the competitor’s price"),
        PriceLimit.FAMILY: _("Order of prices in the family"),
        PriceLimit.FREEZE: _("No cuts before an announced reduction"),
        PriceLimit.REFERENCE: _("Lowest price of 30 days"),
        PriceLimit.CAUTION: _("Chosen by the cautious estimate"),
        PriceLimit.PARITY: _("Variants keep their price differences"),
    }
    return names[limit]


def reason_named(reason: str) -> str:
    """Return why a product has no proposal or forecast, "" where it has one."""
    names = {
        NoProposalReason.NO_COST: _("No cost is known"),
        NoProposalReason.LITTLE_MOVEMENT: _("Not enough price movement"),
        NoProposalReason.NO_STOCK: _("Nothing in stock"),
        NoProposalReason.BEST_AS_IT_IS: _("Best as it is"),
        NoProposalReason.NO_ROOM: _("No room within your rules"),
        NoProposalReason.NOT_SURE: _("Not reliable enough in your shop"),
    }
    return names[NoProposalReason(reason)] if reason else ""


def _reasons(page: Any) -> list[tuple[str, str, int]]:
    counts = page.night.counts if page.night else {}
    return [(reason, reason_named(reason), count) for reason, count in sorted(counts.items(), key=lambda one: -one[1])]


def _product(request: MemberRequest, found: StoredProposal) -> ProductDetails | None:
    try:
        return product_details(request.shop_id, found.found.product_public_id, _language())
    except Missing:
        return None


def _chart(product: ProductDetails, found: StoredProposal) -> Chart | None:
    def write(amount: Decimal) -> str:
        return Money(amount=amount, currency=found.found.currency).written(_language())

    title = _("Price: %(price)s") % {"price": write(found.found.now.price)}
    return step_chart(title, _("Price"), product.prices, now(), write)


def _lines(found: Iterable[StoredProposal]) -> Iterator[Sequence[Cell]]:
    yield [
        _("Product"),
        _("Price now"),
        _("Proposed price"),
        _("Currency"),
        _("Goal"),
        _("Days"),
        _("Gain, cautious"),
        _("Gain, middle"),
        _("Gain, high"),
        _("Lowest price of 30 days"),
        _("Status"),
    ]
    for one in found:
        gain = one.found.gain
        yield [
            one.title,
            write_amount(one.found.now.price),
            write_amount(one.found.proposed.price),
            one.found.currency,
            one.found.goal.value,
            one.found.days,
            round(gain.low, 2),
            round(gain.middle, 2),
            round(gain.high, 2),
            write_amount(one.found.reference),
            one.state.value,
        ]


def _language() -> str:
    return get_language() or "en"
