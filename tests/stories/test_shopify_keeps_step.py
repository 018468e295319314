"""A shop on Shopify changes while webhooks are doubled, shuffled and lost: afterwards our tables equal the source."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shopconnect.catalog import selectors as catalog
from shopconnect.connectors import registry
from shopconnect.connectors.base import ResourceType
from shopconnect.connectors.shopify import oauth
from shopconnect.connectors.shopify.platform import Shopify
from shopconnect.connectors.shopify.types import App
from shopconnect.connectors.types import OrderKind, StockDraft
from shopconnect.core.artefacts import store as artefacts
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import run_due
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders import drafts
from shopconnect.orders.models import Customer, Order
from shopconnect.platforms.shopify.buckets import SharedBucket
from shopconnect.shops import installs
from shopconnect.shops.models import Install, Shop
from shopconnect.shops.selectors import keys_of_shop, shop_profile
from shopconnect.shops.types import KeyKind
from shopconnect.sync.inbox import APPLY_WEBHOOKS
from shopconnect.sync.models import InboxWebhook, Watermark
from shopconnect.sync.reconcile import ask_reconciling, ask_sweeps
from shopconnect.widgets.services import fronts
from shopconnect.widgets.visitors import sign_visitor
from tests.doubles.shopify.costs import LeakyBucket
from tests.doubles.shopify.double import Double, DoubleShop
from tests.doubles.shopify.store import number_of
from tests.shopconnect.events.conftest import VISITOR, Device, uuid7
from tests.shopconnect.sync.worlds import waiting, work_off

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def shopify(live_server: Any, offer: Any) -> Iterator[Double]:
    with Double(live_server.url) as double:
        app = App(client_id=double.client_id, secret=double.secret, origin=double.origin)
        offer(Shopify(app, SharedBucket))
        yield double


@pytest.fixture
def source(shopify: Double) -> DoubleShop:
    """A shop with a past."""
    shop = shopify.add_shop()
    shop.bulks.seconds = 0.01
    shop.api.bucket = LeakyBucket(100_000, 100_000)
    for number in range(30):
        product = shop.store.add_product(f"Thing {number}", f"{number + 1}.00", stock=number, quiet=True)
        customer = shop.store.add_customer(quiet=True)
        shop.store.add_order([(product["variants"][0], 2)], customer=customer, quiet=True)
    return shop


@pytest.fixture
def ours(transactional_db: None, nobody_is_woken: None, source: DoubleShop) -> Iterator[ShopId]:
    """The same shop here, installed and brought in."""
    platform = registry.find_platform("shopify")
    assert isinstance(platform, Shopify)
    shop_id = installs.sign_in_shop(
        "shopify",
        source.domain,
        lambda: oauth.exchange_session_token(platform.app, source.domain, source.session_token(), now()),
        lambda tokens: True,
    )
    work_off(shop_id, "backfill")
    yield shop_id
    artefacts.erase(shop_id)


def told(shop_id: ShopId, resource: ResourceType) -> list[Any]:
    """What the source says of all there is of a resource, without stock by location."""
    connection, cursor, drafts = installs.connection_of(shop_id), "", []
    while True:
        page = connection.list_changed(resource, LONG_AGO, cursor)
        drafts += [draft for draft in page.items if not isinstance(draft, StockDraft)]
        cursor = page.next_cursor
        if not cursor:
            return in_order(drafts)


def in_order(drafts: Any) -> list[Any]:
    return sorted(drafts, key=lambda draft: (getattr(draft, "kind", ""), draft.external_id))


def assert_equal_to_the_source(shop_id: ShopId) -> None:
    with shop_scope(shop_id):
        products = [draft for draft in catalog.iter_products() if draft.deleted_at is None]
        gone = set(Customer.objects.exclude(deleted_at=None).values_list("external_id", flat=True))
        customers = [draft for draft in drafts.iter_customers() if draft.external_id not in gone]
        bought = [draft for draft in drafts.iter_orders() if draft.cancelled_at is None]
    assert in_order(products) == told(shop_id, ResourceType.PRODUCT)
    assert in_order(customers) == told(shop_id, ResourceType.CUSTOMER)
    assert in_order(bought) == told(shop_id, ResourceType.ORDER)


def change_something(source: DoubleShop, dice: random.Random) -> None:
    store = source.store
    product, customer, order = (dice.choice(store.all(kind)) for kind in ("Product", "Customer", "Order"))
    variant = product["variants"][0]
    deeds = {
        "title": lambda: store.change_product(product, title=f"Title {dice.random()}"),
        "price": lambda: store.change_price(variant, f"{dice.randrange(1, 99)}.50"),
        "new": lambda: store.add_product(f"New {dice.random()}"),
        "buy": lambda: store.add_order([(variant, dice.randrange(1, 5))], customer=customer),
        "paid": lambda: store.change_order(order, displayFinancialStatus=dice.choice(["PAID", "PENDING"])),
        "account": lambda: store.add_customer(),
        "drop": lambda: store.delete_product(product),
        "drop account": lambda: store.delete_customer(customer),
    }
    deeds[dice.choices(list(deeds), [9, 9, 3, 5, 5, 2, 1, 1])[0]]()


def test_two_customers_that_became_one_bought_as_one(source, ours):
    kept, merged = source.store.all("Customer")[:2]
    source.store.merge_customers(kept, merged)
    assert source.webhooks.wait()
    work_off(ours)
    assert_equal_to_the_source(ours)
    with shop_scope(ours):
        bought_by = list(Order.objects.filter(customer__external_id=number_of(kept)).values_list("kind", flat=True))
    assert bought_by == ["order", "order"]


def test_money_that_is_given_back_without_goods_is_a_refund(source, ours):
    order = source.store.all("Order")[3]
    source.store.refund(order, money="1.50")
    assert source.webhooks.wait()
    work_off(ours)
    assert_equal_to_the_source(ours)
    with shop_scope(ours):
        assert Order.objects.get(kind=OrderKind.REFUND).total_amount == Decimal("1.50")


def test_pages_at_another_address_of_the_shop_are_its_own(source, ours):
    page = Device(
        keys_of_shop(ours, KeyKind.WIDGET)[0],
        Client(headers={"origin": "https://boutique.example"}),
        sign_visitor(ours, VISITOR),
    )
    view = {"id": uuid7(), "name": "view_item", "product": "1"}
    assert page.tell(view).status_code == 403
    source.store.add_domain("boutique.example")
    assert source.webhooks.wait()
    work_off(ours)
    with shop_scope(ours):
        assert "boutique.example" in shop_profile().hosts
    fronts.forget()  # as a minute does
    assert page.tell(view).status_code == 202


def test_what_webhooks_tell_is_here_within_a_turn(source, ours):
    assert_equal_to_the_source(ours)
    product = source.store.all("Product")[3]
    source.store.change_price(product["variants"][0], "99.00")
    source.store.change_stock(product["variants"][0], 77)
    order = source.store.all("Order")[3]
    source.store.refund(order, [(order["lineItems"][0], 1)])
    source.store.delete_product(source.store.all("Product")[9])
    assert source.webhooks.wait()
    work_off(ours, "hooks")
    assert_equal_to_the_source(ours)
    with shop_scope(ours):
        assert [int(entry.price) for entry in catalog.iter_prices() if entry.variant][-1] == 99
        assert [int(stock.level) for stock in catalog.iter_stock()][-1] == 77
        assert not InboxWebhook.objects.filter(at=None).exists()  # nine decimals and all


def test_a_webhooks_question_waits_for_points_without_a_worker_that_sleeps(source, ours, monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr("shopconnect.connectors.shopify.client.Event", lambda: SimpleNamespace(wait=slept.append))
    shared = {"maximumAvailable": 1000, "currentlyAvailable": 0, "restoreRate": 0.3}  # 13 seconds for a question
    source.store.change_product(source.store.all("Product")[3], title="Vase")
    assert source.webhooks.wait()
    source.api.asked.clear()
    SharedBucket(source.domain).hear(shared, 0)  # another worker took all there was
    run_due(ours, APPLY_WEBHOOKS)
    row = Due.objects.get(shop_id=ours, kind=APPLY_WEBHOOKS)
    assert (slept, source.api.asked, waiting(ours)) == ([], [], 1)
    assert (row.error, row.attempts, row.parked_at, row.due_at > now()) == ("", 0, None, True)
    SharedBucket(source.domain).hear(shared | {"currentlyAvailable": 1000}, 1000)  # and did not need it
    work_off(ours, "hooks")
    assert (slept, waiting(ours)) == ([], 0)
    assert_equal_to_the_source(ours)


def test_doubled_shuffled_and_lost_webhooks_are_repaired(source, ours):
    dice = random.Random(5)
    source.webhooks.doubled, source.webhooks.lost, source.webhooks.shuffled = 0.2, 0.05, 25
    for number in range(150):
        change_something(source, dice)
        if number % 30 == 0:
            work_off(ours, "hooks")
    assert source.webhooks.wait()
    assert all(delivery.is_taken for delivery in source.webhooks.sent)
    work_off(ours, "hooks")
    ask_reconciling(now())
    ask_sweeps(now())
    work_off(ours)
    assert_equal_to_the_source(ours)
    assert waiting(ours) == 0


def sweep(source: DoubleShop, shop_id: ShopId) -> int:
    """Do a night's sweep and what follows of it; returns how many resources it had asked for by id."""
    work_off(shop_id, "hooks")
    source.api.asked.clear()
    ask_sweeps(now())
    work_off(shop_id, "sweep_shop", "sweep_ids")
    asked = waiting(shop_id)
    work_off(shop_id)
    return asked


