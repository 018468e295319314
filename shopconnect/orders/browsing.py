"""What the pages of orders and customers ask; each opens the shop's scope by itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Subquery, Value
from django.db.models.functions import Collate
from django.utils.translation import gettext as _

from shopconnect.catalog.selectors import public_ids, titles_in
from shopconnect.connectors.types import OrderKind
from shopconnect.core.errors import Missing
from shopconnect.core.security.crypto import person_key
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.lists import FILE_ROWS, PAGE_ROWS, Latest, ListPage, page_of_rows, rows_of_pages
from shopconnect.core.words import AFTER_ALL
from shopconnect.orders import selectors
from shopconnect.orders.models import Customer, Order, Shipment
from shopconnect.orders.types import (
    CustomerDetails,
    CustomerRow,
    OrderDetails,
    OrderFilter,
    OrderRow,
    OrderState,
    ShipmentRow,
)
from shopconnect.privacy.selectors import consents_of_customer
from shopconnect.shops import audit
from shopconnect.shops.selectors import shop_profile

FETCHED = "fetched_customers"
MOST_ORDERS = 50  # on a customer's page
STATES = {
    OrderState.COUNTED: Q(is_test=False, cancelled_at=None),
    OrderState.CANCELLED: Q(is_test=False, cancelled_at__isnull=False),
    OrderState.TEST: Q(is_test=True),
}


def browse_orders(
    shop_id: ShopId, chosen: OrderFilter, after: int | None = None, size: int = PAGE_ROWS
) -> ListPage[OrderRow]:
    """Return a page of orders and refunds, those placed last first; `after` is the public id of the row before it."""
    with shop_scope(shop_id):
        rows = _chosen_orders(chosen, ZoneInfo(shop_profile().timezone))
        if after is not None:
            rows = _placed_before(rows, after)
        return page_of_rows(selectors.order_rows(rows.order_by("-placed_at", "-id"), size + 1), size)


def iter_orders_of(shop_id: ShopId, chosen: OrderFilter) -> Iterator[OrderRow]:
    """Return the orders and refunds of a list, page by page."""
    return rows_of_pages(lambda after: browse_orders(shop_id, chosen, after, FILE_ROWS))


def order_details(shop_id: ShopId, public_id: int, language: str) -> OrderDetails:
    """Return an order or a refund with all that is known of it, products by their titles in a language.

    Raises Missing where the shop has none such.
    """
    with shop_scope(shop_id):
        order = selectors.find_order(public_id)
        if order is None:
            raise Missing(_("This order doesn’t exist."))
        lines = selectors.lines_of_orders([order.id])[order.id]
        titles = titles_in(language, [line.product_id for line in lines if line.product_id])
        parcels = Shipment.objects.filter(order_id=order.id).order_by("position")
        refunded = Order.objects.filter(id=order.id).values("refunds_id")
        related = Order.objects.filter(Q(refunds_id=order.id) | Q(id=Subquery(refunded))).order_by("-placed_at", "-id")
        buyer = Customer.objects.filter(orders=order.id)
        return OrderDetails(
            order=order,
            lines=tuple(replace(line, title=titles.get(line.product_id or 0, line.title)) for line in lines),
            products=public_ids(line.product_external_id for line in lines),
            shipments=tuple(ShipmentRow(**row) for row in parcels.values("at", "carrier", "tracking_url", "status")),
            related=Latest(selectors.order_rows(related, MOST_ORDERS), related.count()),
            customer=next(iter(selectors.customer_rows(buyer, 1)), None),
            timezone=shop_profile().timezone,
        )


def count_orders_of(product_id: int, since: datetime) -> int:
    """Return how many orders that count were placed since a moment with a product, by our id; in the shop's scope."""
    counted = Order.objects.filter(STATES[OrderState.COUNTED], kind=OrderKind.ORDER, placed_at__gte=since)
    return int(counted.filter(lines__product_id=product_id).distinct().count())


