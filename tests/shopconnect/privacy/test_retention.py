"""What is kept no longer than the register says, in shops of platforms only."""

from datetime import timedelta

import pytest

from shopconnect.connectors.types import CustomerDraft
from shopconnect.core.clock import now
from shopconnect.core.models import Due
from shopconnect.core.security import personal_data
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events.models import Event
from shopconnect.events.services import store_events
from shopconnect.orders.models import Customer, Order, Shipment
from shopconnect.orders.selectors import count_lines
from shopconnect.orders.services import store_customers, store_orders
from shopconnect.privacy import retention
from shopconnect.privacy.models import Consent
from shopconnect.privacy.services import store_consents
from shopconnect.shops import installs
from tests.shopconnect.privacy.people import event, order, word
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, tokens


def days_ago(table: str, more: int):
    """A little more, or less, than a table's time."""
    return now() - timedelta(days=personal_data.registered()[table].retention_days + more)


@pytest.fixture
def platform_shop(db):
    """A shop of a platform in which half of all is older than its time."""
    shop_id = installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    fill(shop_id)
    return shop_id


def fill(shop_id):
    with shop_scope(shop_id):
        long_ago = days_ago("orders.order", 2)
        store_customers([CustomerDraft(external_id=name, created_at=long_ago) for name in ("7", "8")])
        store_orders(
            [
                order("1", long_ago, customer="7"),
                order("2", days_ago("orders.order", -2), customer="8"),
                order("3", days_ago("orders.shipment", -2)),
            ]
        )
        store_events([event(1, "a", at=days_ago("events.event", 2)), event(2, "a", at=days_ago("events.event", -2))])
        store_consents([word("a", at=days_ago("privacy.consent", 2)), word("b", at=days_ago("privacy.consent", -2))])


def kept(shop_id):
    with shop_scope(shop_id):
        return {
            "named": list(Order.objects.exclude(customer=None).values_list("external_id", flat=True)),
            "customers": list(Customer.objects.values_list("external_id", flat=True)),
            "parcels": list(Shipment.objects.exclude(tracking_url="").values_list("order__external_id", flat=True)),
            "events": Event.objects.count(),
            "consents": list(Consent.objects.values_list("visitor", flat=True)),
            "lines": count_lines(),
        }


def test_what_is_older_than_its_time_is_forgotten_and_nothing_else(platform_shop, shop):
    fill(shop)
    before = kept(shop)
    assert retention.forget_persons(platform_shop) == 6  # two parcels, an order, its customer, an event, a consent
    left = {"named": ["2"], "customers": ["8"], "parcels": ["3"], "events": 1, "consents": ["b"], "lines": 3}
    assert kept(platform_shop) == left
    assert retention.forget_persons(platform_shop) == 0
    assert kept(platform_shop) == left
    assert kept(shop) == before


def test_much_is_forgotten_in_batches_and_gone_on_with(platform_shop, monkeypatch):
    monkeypatch.setattr(retention, "BATCH_ROWS", 1)
    monkeypatch.setattr(retention, "TURN_SECONDS", 0.0)
    assert [retention.forget_persons(platform_shop) for _ in range(7)] == [1, 1, 1, 1, 1, 1, 0]
    assert Due.objects.filter(shop_id=platform_shop, kind=retention.WORK_KIND).exists()


def test_only_shops_of_platforms_are_looked_at_also_those_that_left(platform_shop, shop):
    installs.uninstall_shop(platform_shop, None)
    day = now().replace(hour=0, minute=0, second=0, microsecond=0)
    assert retention.ask_forgetting(day) == 1
    (due,) = Due.objects.filter(kind=retention.WORK_KIND)
    assert due.shop_id == platform_shop
    assert day <= due.due_at < day + timedelta(days=1)
