"""Personal data of the orders room. What the books must keep stays, without the person."""

from collections.abc import Iterable, Mapping

from django.db.models import Q

from shopconnect.core.personal import Basis, Person, PersonalData, register
from shopconnect.orders.models import Customer, Order, Shipment


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
    return found


def _customers(person: Person) -> Iterable[Mapping[str, object]]:
    for row in Customer.objects.filter(_of(person)).order_by("id"):
        yield {
            "id": row.external_id, "email": row.email, "country": row.country, "language": row.language,
            "created_at": row.created_at, "marketing_consent": row.marketing_consent,
        }  # fmt: skip


def _orders(person: Person) -> Iterable[Mapping[str, object]]:
    for row in Order.objects.filter(_orders_of(person)).order_by("placed_at", "id").prefetch_related("lines"):
        yield {
            "id": row.external_id, "kind": row.kind, "number": row.number, "placed_at": row.placed_at,
            "currency": row.currency, "total": row.total_amount, "email": row.email, "country": row.country,
            "lines": [
                {"product": line.product_external_id, "quantity": line.quantity, "total": line.total_amount}
                for line in row.lines.order_by("position")
            ],
        }  # fmt: skip


def _shipments(person: Person) -> Iterable[Mapping[str, object]]:
    orders = Order.objects.filter(_orders_of(person)).values("id")
    rows = Shipment.objects.filter(order_id__in=orders).order_by("order_id", "position")
    return list(rows.values("order__external_id", "at", "carrier", "tracking_url", "status"))


def _erase_customers(person: Person) -> int:
    rows = Customer.objects.filter(_of(person))
    Order.objects.filter(customer__in=rows.values("id")).update(
        customer=None, customer_external_id="", person_key=None, email="", digest=""
    )
    return int(rows.delete()[0])


def _erase_orders(person: Person) -> int:
    """Cut the person off their orders: amounts and goods stay, for the books and for what was learnt from all."""
    rows = Order.objects.filter(_orders_of(person))
    count: int = rows.update(customer=None, customer_external_id="", person_key=None, email="", digest="")
    return count


def _erase_shipments(person: Person) -> int:
    orders = Order.objects.filter(_orders_of(person)).values("id")
    count: int = Shipment.objects.filter(order_id__in=orders).exclude(tracking_url="").update(tracking_url="")
    return count


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
    )  # fmt: skip
)
register(
    PersonalData(
        model="orders.Order",
        fields=("customer", "customer_external_id", "person_key", "email", "country"),
        purpose="Advice to the shop from what was bought together and again",
        basis=Basis.LEGITIMATE_INTEREST,
        retention_days=3650,
        export=_orders,
        erase=_erase_orders,
    )  # fmt: skip
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
    )  # fmt: skip
)
