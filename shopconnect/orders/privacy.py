"""Personal data of the orders room. What the books must keep stays, without the person."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from shopconnect.connectors.types import OrderKind
from shopconnect.core.security.personal_data import REDIS, Basis, Person, PersonalData, register, register_names
from shopconnect.orders.histories import MOST_BOUGHT, SECONDS_A_DAY, TTL_SECONDS, drop_histories
from shopconnect.orders.models import Customer, Order, Shipment
from shopconnect.orders.selectors import list_bought

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOBODY: Mapping[str, object] = {
    "customer": None,
    "customer_external_id": "",
    "person_key": None,
    "email": "",
    "checkout_digest": "",
    "digest": "",
}
NAMED = ~Q(customer=None) | ~Q(customer_external_id="") | ~Q(person_key=None) | ~Q(email="")


def _of(person: Person) -> Q:
    """Return what makes a row the person's: the platform's id, or the hash of the address."""
    found = Q(pk__in=[])
    if person.customer_external_id:
        found |= Q(external_id=person.customer_external_id)
    if person.person_key:
        found |= Q(person_key=person.person_key)
    return found


def _orders_of(person: Person) -> Q:
    found = Q(pk__in=[])
    if person.customer_external_id:
        found |= Q(customer_external_id=person.customer_external_id)
    if person.person_key:
        found |= Q(person_key=person.person_key) | Q(customer__person_key=person.person_key)
    if person.orders:
        found |= Q(external_id__in=person.orders, kind=OrderKind.ORDER)
        found |= Q(refunds__external_id__in=person.orders, kind=OrderKind.REFUND)
    return found


def _with_account(person: Person) -> Person:
    """Add the address of an account, or the account of an address."""
    row = Customer.objects.filter(_of(person)).order_by("id").first()
    if row is None:
        return person
    return replace(
        person,
        customer_external_id=person.customer_external_id or row.external_id,
        person_key=person.person_key or row.person_key,
    )


def _customers(person: Person) -> Iterable[Mapping[str, object]]:
    for row in Customer.objects.filter(_of(person)).order_by("id"):
        yield {
            "id": row.external_id,
            "email": row.email,
            "country": row.country,
            "language": row.language,
            "created_at": row.created_at,
            "marketing_consent": row.marketing_consent,
        }


def _orders(person: Person) -> Iterable[Mapping[str, object]]:
    for row in Order.objects.filter(_orders_of(person)).order_by("placed_at", "id").prefetch_related("lines"):
        yield {
            "id": row.external_id,
            "kind": row.kind,
            "number": row.number,
            "placed_at": row.placed_at,
            "currency": row.currency,
            "total": row.total_amount,
            "email": row.email,
            "country": row.country,
            "lines": [
                {"product": line.product_external_id, "quantity": line.quantity, "total": line.total_amount}
                for line in row.lines.order_by("position")
            ],
        }


def _shipments(person: Person) -> Iterable[Mapping[str, object]]:
    orders = Order.objects.filter(_orders_of(person)).values("id")
    rows = Shipment.objects.filter(order_id__in=orders).order_by("order_id", "position")
    return list(rows.values("order__external_id", "at", "carrier", "tracking_url", "status"))


def _erase_customers(person: Person) -> int:
    rows = Customer.objects.filter(_of(person))
    Order.objects.filter(customer__in=rows.values("id")).update(**NOBODY)
    return int(rows.delete()[0])


def _erase_orders(person: Person) -> int:
    """Cut the person off their orders: amounts and goods stay, for the books and for what was learnt from all."""
    rows = Order.objects.filter(_orders_of(person)).filter(NAMED).values_list("id", flat=True)
    count: int = Order.objects.filter(pk__in=list(rows)).update(**NOBODY)
    return count


def _erase_shipments(person: Person) -> int:
    orders = Order.objects.filter(_orders_of(person)).values("id")
    count: int = Shipment.objects.filter(order_id__in=orders).exclude(tracking_url="").update(tracking_url="")
    return count


def _forget_shipments(before: datetime, most: int) -> int:
    old = Shipment.objects.exclude(tracking_url="").filter(order__placed_at__lt=before)
    count: int = Shipment.objects.filter(pk__in=list(old.values_list("id", flat=True)[:most])).update(tracking_url="")
    return count


def _forget_orders(before: datetime, most: int) -> int:
    old = Order.objects.filter(NAMED, placed_at__lt=before).values_list("id", flat=True)[:most]
    count: int = Order.objects.filter(pk__in=list(old)).update(**NOBODY)
    return count


def _forget_customers(before: datetime, most: int) -> int:
    """Let go of accounts older than that without an order since: the orders' own time is over before."""
    orders = Order.objects.filter(customer_id=OuterRef("pk"))
    old = Customer.objects.filter(~Exists(orders), created_at__lt=before).values_list("id", flat=True)[:most]
    return int(Customer.objects.filter(pk__in=list(old)).delete()[0])


def _history(person: Person) -> Iterable[Mapping[str, object]]:
    """Tell what shelves may know: a scope waits for no Redis, and what stands there is what the orders say."""
    for product_id, day in list_bought(person.customer_external_id or "", MOST_BOUGHT):
        yield {"product": product_id, "day": (EPOCH + timedelta(days=day)).date()}


def _drop_history(person: Person) -> int:
    """Drop it once the erasing is through; nobody knows whether anything stood there, and it is no row."""
    drop_histories([person.customer_external_id or ""])
    return 0


register_names("orders", _with_account)
register(
    PersonalData(
        model=f"{REDIS}.bought",
        fields=("product", "day"),
        purpose="Showing signed-in customers what they may want again",
        basis=Basis.CONSENT,
        retention_days=TTL_SECONDS // SECONDS_A_DAY,  # it ends by itself
        export=_history,
        erase=_drop_history,
    )
)

# Shipments and orders are found by what customers hold, so they are erased before them.
register(
    PersonalData(
        model="orders.Shipment",
        fields=("tracking_url",),
        purpose="Telling a customer where a parcel is",
        basis=Basis.CONTRACT,
        retention_days=365,
        export=_shipments,
        erase=_erase_shipments,
        forget=_forget_shipments,
    )
)
register(
    PersonalData(
        model="orders.Order",
        fields=("customer", "customer_external_id", "person_key", "email", "country", "checkout_digest"),
        purpose="Advice to the shop from what was bought together and again",
        basis=Basis.LEGITIMATE_INTEREST,
        retention_days=3650,
        export=_orders,
        erase=_erase_orders,
        forget=_forget_orders,
    )
)
register(
    PersonalData(
        model="orders.Customer",
        fields=("external_id", "person_key", "email", "country", "language", "marketing_consent"),
        purpose="Knowing a customer again from order to order",
        basis=Basis.LEGITIMATE_INTEREST,
        retention_days=3650,
        export=_customers,
        erase=_erase_customers,
        forget=_forget_customers,
    )
)
