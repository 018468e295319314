"""Questions about orders. All run in the scope of a shop; pages are by id, `after_id` being the last one seen."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Min, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from shopconnect.connectors.types import OrderKind
from shopconnect.core.clock import now
from shopconnect.core.security.personal_data import Person
from shopconnect.core.tenancy.bulk import ask_sql
from shopconnect.core.tenancy.context import current_shop
from shopconnect.orders import purchase_statements, statements
from shopconnect.orders.models import Customer, Line, Order, Shipment
from shopconnect.orders.types import (
    DRAFTS,
    NO_PAGE,
    TILLS,
    ArmedOrder,
    ClaimedOrder,
    CustomerRow,
    LineRow,
    OrderCounts,
    OrderRow,
    Purchase,
    ShipmentRow,
    TrackedOrder,
)
from shopconnect.shops.selectors import knows_addresses

AT_ONCE = 1000  # orders, with their lines
LAST_ID = 2**63 - 1
ORDER_FIELDS = (
    "id",
    "public_id",
    "external_id",
    "kind",
    "number",
    "status",
    "channel",
    "is_test",
    "placed_at",
    "cancelled_at",
    "currency",
    "total_amount",
    "customer_external_id",
    "country",
    "refunds_external_id",
)
CUSTOMER_FIELDS = ("id", "public_id", "external_id", "country", "language", "created_at", "marketing_consent")
EXACT = Decimal("0.000001")
MOST_AHEAD = timedelta(days=1)  # of clocks and time zones; a later order has a typing error in its date


def armed_orders(since: datetime, currency: str) -> list[ArmedOrder]:
    """Return orders in a currency since a moment that carry an arm's letter, refunds deducted, by time.

    What nobody chose on a page is out: tests, cancelled orders, tills and drafts.
    """
    rows = ask_sql(
        purchase_statements.ARMED, shop=current_shop(), no_page=list(NO_PAGE), since=since, currency=currency
    )
    return [ArmedOrder(arm, at, float(total)) for arm, at, total in rows]


def claimed_orders(names: Collection[str], currency: str) -> list[ClaimedOrder]:
    """Return the orders in a currency that the platform knows of some external ids, by time.

    What nobody chose on a page is out: tests, cancelled orders, tills and drafts. Costs are those that the catalog
    knows now.
    """
    rows = ask_sql(
        purchase_statements.CLAIMED, shop=current_shop(), no_page=list(NO_PAGE), names=list(names), currency=currency
    )
    return [
        ClaimedOrder(name, checkout, buyer, at, frozenset(products), *map(float, amounts))
        for name, checkout, buyer, at, products, *amounts in rows
    ]


def count_chosen(since: datetime, currency: str) -> int:
    """Return how many orders in a currency since a moment somebody chose on a page."""
    chosen = Order.objects.filter(kind=OrderKind.ORDER, is_test=False, cancelled_at=None, currency=currency)
    return int(chosen.exclude(channel__in=NO_PAGE).filter(placed_at__gte=since).count())


def iter_purchases(
    until: datetime | None = None, since: datetime | None = None, *, after_id: int = 0, last_id: int = LAST_ID
) -> Iterator[Purchase]:
    """Yield each bought line of a known product, by time, of before `until` and from `since` on where these are given.

    What nobody chose on a page is out: tests, cancelled orders, refunds, tills and drafts, and with them orders of the
    future, which are typing errors. So is a product of which all was given back. A customer's orders share a buyer:
    their person key, else their id; a guest's is the key of the order's e-mail. Orders are those with an id above
    `after_id` up to `last_id`. Fractions of a quantity are rounded up. Memory is constant; the scope must stay open
    while it is read.
    """
    return _purchases(purchase_statements.BUYERS, until=until, since=since, after=after_id, last=last_id)


def iter_earlier(after_id: int, last_id: int) -> Iterator[Purchase]:
    """Yield likewise what the buyers of the orders with an id above `after_id` had bought up to it."""
    return _purchases(purchase_statements.BEFORE, after=after_id, last=last_id)


def last_order_id() -> int:
    """Return the id of the order that was stored last, 0 when there is none.

    No smaller id comes to be seen later: who stores orders of a shop holds `lock_shop_writes` until they are committed.
    """
    return int(Order.objects.aggregate(last=Max("id"))["last"] or 0)


def count_placed(since: datetime) -> int:
    """Return how many orders were placed since a moment, those that nothing is learnt from too."""
    return int(Order.objects.filter(kind=OrderKind.ORDER, placed_at__gte=since).count())


def count_left_out(since: datetime | None = None) -> dict[str, int]:
    """Return how many orders, ever or since a moment, nothing is learnt from, by why not; an order counts once."""
    rows = Order.objects.filter(kind=OrderKind.ORDER, **({"placed_at__gte": since} if since else {}))
    counted = rows.filter(is_test=False, cancelled_at=None)
    return {
        "test": rows.filter(is_test=True).count(),
        "cancelled": rows.filter(is_test=False).exclude(cancelled_at=None).count(),
        "draft": counted.filter(channel__in=DRAFTS).count(),
        "till": counted.filter(channel__in=TILLS).count(),
        "future": counted.exclude(channel__in=NO_PAGE).filter(placed_at__gte=now() + MOST_AHEAD).count(),
    }


def count_given_back() -> int:
    """Return how many products of orders that count were given back whole, a product once an order."""
    found = ask_sql(purchase_statements.ALL_GIVEN_BACK, shop=current_shop(), orders=None, no_page=list(NO_PAGE))
    return int(found[0][0])


def _purchases(heads_sql: str, **values: Any) -> Iterator[Purchase]:
    with connection.chunked_cursor() as cursor, connection.cursor() as lines:
        values |= {"shop": current_shop(), "no_page": list(NO_PAGE), "ahead": now() + MOST_AHEAD}
        cursor.execute(heads_sql, values)
        for rows in iter(lambda: cursor.fetchmany(AT_ONCE), []):
            heads = {order_id: about for order_id, *about in rows}
            asked: dict[str, Any] = {"shop": current_shop(), "orders": list(heads)}
            # Two questions and no join: each is answered by an index, whatever is known of tables that are new.
            lines.execute(statements.GIVEN_BACK, asked)
            given_back = set(lines.fetchall())
            lines.execute(purchase_statements.BOUGHT, asked)
            for order_id, product_id, quantity in lines.fetchall():
                if (order_id, product_id) not in given_back:
                    buyer, placed_at, country = heads[order_id]
                    yield Purchase(buyer, product_id, order_id, placed_at, quantity, country)


def list_bought(customer: str, most: int) -> list[tuple[int, int]]:
    """Return what an account of a platform's id bought and kept, newest first: product ids and days (UTC) since 1970.

    Orders of others with the same e-mail address are theirs: that it is the account's own nobody has proved.
    """
    return ask_sql(statements.BOUGHT_BY, shop=current_shop(), customer=customer, most=most)


def account_ids() -> dict[str, str]:
    """Return the platform's ids of accounts by the keyed hash of their e-mail address: of two, the later."""
    rows = Customer.objects.filter(deleted_at=None).exclude(person_key=None).order_by("id")
    return dict(rows.values_list("person_key", "external_id"))


