"""What a platform says is stored once, whatever the order in which it comes: the newest holds."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shopconnect.catalog import selectors as catalog
from shopconnect.catalog import services as catalog_services
from shopconnect.catalog.models import Product, Variant
from shopconnect.connectors.base import ResourceType
from shopconnect.connectors.types import (
    CustomerDraft,
    LineDraft,
    OrderDraft,
    OrderKind,
    PriceDraft,
    ProductDraft,
    ShopDraft,
    StockDraft,
    TranslationDraft,
    VariantDraft,
)
from shopconnect.core.models import Due
from shopconnect.core.tenancy.bulk import Stored
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders import selectors as orders
from shopconnect.orders.models import Customer, Line, Order
from shopconnect.shops.selectors import shop_profile
from shopconnect.sync import registry
from shopconnect.sync.storing import delete_resources, store_drafts
from tests.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.usefixtures("nobody_is_woken")

AT = datetime(2026, 1, 1, tzinfo=UTC)


def tea(minute, **said):
    fields = {"title": f"Tea {minute}", "price": Decimal(minute), "currency": "EUR"} | said
    return ProductDraft(external_id="tea", updated_at=AT + timedelta(minutes=minute), **fields)


def order(minute, *products, external_id="1", **said):
    lines = tuple(LineDraft(product, Decimal(1), Decimal(minute), Decimal(0)) for product in products)
    return OrderDraft(
        external_id=external_id,
        kind=OrderKind.ORDER,
        placed_at=AT,
        currency="EUR",
        lines=lines,
        updated_at=AT + timedelta(minutes=minute),
        **said,
    )


def test_what_holds_in_days_to_come_adds_no_line_at_a_platforms_sync(shop):
    later = AT + timedelta(days=366 * 100)
    with shop_scope(shop):
        catalog_services.store_products([tea(1, price=Decimal(10), stock=Decimal(5))])
        price = PriceDraft(product="tea", variant="", at=later, currency="EUR", price=Decimal(8))
        catalog_services.store_prices([price])
        catalog_services.store_stock([StockDraft(product="tea", variant="", location="default", at=later, level=50)])
    entries = []
    for minute in (2, 3, 4):
        store_drafts(shop, [tea(minute, price=Decimal(10), stock=Decimal(5))])
        with shop_scope(shop):
            entries.append((len(list(catalog.iter_prices())), len(list(catalog.iter_stock()))))
    assert entries == [(2, 2)] * 3


def titles():
    return list(Product.objects.filter(deleted_at=None).order_by("title").values_list("title", flat=True))


@pytest.mark.parametrize("minutes", list(permutations([1, 2, 3])))
def test_whatever_the_order_the_newest_product_holds(shop, minutes):
    for minute in minutes:
        variants = tuple(VariantDraft(external_id=f"{minute}-{number}") for number in range(minute))
        words = (TranslationDraft(language="fr", title=f"Thé {minute}"),)
        store_drafts(shop, [tea(minute, variants=variants, translations=words)])
    with shop_scope(shop):
        assert titles() == ["Tea 3"]
        assert sorted(Variant.objects.filter(deleted_at=None).values_list("external_id", flat=True)) == [
            "3-0",
            "3-1",
            "3-2",
        ]
        assert catalog.list_features()[0].titles == {"fr": "Thé 3"}


@pytest.mark.parametrize("minutes", list(permutations([1, 2, 3])))
def test_whatever_the_order_the_newest_order_and_customer_hold(shop, minutes):
    for minute in minutes:
        customer = CustomerDraft(external_id="7", country=f"C{minute}", updated_at=AT + timedelta(minutes=minute))
        store_drafts(shop, [order(minute, *["tea"] * minute), customer])
    with shop_scope(shop):
        assert Customer.objects.get().country == "C3"
        assert (Order.objects.get().total_amount, Line.objects.count()) == (Decimal(9), 3)


def test_two_of_one_thing_in_a_batch_are_one_the_newer(shop):
    assert store_drafts(shop, [tea(2), tea(3), tea(1)]) == Stored(new=1)
    with shop_scope(shop):
        assert titles() == ["Tea 3"]


def test_what_was_the_same_later_is_not_replaced_by_something_in_between(shop):
    store_drafts(shop, [tea(1), order(1, "tea"), CustomerDraft(external_id="7", country="FR", updated_at=AT)])
    later = AT + timedelta(minutes=5)
    again = [
        replace(draft, updated_at=later)
        for draft in (tea(1), order(1, "tea"), CustomerDraft(external_id="7", country="FR"))
    ]
    assert store_drafts(shop, again) == Stored(same=3)
    between = [
        tea(3),
        order(3, "tea"),
        CustomerDraft(external_id="7", country="BE", updated_at=AT + timedelta(minutes=3)),
    ]
    assert store_drafts(shop, between) == Stored(same=3)
    with shop_scope(shop):
        assert titles() == ["Tea 1"]
        assert Order.objects.get().total_amount == 1
        assert Customer.objects.get().country == "FR"


def test_a_draft_without_a_time_holds_and_so_does_the_one_after_it(shop):
    store_drafts(shop, [tea(2)])
    store_drafts(shop, [replace(tea(1), updated_at=None)])
    with shop_scope(shop):
        assert titles() == ["Tea 1"]
    store_drafts(shop, [tea(0)])
    with shop_scope(shop):
        assert titles() == ["Tea 0"]


def test_what_is_the_same_writes_nothing_and_tells_nobody(shop, new_room):
    drafts = [tea(1), order(1, "tea"), CustomerDraft(external_id="7", updated_at=AT)]
    store_drafts(shop, drafts)
    told = []
    registry.after_change("test", told.append)
    with CaptureQueriesContext(connection) as asked:
        assert store_drafts(shop, drafts) == Stored(same=3)
    written = [
        query["sql"] for query in asked if query["sql"].startswith(("INSERT", "UPDATE", "DELETE", "COPY", "CREATE"))
    ]
    assert (written, told) == ([], [])


def test_a_change_asks_for_cards_once_and_never_for_learning(shop):
    store_drafts(shop, [tea(1)])
    store_drafts(shop, [tea(2)])
    assert list(Due.objects.values_list("kind", "asked")) == [("save_catalogue", 2)]
    Due.objects.all().delete()
    store_drafts(shop, [order(1, "tea")])
    assert not Due.objects.exists()
    delete_resources(shop, ResourceType.PRODUCT, {"tea": None})
    assert Due.objects.get().kind == "save_catalogue"


def test_the_ledger_follows_each_price_of_the_products_that_changed(shop):
    pot = ProductDraft(external_id="pot", title="Pot", price=Decimal(9), currency="EUR", updated_at=AT)
    store_drafts(shop, [tea(1), pot])
    store_drafts(shop, [tea(2), pot])
    store_drafts(shop, [tea(3, title="Only the title", price=Decimal(2))])
    with shop_scope(shop):
        assert [(entry.product, entry.price) for entry in catalog.iter_prices()] == [("pot", 9), ("tea", 1), ("tea", 2)]


def test_stock_is_noted_place_by_place_when_it_changed_and_not_backwards(shop):
    def level(amount, minute, location="Lyon", variant="S"):
        return StockDraft(
            product="tea", variant=variant, location=location, at=AT + timedelta(minutes=minute), level=Decimal(amount)
        )

    said = tea(1, variants=(VariantDraft(external_id="S", stock=Decimal(3)),))
    assert store_drafts(shop, [said, level(1, 1), level(2, 1, "Paris"), level(5, 1, variant="")]).new == 4
    assert store_drafts(shop, [level(1, 2), level(4, 2, "Paris"), level(4, 2, variant="unknown")]) == Stored(1, 0, 2)
    assert store_drafts(shop, [level(9, 0), level(3, 1, "Paris"), level(5, 3, variant="")]) == Stored(same=3)
    with shop_scope(shop):
        found = {(stock.variant, stock.location, stock.at.minute, int(stock.level)) for stock in catalog.iter_stock()}
        assert found == {("S", "Lyon", 1, 1), ("S", "Paris", 1, 2), ("S", "Paris", 2, 4), ("", "Lyon", 1, 5)}


def test_of_two_words_on_stock_of_one_second_the_later_holds(shop):
    def level(amount):
        return StockDraft(product="tea", variant="", location="Lyon", at=AT, level=Decimal(amount))

    store_drafts(shop, [tea(1), level(5)])
    assert [store_drafts(shop, [level(amount)]).new for amount in (7, 7, 6, 6)] == [1, 0, 1, 0]
    with shop_scope(shop):
        stocks = [(stock.at.replace(microsecond=0), int(stock.level)) for stock in catalog.iter_stock()]
        assert stocks == [(AT, 5), (AT, 7), (AT, 6)]


def test_orders_are_linked_to_what_comes_after_them(shop):
    refund = OrderDraft(
        external_id="r", kind=OrderKind.REFUND, placed_at=AT, currency="EUR", refunds="1", updated_at=AT
    )
    store_drafts(shop, [order(1, "tea", external_id="2", customer="7"), refund])
    store_drafts(shop, [order(1, "tea", "pot", customer="7")])
    store_drafts(shop, [tea(1), CustomerDraft(external_id="7", updated_at=AT)])
    with shop_scope(shop):
        assert Line.objects.filter(product__external_id="tea").count() == 2
        assert Line.objects.filter(product=None).count() == 1
        assert Order.objects.filter(customer__external_id="7").count() == 2
        assert Order.objects.get(kind="refund").refunds.external_id == "1"
    store_drafts(shop, [replace(refund, currency="USD")])
    with shop_scope(shop):
        assert Order.objects.get(kind="refund").refunds.external_id == "1"


def test_linking_looks_at_nothing_but_what_came(shop, other_shop):
    store_drafts(shop, [order(1, "pot", customer="8")])
    store_drafts(other_shop, [order(1, "tea", customer="7")])
    store_drafts(shop, [tea(1), CustomerDraft(external_id="7")])
    with shop_scope(other_shop):
        assert (Line.objects.get().product, Order.objects.get().customer) == (None, None)


def test_what_the_platform_deleted_is_marked_and_comes_back(shop):
    store_drafts(shop, [tea(1), order(1, "tea"), CustomerDraft(external_id="7", updated_at=AT)])
    for resource, external_id in (
        (ResourceType.PRODUCT, "tea"),
        (ResourceType.ORDER, "1"),
        (ResourceType.CUSTOMER, "7"),
    ):
        gone = {external_id: AT + timedelta(minutes=2), "unknown": None}
        assert [delete_resources(shop, resource, gone) for _ in range(2)] == [1, 0]
    with shop_scope(shop):
        assert titles() == []
        assert (orders.count_orders().customers, orders.list_customers()) == (0, [])
        assert list(orders.iter_purchases()) == []
        assert Product.objects.get().deleted_at == Order.objects.get().cancelled_at == AT + timedelta(minutes=2)
    store_drafts(
        shop,
        [
            replace(tea(1), updated_at=AT + timedelta(minutes=3)),
            order(3, "tea"),
            CustomerDraft(external_id="7", updated_at=AT + timedelta(minutes=3)),
        ],
    )
    with shop_scope(shop):
        assert titles() == ["Tea 1"]
        assert (orders.count_orders().customers, len(list(orders.iter_purchases()))) == (1, 1)


def test_older_news_bring_nothing_deleted_back_and_an_older_deletion_deletes_nothing(shop):
    store_drafts(shop, [tea(1)])
    delete_resources(shop, ResourceType.PRODUCT, {"tea": AT + timedelta(minutes=5)})
    store_drafts(shop, [tea(3)])
    with shop_scope(shop):
        assert titles() == []
    store_drafts(shop, [tea(6)])
    assert delete_resources(shop, ResourceType.PRODUCT, {"tea": AT + timedelta(minutes=4)}) == 0
    with shop_scope(shop):
        assert titles() == ["Tea 6"]


def test_a_deletion_without_a_time_is_undone_by_the_same_news(shop):
    store_drafts(shop, [tea(1)])
    assert delete_resources(shop, ResourceType.PRODUCT, {"tea": None}) == 1
    assert store_drafts(shop, [tea(1)]) == Stored(changed=1)
    with shop_scope(shop):
        assert titles() == ["Tea 1"]


def test_a_shop_has_no_deletion(shop):
    assert delete_resources(shop, ResourceType.SHOP, {"1": None}) == 0


def test_the_shop_says_who_it_is(shop):
    told = ShopDraft(name="Thés", currency="EUR", timezone="Europe/Paris", hosts=("the.example",))
    assert store_drafts(shop, [told]) == Stored(changed=1)
    assert store_drafts(shop, [told]) == Stored(same=1)
    with shop_scope(shop):
        assert (shop_profile().name, shop_profile().hosts) == ("Thés", ("the.example",))


def test_nothing_said_is_nothing_stored(shop):
    assert store_drafts(shop, []) == Stored()


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_two_at_once_leave_the_newest_and_whole(transactional_db, shop, known):
    rounds = 8
    if known:
        store_drafts(shop, [tea(0), order(0, "tea"), CustomerDraft(external_id="7", updated_at=AT)])
    met, failures = threading.Barrier(4, timeout=PATIENCE_SECONDS), []

    def store(offset):
        try:
            met.wait()
            for turn in range(rounds):
                minute = 1 + (turn * 4 + offset * 7) % (4 * rounds)
                at = AT + timedelta(minutes=minute)
                others = [
                    tea(minute, variants=(VariantDraft(external_id=str(minute)),)),
                    order(minute, *["tea"] * 2),
                    CustomerDraft(external_id="7", country=str(minute), updated_at=at),
                    replace(tea(minute), external_id=f"p{minute % 5}"),
                ]
                store_drafts(shop, others if offset % 2 else others[::-1])
        except Exception as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=store, args=(offset,)) for offset in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failures == []
    newest = max(1 + (turn * 4 + offset * 7) % (4 * rounds) for turn in range(rounds) for offset in range(4))
    with shop_scope(shop):
        product = Product.objects.get(external_id="tea")
        assert product.title == f"Tea {newest}"
        assert [one.external_id for one in product.variants.filter(deleted_at=None)] == [str(newest)]
        assert Order.objects.get().total_amount == 2 * newest
        assert Line.objects.count() == 2
        assert Customer.objects.get().country == str(newest)
