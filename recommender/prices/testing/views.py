"""Pages of price tests: those that run and ran, what could be tested, and what one found."""

from collections.abc import Iterable, Iterator, Sequence

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recommender.prices.testing import deciding
from recommender.prices.testing.forms import BLOCKS, PriceTestForm, plan_of
from recommender.prices.testing.types import (
    FEWEST_WEEKS_OF_TEST,
    MOST_WEEKS_OF_TEST,
    USUAL_WEEKS_OF_TEST,
    BlockKind,
    PriceTestSummary,
)
from recommender.prices.types import Between
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import OFFICE, Role
from shopconnect.core.errors import Missing
from shopconnect.core.money import write_amount
from shopconnect.core.web.csv_files import Cell, csv_response, dated_name
from shopconnect.core.web.forms import run_and_redirect, submit_or_show
from shopconnect.core.web.lists import read_public_ids


@member_required(*OFFICE)
@require_safe
def price_tests(request: MemberRequest) -> HttpResponse:
    """Show the shop's price tests, and which products could be tested."""
    usual = {"weeks": USUAL_WEEKS_OF_TEST, "block": BlockKind.HALF_WEEK.value}
    return _price_tests(request, PriceTestForm(initial=usual))


@member_required(*OFFICE)
@require_safe
def price_test(request: MemberRequest, public_id: int) -> HttpResponse:
    """Show what a test found so far, and the price of each block."""
    page = deciding.price_test_page(request.shop_id, _language())
    try:
        one = deciding.find_test(request.shop_id, public_id, _language())
    except Missing as missing:
        raise Http404(missing.message) from missing
    context = {
        "page": page,
        "one": one,
        "rhythm": BLOCKS[one.design.block],
        "is_owner": request.member.role == Role.OWNER,
        "tab": "tests",
    }
    return render(request, "prices/test.html", context)


@member_required(*OFFICE)
@require_safe
def price_tests_file(request: MemberRequest) -> HttpResponseBase:
    """Hand out all tests as a file."""
    found = deciding.iter_tests(request.shop_id, _language())
    return csv_response(dated_name(request.member.slug, _("price-tests")), _lines(found))


@member_required(Role.OWNER)
@require_POST
def start_price_tests(request: MemberRequest) -> HttpResponse:
    """Begin tests of the products that were ticked; a refusal stands on the page with what was chosen."""
    form, products = PriceTestForm(request.POST), request.POST.getlist("product")
    return submit_or_show(
        request,
        form,
        lambda fields: deciding.start_tests(request.shop_id, request.member.user_id, plan_of(fields, products)),
        _("The test starts tomorrow at midnight. It ends automatically."),
        "prices:tests",
        lambda refusal, status: _price_tests(request, form, refusal, status=status),
    )


@member_required(Role.OWNER)
@require_POST
def stop_price_test(request: MemberRequest, public_id: int) -> HttpResponse:
    """End a test; the price before is restored."""
    return run_and_redirect(
        request,
        lambda: deciding.stop_test(request.shop_id, request.member.user_id, public_id),
        _("Test stopped. The previous price is being restored."),
        "prices:tests",
    )


def _price_tests(request: MemberRequest, form: PriceTestForm, refusal: str = "", *, status: int = 200) -> HttpResponse:
    context = {
        "page": deciding.price_test_page(request.shop_id, _language()),
        "is_owner": request.member.role == Role.OWNER,
        "blocks": [(kind.value, name) for kind, name in BLOCKS.items()],
        "bounds": (FEWEST_WEEKS_OF_TEST, MOST_WEEKS_OF_TEST),
        "form": form,
        "chosen": set(read_public_ids(request.POST.getlist("product"))),
        "refusal": refusal,
        "tab": "tests",
    }
    return render(request, "prices/tests.html", context, status=status)


def _lines(found: Iterable[PriceTestSummary]) -> Iterator[Sequence[Cell]]:
    yield [
        _("Product"),
        _("Previous price"),
        _("Tested price"),
        _("Currency"),
        _("First day"),
        _("Day after the end"),
        _("Status"),
        _("Pairs compared"),
        _("Elasticity"),
        _("Elasticity, low"),
        _("Elasticity, high"),
        _("Change of margin a day"),
        _("Change of margin a day, low"),
        _("Change of margin a day, high"),
    ]
    for one in found:
        yield [
            one.title,
            write_amount(one.first),
            write_amount(one.other),
            one.currency,
            one.design.starts_on.isoformat(),
            one.ends_on.isoformat(),
            one.state.value,
            one.result.pairs if one.result else 0,
            *_numbers(one.result.elasticity if one.result else None),
            *_numbers(one.result.gain if one.result else None),
        ]


def _numbers(found: Between | None) -> list[Cell]:
    return ["", "", ""] if found is None else [round(end, 3) for end in (found.mean, found.low, found.high)]


def _language() -> str:
    return get_language() or "en"