def most_faithful_customer() -> str:
    """Return the platform's id of the account that ordered most often, "" where there is none."""
    rows = Order.objects.filter(kind=OrderKind.ORDER, is_test=False, cancelled_at=None).exclude(customer=None)
    counts = rows.values("customer__external_id").annotate(orders=Count("id"))
    first = counts.order_by("-orders", "customer__external_id").first()
    return str(first["customer__external_id"]) if first else ""


def list_orders(after_id: int = 0, limit: int = 100, *, kind: OrderKind | None = None) -> list[OrderRow]:
    """Return a page of orders and refunds by id."""
    rows = Order.objects.filter(id__gt=after_id)
    return order_rows((rows.filter(kind=kind) if kind else rows).order_by("id"), limit)


def latest_orders(limit: int = 10) -> list[OrderRow]:
    """Return the orders and refunds placed last, newest first."""
    return order_rows(Order.objects.order_by("-placed_at", "-id"), limit)


def find_order(public_id: int) -> OrderRow | None:
    """Return the order of a public id, or None."""
    return next(iter(order_rows(Order.objects.filter(public_id=public_id), 1)), None)


def bare_number(number: str) -> str:
    """Return an order's number as it is compared: without what stands around it, and without any "#" before it."""
    return number.strip().lstrip("# ")


