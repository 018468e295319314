"""Pages of orders and customers: the lists, their files, and one of them. Who a buyer is, an analyst is not shown."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import DESK, OFFICE, Role
from shopconnect.connectors.types import OrderKind
from shopconnect.core.errors import Missing
from shopconnect.core.money import write_amount
from shopconnect.core.web.csv_files import Cell, csv_response, dated_name
from shopconnect.core.web.forms import Fields, read_form
from shopconnect.core.web.lists import list_context, read_public_id
from shopconnect.orders import browsing
from shopconnect.orders.forms import CustomersForm, OrdersForm
from shopconnect.orders.labels import kind_labels, order_title, state_labels
from shopconnect.orders.types import CustomerRow, OrderFilter, OrderRow, OrderState
from shopconnect.privacy.requests import list_requests
from shopconnect.shops.services import timezone_of

CONSENTS = {"yes": True, "no": False}


@member_required()
@require_safe
def order_list(request: MemberRequest) -> HttpResponse:
    """List orders and refunds, narrowed and by page."""
    fields, after = read_form(OrdersForm(request.GET)), read_public_id(request.GET.get("after", ""))
    page = browsing.browse_orders(request.shop_id, _filter(fields), after)
    context = {
        **list_context(fields, after, page.last),
        "rows": _named(page.rows),
        "kinds": kind_labels(),
        "states": state_labels(),
        "zone": timezone_of(request.shop_id),
        "in_office": request.member.role in OFFICE,
    }
    return render(request, "orders/orders.html", context)


@member_required(*OFFICE)
@require_safe
def order_file(request: MemberRequest) -> HttpResponseBase:
    """Hand out the list of orders as a file, without who placed them."""
    rows = browsing.iter_orders_of(request.shop_id, _filter(read_form(OrdersForm(request.GET))))
    return csv_response(dated_name(request.member.slug, _("orders")), _order_lines(rows))


@member_required()
@require_safe
def order(request: MemberRequest, public_id: int) -> HttpResponse:
    """Show an order or a refund, and to those who speak with customers whose it is."""
    try:
        found = browsing.order_details(request.shop_id, public_id, get_language() or "en")
    except Missing as missing:
        raise Http404(missing.message) from missing
    context = {
        "found": found,
        "title": order_title(found.order),
        "state": state_labels()[found.order.state],
        "lines": [(line, found.products.get(line.product_external_id)) for line in found.lines],
        "related": _named(found.related),
        "at_desk": request.member.role in DESK,
    }
    return render(request, "orders/order.html", context)


@member_required(*DESK)
@require_safe
def customer_list(request: MemberRequest) -> HttpResponse:
    """List customers, by page."""
    fields, after = read_form(CustomersForm(request.GET)), read_public_id(request.GET.get("after", ""))
    page = browsing.browse_customers(request.shop_id, CONSENTS.get(fields["consent"]), after)
    context = {
        **list_context(fields, after, page.last),
        "rows": page.rows,
        "zone": timezone_of(request.shop_id),
        "is_owner": request.member.role == Role.OWNER,
    }
    return render(request, "orders/customers.html", context)


@member_required(Role.OWNER)
@require_safe
def customer_file(request: MemberRequest) -> HttpResponseBase:
    """Hand out the list of customers as a file, without their addresses; the history names who fetched it."""
    consent = CONSENTS.get(read_form(CustomersForm(request.GET))["consent"])
    rows = browsing.fetch_customers(request.shop_id, request.member.user_id, consent)
    return csv_response(dated_name(request.member.slug, _("customers")), _customer_lines(rows))


@member_required(*DESK)
@require_safe
def customer(request: MemberRequest, public_id: int) -> HttpResponse:
    """Show a customer: what they allow, and what they ordered."""
    try:
        found = browsing.customer_details(request.shop_id, public_id)
    except Missing as missing:
        raise Http404(missing.message) from missing
    is_owner = request.member.role == Role.OWNER
    context = {
        "found": found,
        "rows": _named(found.orders),
        "is_owner": is_owner,
        "requests": list_requests(request.shop_id, found.customer.external_id) if is_owner else (),
    }
    return render(request, "orders/customer.html", context)


def _order_lines(rows: Iterable[OrderRow]) -> Iterator[list[Cell]]:
    kinds, states = kind_labels(), state_labels()
    yield [
        _("Number"),
        "ID",
        _("Type"),
        _("Status of the order"),
        _("Placed at (UTC)"),
        _("Payment and fulfilment"),
        _("Channel"),
        _("Lines"),
        _("Total"),
        _("Currency"),
    ]
    for row in rows:
        yield [
            row.number,
            row.external_id,
            kinds[row.kind],
            states[row.state],
            row.placed_at.isoformat(timespec="seconds"),
            row.status,
            row.channel,
            row.line_count,
            # What was given back is taken off, so that the column can be summed.
            Decimal(write_amount(row.total_amount)) * (-1 if row.kind == OrderKind.REFUND else 1),
            row.currency,
        ]


def _customer_lines(rows: Iterable[CustomerRow]) -> Iterator[list[Cell]]:
    consents = {True: _("yes"), False: _("no"), None: ""}
    yield ["ID", _("Country"), _("Language"), _("Customer since (UTC)"), _("Agrees to marketing")]
    for row in rows:
        since = row.created_at.isoformat(timespec="seconds") if row.created_at else ""
        yield [row.external_id, row.country, row.language, since, consents[row.marketing_consent]]


def _named(rows: Iterable[OrderRow]) -> list[tuple[OrderRow, str, str]]:
    """Return orders with their names and the names of their states."""
    states = state_labels()
    return [(row, order_title(row), states[row.state]) for row in rows]


def _filter(fields: Fields) -> OrderFilter:
    return OrderFilter(
        number=fields["q"],
        kind=OrderKind(fields["kind"]) if fields["kind"] else None,
        state=OrderState(fields["state"]) if fields["state"] else None,
        first_day=fields["first"],
        last_day=fields["last"],
    )