def test_stock_whose_webhook_is_lost_is_found_by_the_night_and_asked_for_once(source, ours):
    assert sweep(source, ours) == 0
    product = source.store.all("Product")[3]
    changed_at = product["updatedAt"]
    source.webhooks.lost = 1.0
    source.store.change_stock(product["variants"][0], 77)
    assert (source.webhooks.wait(), product["updatedAt"]) == (True, changed_at)
    assert sweep(source, ours) == 1
    assert_equal_to_the_source(ours)
    with shop_scope(ours):
        assert [int(stock.level) for stock in catalog.iter_stock()][-1] == 77
    assert sweep(source, ours) == 0
    assert set(source.api.asked) == {"ProductsIds", "CustomersIds", "OrdersIds"}


def test_stock_that_is_counted_in_part_is_not_compared(source, ours):
    source.store.add_product("Poster", variants=[{"title": "S", "stock": 4}, {"title": "L", "stock": None}])
    assert source.webhooks.wait()
    work_off(ours, "hooks")
    assert_equal_to_the_source(ours)
    source.webhooks.lost = 1.0
    source.store.change_stock(source.store.all("Product")[-1]["variants"][0], 9)
    assert source.webhooks.wait()
    assert sweep(source, ours) == 0


def test_a_shop_that_left_and_came_back_is_not_left_again_by_an_old_webhook(source, ours):
    source.uninstall()
    assert source.webhooks.wait()
    late = source.webhooks.sent[-1]
    work_off(ours, "hooks")
    with shop_scope(ours):
        assert not Watermark.objects.exists()
    platform = registry.find_platform("shopify")
    tokens = oauth.exchange_session_token(platform.app, source.domain, source.session_token(), now())
    again = installs.install_shop("shopify", source.domain, tokens, platform.connect(source.domain, tokens).read_shop())
    late.headers["X-Shopify-Webhook-Id"] = "as if it had never come"
    assert source.webhooks.send(late) == 200
    work_off(ours, "hooks")
    assert (again, installs.is_installed(ours)) == (ours, True)


def test_a_shop_whose_uninstall_was_lost_is_erased_when_shopify_asks_for_it(source, ours):
    source.webhooks.lost = 1.0
    source.uninstall()
    source.webhooks.lost = 0.0
    with shop_scope(ours):
        Install.objects.update(tokens_at=now() - timedelta(days=2))  # when Shopify asks, the shop left two days ago
    source.ask_privacy("shop/redact")
    assert source.webhooks.wait()
    work_off(ours, "hooks", "privacy_request", "erase_shop")
    assert not Shop.objects.filter(pk=ours).exists()