def browse_customers(
    shop_id: ShopId, has_consent: bool | None, after: int | None = None, size: int = PAGE_ROWS
) -> ListPage[CustomerRow]:
    """Return a page of customers, those that came last first, of all or by what they said of marketing.

    `after` is the public id of the row before it.
    """
    with shop_scope(shop_id):
        rows = Customer.objects.filter(deleted_at=None)
        if has_consent is not None:
            rows = rows.filter(marketing_consent=has_consent)
        if after is not None:
            rows = rows.filter(id__lt=Customer.objects.filter(public_id=after).values("id"))
        return page_of_rows(selectors.customer_rows(rows.order_by("-id"), size + 1), size)


def fetch_customers(shop_id: ShopId, user_id: int, has_consent: bool | None) -> Iterator[CustomerRow]:
    """Return the customers of a list, page by page, and note who fetched them."""
    with shop_scope(shop_id):
        audit.note(user_id, FETCHED)
    return rows_of_pages(lambda after: browse_customers(shop_id, has_consent, after, FILE_ROWS))


def customer_details(shop_id: ShopId, public_id: int) -> CustomerDetails:
    """Return a customer, their consents and their latest orders; raises Missing where the shop has none such."""
    with shop_scope(shop_id):
        found = _customer_details(Customer.objects.filter(public_id=public_id), MOST_ORDERS)
    if found is None:
        raise Missing(_("This customer doesn’t exist."))
    return found


def find_account(shop_id: ShopId, external_id: str, most: int) -> CustomerDetails | None:
    """Return the account of a platform's id with at most so many orders, None where the shop has none such (any more).

    Orders of others with the same e-mail address are theirs: that it is the account's own nobody has proved.
    """
    with shop_scope(shop_id):
        return _customer_details(Customer.objects.filter(external_id=external_id, deleted_at=None), most)


def _customer_details(rows: QuerySet[Customer], most: int) -> CustomerDetails | None:
    customer = next(iter(selectors.customer_rows(rows, 1)), None)
    if customer is None:
        return None
    orders = Order.objects.filter(customer_id=customer.id).order_by("-placed_at", "-id")
    return CustomerDetails(
        customer=customer,
        is_deleted=Customer.objects.filter(id=customer.id).exclude(deleted_at=None).exists(),
        consents=tuple(consents_of_customer(customer.external_id)),
        orders=Latest(selectors.order_rows(orders, most), orders.count()),
        timezone=shop_profile().timezone,
    )


def numbered_orders(number: str) -> QuerySet[Order]:
    """Return the orders and refunds whose number begins so, with or without a "#", none for an empty number."""
    bare = selectors.bare_number(number)
    rows: QuerySet[Order] = Order.objects.annotate(by_code=Collate("number", "C"))
    begun = [Q(by_code__gte=start, by_code__lt=Value(start + AFTER_ALL)) for start in (bare, f"#{bare}")]
    return rows.filter(begun[0] | begun[1]) if bare else rows.none()


def named_customers(text: str) -> Q:
    """Return what makes a customer the one of a whole e-mail address, or of the platform's id."""
    text = text.strip()
    return Q(person_key=person_key(text)) if "@" in text else Q(external_id=text)


def _chosen_orders(chosen: OrderFilter, zone: ZoneInfo) -> QuerySet[Order]:
    rows = numbered_orders(chosen.number) if chosen.number else Order.objects.all()
    rows = rows.filter(STATES.get(chosen.state, Q()))  # type: ignore[arg-type]
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.first_day:
        rows = rows.filter(placed_at__gte=_start(chosen.first_day, zone))
    if chosen.last_day:
        rows = rows.filter(placed_at__lt=_start(chosen.last_day + timedelta(days=1), zone))
    return rows


def _placed_before(rows: QuerySet[Order], public_id: int) -> QuerySet[Order]:
    row = Order.objects.filter(public_id=public_id).values_list("placed_at", "id").first()
    # One range of the index on (shop, placed_at, id), from which the rows of the same moment are left out.
    return rows.filter(placed_at__lte=row[0]).exclude(placed_at=row[0], id__gte=row[1]) if row else rows.none()


def _start(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)