def find_tracked_order(number: str, person_key: str) -> TrackedOrder | None:
    """Return where the order of a number stands that somebody of an e-mail address placed, the latest of several.

    `person_key` is the address's keyed hash; "#" may be missing. None for a number that there is not, for another
    address, and always where the shop's platform lets no addresses be read.
    """
    if not knows_addresses():
        return None
    bare = bare_number(number)
    # With none among them, so that an address without an account takes the same question.
    accounts = [0, *Customer.objects.filter(person_key=person_key).values_list("id", flat=True)]
    theirs = Order.objects.filter(Q(person_key=person_key) | Q(customer_id__in=accounts), kind=OrderKind.ORDER)
    order = theirs.filter(number__in=_spellings(bare)).order_by("-placed_at", "-id").first() if bare else None
    # Asked for what there is not too: how long a refusal takes must not tell why.
    parcels = _parcels([order.pk if order else 0])
    return None if order is None else _tracked(order, parcels)


def find_own_orders(customer: str, number: str, most: int) -> list[TrackedOrder]:
    """Return where the orders of an account stand, by the platform's id of it, newest first; of a number where given.

    Orders of others with the same e-mail address are theirs: that it is the account's own nobody has proved.
    """
    theirs = Order.objects.filter(customer__external_id=customer, customer__deleted_at=None, kind=OrderKind.ORDER)
    bare = bare_number(number)
    rows = theirs.filter(number__in=_spellings(bare)) if bare else theirs
    orders = list(rows.order_by("-placed_at", "-id")[:most])
    parcels = _parcels([order.pk for order in orders])
    return [_tracked(order, parcels) for order in orders]


def _spellings(bare: str) -> list[str]:
    return [bare, f"#{bare}"]


def _parcels(order_ids: list[int]) -> dict[int, list[ShipmentRow]]:
    rows = Shipment.objects.filter(order_id__in=order_ids).order_by("order_id", "position")
    found: dict[int, list[ShipmentRow]] = {}
    for order_id, *parcel in rows.values_list("order_id", "at", "carrier", "tracking_url", "status"):
        at, carrier, url, status = parcel
        found.setdefault(order_id, []).append(ShipmentRow(at=at, carrier=carrier, tracking_url=url, status=status))
    return found


def _tracked(order: Order, parcels: Mapping[int, list[ShipmentRow]]) -> TrackedOrder:
    return TrackedOrder(
        number=order.number,
        status=order.status,
        placed_at=order.placed_at,
        cancelled_at=order.cancelled_at,
        shipments=tuple(parcels.get(order.pk, ())),
    )


def placed_since(external_ids: Collection[str], since: datetime) -> list[str]:
    """Return those of some orders, by the platform's ids, that were placed since a time."""
    rows = Order.objects.filter(kind=OrderKind.ORDER, external_id__in=external_ids, placed_at__gte=since)
    return list(rows.values_list("external_id", flat=True))


def buyers_of_orders(external_ids: Collection[str]) -> dict[str, Person]:
    """Return who some orders are still known to be of, by the platform's ids."""
    rows = Order.objects.filter(kind=OrderKind.ORDER, external_id__in=external_ids)
    named = rows.exclude(customer_external_id="", person_key=None)
    found = named.values_list("external_id", "customer_external_id", "person_key")
    return {
        pk: Person(customer_external_id=customer or None, person_key=key, orders=(pk,)) for pk, customer, key in found
    }


