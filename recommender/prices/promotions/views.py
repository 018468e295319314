"""Pages of promotions: what stands reduced and whether it is true, what is planned, and what one brought."""

from collections.abc import Iterable, Iterator, Sequence

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recommender.prices.promotions import deciding
from recommender.prices.promotions.bars import gain_bars
from recommender.prices.promotions.forms import PromotionForm, wish_of
from recommender.prices.promotions.types import (
    PromotedPlan,
    PromotedProductSummary,
    PromotionSummary,
    PromotionVerdict,
    ReductionClaim,
)
from recommender.prices.proposals.views import reason_named
from recommender.prices.types import Between
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import OFFICE, Role
from shopconnect.core.errors import Missing
from shopconnect.core.money import write_amount
from shopconnect.core.web.csv_files import Cell, csv_response, dated_name
from shopconnect.core.web.forms import run_and_redirect, submit_or_show

EMPTY: list[Cell] = ["", "", ""]


@member_required(*OFFICE)
@require_safe
def promotions(request: MemberRequest) -> HttpResponse:
    """Show planned and past promotions, and what stands reduced now."""
    return _promotions(request)


@member_required(*OFFICE)
@require_safe
def reductions_file(request: MemberRequest) -> HttpResponseBase:
    """Hand out what stands reduced now as a file."""
    found = deciding.iter_claims(request.shop_id, _language())
    return csv_response(dated_name(request.member.slug, _("reductions")), _claim_lines(found))


@member_required(*OFFICE)
@require_safe
def promotion(request: MemberRequest, public_id: int) -> HttpResponse:
    """Show what a promotion may say, what is expected of it, and what it brought."""
    one, products = _found(request, public_id)
    reasons = [reason_named(product.plan.reason or "") if product.plan else "" for product in products]
    bars = gain_bars([(product.extra_margin, product.verdict is None) for product in products])
    context = {
        "one": one,
        "rows": list(zip(products, reasons, bars, strict=True)),
        "is_owner": request.member.role == Role.OWNER,
    }
    return render(request, "prices/promotion.html", context)


@member_required(*OFFICE)
@require_safe
def promotion_file(request: MemberRequest, public_id: int) -> HttpResponseBase:
    """Hand out the products of a promotion as a file."""
    _found(request, public_id)
    found = deciding.iter_promoted(request.shop_id, public_id, _language())
    return csv_response(dated_name(request.member.slug, _("promotion")), _product_lines(found))


@member_required(Role.OWNER)
@require_POST
def plan_promotion(request: MemberRequest) -> HttpResponse:
    """Plan a promotion; a refusal stands on the page with what was typed."""
    return submit_or_show(
        request,
        PromotionForm(request.POST),
        lambda fields: deciding.plan_promotion(request.shop_id, request.member.user_id, wish_of(fields)),
        _("Promotion planned. Its result is being forecast."),
        "prices:promotions",
        lambda refusal, status: _promotions(request, refusal, status=status),
    )


@member_required(Role.OWNER)
@require_POST
def remove_promotion(request: MemberRequest, public_id: int) -> HttpResponse:
    """Remove a promotion that has not begun."""
    return run_and_redirect(
        request,
        lambda: deciding.remove_promotion(request.shop_id, request.member.user_id, public_id),
        _("Promotion removed."),
        "prices:promotions",
    )


def _promotions(request: MemberRequest, refusal: str = "", *, status: int = 200) -> HttpResponse:
    page = deciding.promotions_page(request.shop_id, _language())
    bars = gain_bars([(one.extra_margin, one.verdict is None) for one in page.promotions])
    context = {
        "page": page,
        "promotions": list(zip(page.promotions, bars, strict=True)),
        "refusal": refusal,
        "typed": request.POST,
        "is_owner": request.member.role == Role.OWNER,
    }
    return render(request, "prices/promotions.html", context, status=status)


def _found(request: MemberRequest, public_id: int) -> tuple[PromotionSummary, list[PromotedProductSummary]]:
    try:
        return deciding.find_promotion(request.shop_id, public_id, _language())
    except Missing as missing:
        raise Http404(missing.message) from missing


def _claim_lines(found: Iterable[ReductionClaim]) -> Iterator[Sequence[Cell]]:
    yield [
        _("Product"),
        _("Variant ID"),
        _("Price now"),
        _("Crossed-out price"),
        _("Lowest price of the 30 days before"),
        _("Currency"),
        _("Percentage shown"),
        _("Percentage you may claim"),
        _("Days known before"),
        _("Status"),
    ]
    for one in found:
        allowed = one.share_allowed
        yield [
            one.title,
            one.variant,
            write_amount(one.price),
            write_amount(one.crossed),
            "" if one.lowest is None else write_amount(one.lowest),
            one.currency,
            round(100 * one.share_said, 1),
            "" if allowed is None else round(100 * allowed, 1),
            one.known_days,
            one.state.value,
        ]


def _product_lines(found: Iterable[PromotedProductSummary]) -> Iterator[Sequence[Cell]]:
    yield [
        _("Product"),
        _("Price now"),
        _("Lowest price of the 30 days before"),
        _("Promised price"),
        _("Stock on the first day"),
        _("Share of cases in which it lasts"),
        *_three(_("Units without it")),
        *_three(_("Units expected")),
        *_three(_("Extra margin expected")),
        _("Units sold"),
        _("Units sold in the days after"),
        *_three(_("Extra units")),
        *_three(_("Extra margin")),
    ]
    for one in found:
        yield [one.title, *_plan_cells(one.plan), *_verdict_cells(one.verdict)]


def _three(name: str) -> list[Cell]:
    return [name, _("%(name)s, low") % {"name": name}, _("%(name)s, high") % {"name": name}]


def _plan_cells(plan: PromotedPlan | None) -> list[Cell]:
    if plan is None:
        return [*EMPTY, "", "", *EMPTY, *EMPTY, *EMPTY]
    return [
        write_amount(plan.price),
        write_amount(plan.reference),
        write_amount(plan.promised),
        "" if plan.stock is None else round(plan.stock, 1),
        "" if plan.lasts is None else round(plan.lasts, 2),
        *_numbers(plan.usual.units if plan.usual else None),
        *_numbers(plan.reduced.units if plan.reduced else None),
        *_numbers(plan.gain),
    ]


def _verdict_cells(verdict: PromotionVerdict | None) -> list[Cell]:
    if verdict is None:
        return ["", "", *EMPTY, *EMPTY]
    sold = [round(verdict.units, 1), round(verdict.units_after, 1)]
    return [*sold, *_numbers(verdict.extra_units), *_numbers(verdict.extra_margin)]


def _numbers(found: Between | None) -> list[Cell]:
    return EMPTY if found is None else [round(end, 2) for end in (found.mean, found.low, found.high)]


def _language() -> str:
    return get_language() or "en"
