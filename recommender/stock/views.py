"""Pages of stock: what runs out, what to order, what lies too long, one item, and how things are bought."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recommender.stock import buying
from recommender.stock.advising import item_page, stock_advice, supplier_orders
from recommender.stock.forms import (
    SettingsForm,
    SupplierForm,
    TermsForm,
    initial_settings,
    initial_terms,
    settings_of,
    terms_of,
)
from recommender.stock.terms_file import load_terms, terms_table
from recommender.stock.types import SERVICE_PERCENTS, ItemPage, StockAdvice, SupplierOrder
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import OFFICE, Role
from shopconnect.catalog.tables.receiving import receive_item_table
from shopconnect.core.clock import today
from shopconnect.core.errors import Missing
from shopconnect.core.money import write_amount
from shopconnect.core.web.csv_files import Cell, csv_response, dated_name
from shopconnect.core.web.forms import run_and_redirect, submit_or_show
from shopconnect.ui.charts import BandChart, Chart, band_chart, day_chart

SHOWN, LINES_IN_MAIL, DRAWN_DAYS = 100, 40, 29


@member_required(*OFFICE)
@require_safe
def runs_out(request: MemberRequest) -> HttpResponse:
    """Show what runs out before an order of today would be there."""
    advice = stock_advice(request.shop_id, _language())
    found = advice.running_out
    context = {"rows": found[:SHOWN], "all": len(found), "chart": _out_chart(advice)}
    return _page(request, "runs_out", advice, context)


@member_required(*OFFICE)
@require_safe
def orders(request: MemberRequest) -> HttpResponse:
    """Show what to order, supplier by supplier, or of the one that the address names, to be printed."""
    advice, found = _orders_named(request)
    is_one = "supplier" in request.GET
    waiting = [] if is_one else [item for item in advice.items if item.quantity and item.is_over_budget]
    context = {
        "is_one": is_one,
        "orders": [(order, _mail(order, advice.currency)) for order in found],
        "amount": sum((order.amount for order in found), Decimal(0)),
        "waiting": waiting[:SHOWN],
        "all_waiting": len(waiting),
    }
    return _page(request, "orders", advice, context)


@member_required(*OFFICE)
@require_safe
def orders_file(request: MemberRequest) -> HttpResponseBase:
    """Hand out what to order as a file, of one supplier where the address names it."""
    advice, found = _orders_named(request)
    return csv_response(dated_name(request.member.slug, _("to-order")), _order_lines(found, advice.currency))


def _orders_named(request: MemberRequest) -> tuple[StockAdvice, list[SupplierOrder]]:
    advice, found = supplier_orders(request.shop_id, _language())
    name = request.GET.get("supplier")
    return advice, [order for order in found if name is None or order.name == name]


@member_required(*OFFICE)
@require_safe
def lying(request: MemberRequest) -> HttpResponse:
    """Show what lies too long, and what helps."""
    advice = stock_advice(request.shop_id, _language())
    found = advice.lying
    tied = sum((item.excess_amount or Decimal(0) for item in found), Decimal(0))
    return _page(request, "lying", advice, {"rows": found[:SHOWN], "all": len(found), "tied": tied})


@member_required(*OFFICE)
@require_safe
def items_file(request: MemberRequest) -> HttpResponseBase:
    """Hand out all items with what is said of them as a file."""
    advice = stock_advice(request.shop_id, _language())
    return csv_response(dated_name(request.member.slug, _("stock")), _item_lines(advice))


@member_required(*OFFICE)
@require_safe
def item(request: MemberRequest, public_id: int) -> HttpResponse:
    """Show an item: its weeks, its forecast, and what its figures rest on."""
    return _item(request, public_id, request.GET.get("variant", ""))


@member_required(Role.OWNER)
@require_POST
def set_terms(request: MemberRequest, public_id: int) -> HttpResponse:
    """Keep how an item is bought; a refusal stands on the page with what was typed."""
    variant = request.POST.get("variant", "")[:255].replace("\0", "")
    after = f"{reverse('stock:item', args=[public_id])}?{urlencode({'variant': variant})}"
    shop_id, user_id = request.shop_id, request.member.user_id
    form = TermsForm(request.POST)
    return submit_or_show(
        request,
        form,
        lambda fields: buying.store_item_terms(shop_id, user_id, public_id, fields["variant"], terms_of(fields)),
        _("Purchasing details saved."),
        after,
        lambda refusal, status: _item(request, public_id, variant, form, refusal, status=status),
    )


def _item(
    request: MemberRequest,
    public_id: int,
    variant: str,
    typed: TermsForm | None = None,
    refusal: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    try:
        advice, found = item_page(request.shop_id, public_id, variant, _language())
    except Missing as missing:
        raise Http404(missing.message) from missing
    chosen, suppliers = buying.buying_page(request.shop_id)
    context = {
        "found": found,
        "chart": _item_chart(found),
        "suppliers": suppliers,
        "settings": chosen,
        "form": typed or TermsForm(initial=initial_terms(found.item.terms)),
        "refusal": refusal,
    }
    return _page(request, "", advice, context, template="item", status=status)


@member_required(*OFFICE)
@require_safe
def suppliers(request: MemberRequest) -> HttpResponse:
    """Show who delivers, what holds where nothing is said, and the table of all items."""
    return _suppliers(request)


@member_required(Role.OWNER)
@require_POST
def set_settings(request: MemberRequest) -> HttpResponse:
    """Keep what holds for all items; a refusal stands on the page with what was typed."""
    form = SettingsForm(request.POST)
    return submit_or_show(
        request,
        form,
        lambda fields: buying.choose_settings(request.shop_id, request.member.user_id, settings_of(fields)),
        _("Settings saved."),
        "stock:suppliers",
        lambda refusal, status: _suppliers(request, usual=form, refusal=refusal, status=status),
    )


@member_required(Role.OWNER)
@require_POST
def add_supplier(request: MemberRequest) -> HttpResponse:
    """Add a supplier."""
    return _stored_supplier(request, None)


@member_required(Role.OWNER)
@require_POST
def change_supplier(request: MemberRequest, public_id: int) -> HttpResponse:
    """Change a supplier."""
    return _stored_supplier(request, public_id)


@member_required(Role.OWNER)
@require_POST
def remove_supplier(request: MemberRequest, public_id: int) -> HttpResponse:
    """Remove a supplier."""
    return run_and_redirect(
        request,
        lambda: buying.remove_supplier(request.shop_id, request.member.user_id, public_id),
        _("Supplier removed."),
        "stock:suppliers",
    )


@member_required(*OFFICE)
@require_safe
def terms_file(request: MemberRequest) -> HttpResponseBase:
    """Hand out the table of how items are bought."""
    rows = terms_table(request.shop_id, _language())
    return csv_response(dated_name(request.member.slug, _("purchasing")), rows)


@member_required(Role.OWNER)
@require_POST
def send_terms(request: MemberRequest) -> HttpResponse:
    """Take the table of how items are bought."""
    return receive_item_table(
        request, lambda path: load_terms(request.shop_id, request.member.user_id, path), _loaded, "stock:suppliers"
    )


def _loaded(count: int) -> str:
    done = ngettext(
        "Purchasing details of %(count)d item imported.", "Purchasing details of %(count)d items imported.", count
    )
    return done % {"count": count}


def _stored_supplier(request: MemberRequest, public_id: int | None) -> HttpResponse:
    shop_id, user_id = request.shop_id, request.member.user_id
    form = SupplierForm(request.POST)
    return submit_or_show(
        request,
        form,
        lambda fields: buying.store_supplier(shop_id, user_id, fields, public_id),
        _("Supplier saved: %(name)s"),
        "stock:suppliers",
        lambda refusal, status: _suppliers(request, supplier=form, refusal=refusal, status=status),
    )


def _suppliers(
    request: MemberRequest,
    *,
    supplier: SupplierForm | None = None,
    usual: SettingsForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    advice = stock_advice(request.shop_id, _language())
    chosen, found = buying.buying_page(request.shop_id)
    usual = usual or SettingsForm(initial=initial_settings(chosen))
    context = {
        "settings": chosen,
        "suppliers": found,
        "supplier": supplier or SupplierForm(initial=initial_settings(chosen)),
        "usual": usual,
        "refusal": refusal,
        "percents": [str(percent) for percent in SERVICE_PERCENTS],
        "levels": (
            (usual["a_percent"], _("Products of class A")),
            (usual["b_percent"], _("Products of class B")),
            (usual["c_percent"], _("Products of class C")),
        ),
    }
    return _page(request, "suppliers", advice, context, status=status)


def _page(
    request: MemberRequest,
    tab: str,
    advice: StockAdvice,
    more: dict[str, Any],
    *,
    template: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"advice": advice, "tab": tab, "is_owner": request.member.role == Role.OWNER, **more}
    return render(request, f"stock/{template or tab}.html", context, status=status)


def _out_chart(advice: StockAdvice) -> Chart | None:
    """How many items are out by each of the coming days, as likely as not; None where none is."""
    first = today(advice.zone)
    days = [item.out_days for item in advice.items if item.out_days is not None and item.weekly_units > 0]
    counts = [(first + timedelta(days=day), sum(one <= day for one in days)) for day in range(DRAWN_DAYS)]
    count = counts[-1][1]
    title = ngettext(
        "%(count)d item runs out within four weeks if nothing is ordered",
        "%(count)d items run out within four weeks if nothing is ordered",
        count,
    )
    return day_chart(title % {"count": count}, _("Items out of stock"), counts) if count else None


def _item_chart(found: ItemPage) -> BandChart | None:
    title = _("Forecast: about %(units)s a week over the next four weeks")
    units = floatformat(found.item.weekly_units, "-1g")
    past = [(week.day, week.sold) for week in found.past]
    coming = [(week.day, week.mean, week.low, week.high) for week in found.coming]
    return band_chart(title % {"units": units}, past, coming, _whole)


def _whole(number: Decimal) -> str:
    return str(number_format(number, decimal_pos=0, force_grouping=True))


def _mail(order: SupplierOrder, currency: str) -> str:
    """The address that opens a draft of an e-mail with an order; whom it goes to, the merchant knows."""
    lines = [f"{line.quantity} × {line.title}{f' ({line.sku})' if line.sku else ''}" for line in order.lines]
    shown = lines[:LINES_IN_MAIL]
    if len(lines) > len(shown):
        rest = len(lines) - len(shown)
        more = ngettext("… and %(count)d more line, in the file", "… and %(count)d more lines, in the file", rest)
        shown.append(more % {"count": rest})
    hello, please = _("Hello,"), _("please deliver:")
    body = "\r\n".join([hello, "", please, "", *shown])
    return f"mailto:?subject={quote(_('Purchase order'))}&body={quote(body)}"


def _order_lines(found: Sequence[SupplierOrder], currency: str) -> Iterator[Sequence[Cell]]:
    yield [
        _("Supplier"),
        _("Product"),
        _("SKU"),
        _("Product ID"),
        _("Variant ID"),
        _("Quantity"),
        _("Unit cost"),
        _("Amount"),
        _("Currency"),
    ]
    for order in found:
        for line in order.lines:
            yield [
                order.name,
                line.title,
                line.sku,
                line.external_id,
                line.variant,
                line.quantity,
                _written(line.cost),
                _written(line.amount),
                currency,
            ]


def _item_lines(advice: StockAdvice) -> Iterator[Sequence[Cell]]:
    yield [
        _("Product"),
        _("SKU"),
        _("Product ID"),
        _("Variant ID"),
        _("Class"),
        _("Supplier"),
        _("Stock"),
        _("On order"),
        _("Forecast per week"),
        _("Runs out around"),
        _("At the earliest"),
        _("Reorder point"),
        _("To order"),
        _("Excess"),
        _("Lost sales, 13 weeks"),
    ]
    for one in advice.items:
        yield [
            one.title,
            one.sku,
            one.external_id,
            one.variant,
            one.service_class,
            one.supplier,
            "" if one.stock is None else one.stock,
            one.terms.on_order,
            round(one.weekly_units, 2),
            one.out_date.isoformat() if one.out_date and one.weekly_units else "",
            one.early_date.isoformat() if one.early_date and one.weekly_units else "",
            one.reorder_point,
            one.quantity,
            one.excess,
            round(one.lost, 1),
        ]


def _written(amount: Decimal | None) -> str:
    return "" if amount is None else write_amount(amount)


def _language() -> str:
    return get_language() or "en"