def lines_of_orders(order_ids: Iterable[int]) -> dict[int, list[LineRow]]:
    """Return the lines of some orders, by order id, in the order they were written."""
    lines: dict[int, list[LineRow]] = {order_id: [] for order_id in order_ids}
    rows = (
        Line.objects.filter(order_id__in=list(lines))
        .order_by("order_id", "position")
        .values_list(
            "order_id",
            "product_id",
            "product_external_id",
            "variant_external_id",
            "product__title",
            "quantity",
            "total_amount",
            "discount_amount",
        )
    )
    for order_id, *line in rows:
        lines[order_id].append(_line(*line))
    return lines


def list_customers(after_id: int = 0, limit: int = 100) -> list[CustomerRow]:
    """Return a page of customers by id, without their addresses; deleted accounts are left out."""
    return customer_rows(Customer.objects.filter(deleted_at=None, id__gt=after_id).order_by("id"), limit)


def find_customer(public_id: int) -> CustomerRow | None:
    """Return the customer of a public id, or None."""
    return next(iter(customer_rows(Customer.objects.filter(public_id=public_id), 1)), None)


def count_orders() -> OrderCounts:
    """Return how much was bought."""
    real = Order.objects.filter(is_test=False)
    count = real.aggregate(
        orders=Count("id", filter=Q(kind=OrderKind.ORDER)),
        refunds=Count("id", filter=Q(kind=OrderKind.REFUND)),
        first_at=Min("placed_at"),
        last_at=Max("placed_at"),
    )
    return OrderCounts(**count, customers=Customer.objects.filter(deleted_at=None).count())


def count_lines() -> int:
    """Return how many lines orders and refunds have, test orders left out; slow where there are millions."""
    return int(Line.objects.filter(order__is_test=False).count())


def count_unmatched_lines() -> tuple[int, int]:
    """Return how many lines of orders name no product that the shop has, and on how many orders they stand."""
    rows = Line.objects.filter(product=None, order__kind=OrderKind.ORDER, order__is_test=False)
    counted = rows.aggregate(lines=Count("*"), orders=Count("order", distinct=True))
    return counted["lines"], counted["orders"]


def last_order_at() -> datetime | None:
    """Return when the last order that counts was placed, or None when there is none."""
    rows = Order.objects.filter(kind=OrderKind.ORDER, is_test=False, cancelled_at=None).exclude(channel__in=NO_PAGE)
    rows = rows.filter(placed_at__lt=now() + MOST_AHEAD)
    last: datetime | None = rows.aggregate(last=Max("placed_at"))["last"]
    return last


def unit_amount(quantity: Decimal, total: Decimal, discount: Decimal) -> Decimal:
    """Return a line's price per unit before discount; exact, since prices have six decimals at most."""
    return ((total + discount) / quantity).quantize(EXACT)


def order_rows(rows: QuerySet[Order], limit: int) -> list[OrderRow]:
    """Return the first of some orders as lists show them."""
    refunded = Coalesce("refunds__number", Value(""))
    page = list(rows.values(*ORDER_FIELDS, refunds_number=refunded)[:limit])
    ids = [row["id"] for row in page]
    of_page = Line.objects.filter(order_id__in=ids).values_list("order_id")
    counts = dict(of_page.annotate(count=Count("id")))
    return [OrderRow(**{**row, "kind": OrderKind(row["kind"])}, line_count=counts.get(row["id"], 0)) for row in page]


def _line(product_id: int | None, product: str, variant: str, title: str | None, *amounts: Any) -> LineRow:
    quantity, total, discount = amounts
    return LineRow(
        product_id=product_id,
        product_external_id=product,
        variant_external_id=variant,
        title=title or "",
        quantity=quantity,
        unit_amount=unit_amount(quantity, total, discount),
        discount_amount=discount,
        total_amount=total,
    )


def customer_rows(rows: QuerySet[Customer], limit: int) -> list[CustomerRow]:
    """Return the first of some customers as lists show them."""
    page = rows.values(*CUSTOMER_FIELDS, "person_key")[:limit]
    return [CustomerRow(has_email=row.pop("person_key") is not None, **row) for row in page]
