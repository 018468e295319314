"""A person is given what is held of them, and cut off what must stay."""

from datetime import UTC, datetime
from decimal import Decimal

from shopconnect.connectors.types import CustomerDraft, LineDraft, OrderDraft, OrderKind, ShipmentDraft
from shopconnect.core.security import personal_data
from shopconnect.core.security.crypto import person_key
from shopconnect.core.security.personal_data import Person
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders import selectors
from shopconnect.orders.models import Customer, Order, Shipment
from shopconnect.orders.services import store_customers, store_orders

AT = datetime(2026, 1, 1, tzinfo=UTC)
ZOE = Person(customer_external_id="7", person_key=person_key("zoe@example.fr"))
TABLES = ("orders.shipment", "orders.order", "orders.customer")


def order(external_id, **fields):
    return OrderDraft(
        external_id=external_id,
        kind=OrderKind.ORDER,
        placed_at=AT,
        currency="EUR",
        lines=(LineDraft("tea", Decimal(2), Decimal("4.50"), Decimal(0)),),
        shipments=(ShipmentDraft(tracking_url="https://x.fr/1"),),
        **fields,
    )


def make_orders():
    store_customers([CustomerDraft(external_id="7", email="Zoe@example.fr"), CustomerDraft(external_id="8")])
    store_orders([order("1", customer="7"), order("2", email="zoe@example.fr "), order("3", customer="8")])


def test_addresses_are_unreadable_in_the_database(shop):
    with shop_scope(shop):
        make_orders()
        held = Customer.objects.extra(select={"raw": "email"}).values_list("raw", flat=True)  # noqa: S610
        assert not any("zoe@" in raw.lower() for raw in held)
        assert Customer.objects.get(external_id="7").email == "Zoe@example.fr"
        assert Customer.objects.get(external_id="7").person_key == ZOE.person_key


def test_a_person_is_given_every_order_by_account_and_by_address(shop, other_shop):
    register = personal_data.registered()
    with shop_scope(shop):
        make_orders()
        found = {table: list(register[table].export(ZOE)) for table in TABLES}
    assert [row["id"] for row in found["orders.order"]] == ["1", "2"]
    assert [row["email"] for row in found["orders.customer"]] == ["Zoe@example.fr"]
    assert [row["tracking_url"] for row in found["orders.shipment"]] == ["https://x.fr/1"] * 2
    with shop_scope(other_shop):
        assert all(list(register[table].export(ZOE)) == [] for table in TABLES)


def test_an_erased_person_leaves_orders_without_a_name(shop):
    register = personal_data.registered()
    with shop_scope(shop):
        make_orders()
        assert [register[table].erase(ZOE) for table in TABLES] == [2, 2, 1]
        assert [register[table].erase(ZOE) for table in TABLES] == [0, 0, 0]
        assert list(Customer.objects.values_list("external_id", flat=True)) == ["8"]
        assert Shipment.objects.exclude(tracking_url="").count() == 1
        rows = Order.objects.order_by("external_id").values_list("customer_external_id", "person_key", "email")
        assert list(rows) == [("", None, ""), ("", None, ""), ("8", None, "")]
        assert selectors.count_lines() == 3
        assert all(list(register[table].export(ZOE)) == [] for table in TABLES)


def test_nobody_is_everybody(shop):
    register = personal_data.registered()
    with shop_scope(shop):
        make_orders()
        for table in (*TABLES, "events.event", "privacy.consent"):
            assert list(register[table].export(Person())) == []
            assert register[table].erase(Person()) == 0
        assert Customer.objects.count() == 2
