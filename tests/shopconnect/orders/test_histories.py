"""What a signed-in customer bought stands ready for shelves, as long as it is true and allowed, and for nobody else."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisAway

from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import ConsentDraft, CustomerDraft, LineDraft, OrderDraft, OrderKind, ProductDraft
from shopconnect.core.cache.redis import client, forget_shop
from shopconnect.core.jobs import fire_and_forget
from shopconnect.core.security import personal_data
from shopconnect.core.security.personal_data import Person
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events.intake import store_choice
from shopconnect.orders import histories
from shopconnect.orders.histories import fill_histories, history_key, known_history
from shopconnect.orders.models import Line, Order
from shopconnect.orders.selectors import list_bought
from shopconnect.orders.services import delete_orders, link_to_orders, store_customers, store_orders
from shopconnect.privacy.services import store_consents
from shopconnect.sync.folders import files

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nobody_works(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Redis holds nothing from before, and only the test itself fills what is asked for."""
    client().flushdb()
    monkeypatch.setattr(fire_and_forget, "send", lambda name, shop_id: None)
    yield
    client().flushdb()


def line(product: str, quantity: int = 1) -> LineDraft:
    return LineDraft(product, Decimal(quantity), Decimal("4.50"), Decimal(0))


def order(external_id: str = "1", *products: str, customer: str = "7", **fields: Any) -> OrderDraft:
    return OrderDraft(
        external_id=external_id,
        kind=OrderKind.ORDER,
        placed_at=fields.pop("placed_at", NOON),
        currency="EUR",
        customer=customer,
        lines=tuple(map(line, products or ("tea",))),
        **fields,
    )


def fill(shop_id: ShopId, *orders: OrderDraft) -> None:
    with shop_scope(shop_id):
        store_products(
            [
                ProductDraft(external_id=name, title=name, price=Decimal("4.50"), currency="EUR")
                for name in ("tea", "mug")
            ]
        )
        store_customers([CustomerDraft(external_id="7", email="zoe@example.fr"), CustomerDraft(external_id="8")])
        store_orders(orders or [order()])


def kept(shop_id: ShopId, customer: str = "7") -> bytes:
    """What stands in Redis, as the gateway reads it along."""
    return client().get(history_key(shop_id, customer)) or b""


def known(shop_id: ShopId, customer: str = "7") -> list[tuple[str, datetime]]:
    """What shelves know of a customer, by the platform's ids the newest first; asked for and filled where need be."""
    known_history(shop_id, customer, kept(shop_id, customer))
    fill_histories(shop_id)
    with shop_scope(shop_id):
        names = dict(Line.objects.values_list("product_id", "product_external_id"))
    found = [(names[product], at) for product, at in known_history(shop_id, customer, kept(shop_id, customer))]
    assert [at for _, at in found] == sorted((at for _, at in found), reverse=True)
    return sorted(found, key=lambda one: (-one[1].timestamp(), one[0]))


def test_a_history_is_asked_for_once_and_known_the_next_time(shop: ShopId, monkeypatch: pytest.MonkeyPatch):
    fill(shop, order("1", "tea", "mug"), order("2", "tea", placed_at=NOON - timedelta(days=9)))
    sent: list[tuple[str, ShopId]] = []
    monkeypatch.setattr(fire_and_forget, "send", lambda *asked: sent.append(asked))
    assert [known_history(shop, "7", kept(shop)) for _ in range(3)] == [()] * 3
    assert sent == [("fill_histories", shop)]
    assert fill_histories(shop) == 1
    assert known(shop) == [("mug", DAY), ("tea", DAY), ("tea", DAY - timedelta(days=9))]
    assert len(sent) == 1
    assert 0 < client().ttl(history_key(shop, "7")) <= histories.TTL_SECONDS


def test_who_never_bought_is_remembered_as_that(shop: ShopId):
    fill(shop)
    assert known(shop, "8") == known(shop, "nobody") == []
    assert kept(shop, "8") == kept(shop, "nobody") == b"[]"


def test_a_key_tells_neither_who_nor_stands_in_another_shop(shop: ShopId, other_shop: ShopId):
    fill(shop)
    fill(other_shop, order("1", "mug"))
    assert "zoe@example.fr" not in history_key(shop, "zoe@example.fr")
    assert history_key(shop, "7") != history_key(other_shop, "7")
    assert (known(shop), known(other_shop)) == ([("tea", DAY)], [("mug", DAY)])


def test_only_the_accounts_own_orders_count_however_they_came(shop: ShopId):
    fill(
        shop,
        order("1", "tea", channel="pos"),
        order("2", "mug", customer="", email="zoe@example.fr"),
        order("3", "mug", is_test=True),
        order("4", "mug", cancelled_at=NOON),
        order("5", "mug", customer="8"),
    )
    assert known(shop) == [("tea", DAY)]


def test_a_refund_that_was_cancelled_takes_nothing_away(shop: ShopId):
    fill(shop, order("1", "mug"), replace(refund(line("mug")), cancelled_at=NOON))
    with shop_scope(shop):
        link_to_orders()
    assert known(shop) == [("mug", DAY)]


def test_an_order_whose_account_is_not_in_yet_counts(shop: ShopId):
    fill(shop, order("1", "mug", customer="99"))
    assert known(shop, "99") == [("mug", DAY)]


def test_it_is_bounded(shop: ShopId, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(histories, "MOST_BOUGHT", 3)
    fill(shop, *(order(str(number), placed_at=NOON - timedelta(days=number)) for number in range(9)))
    assert known(shop) == [("tea", DAY - timedelta(days=number)) for number in range(3)]


def refund(*lines: LineDraft) -> OrderDraft:
    return replace(order("r1", customer=""), kind=OrderKind.REFUND, refunds="1", lines=lines)


def cancel(shop_id: ShopId) -> None:
    store_orders([order("1", "tea", "tea", "mug", cancelled_at=NOON)])


def delete(shop_id: ShopId) -> None:
    delete_orders({"1": None})


def give_back(shop_id: ShopId) -> None:
    store_orders([refund(line("tea"), line("mug"))])
    link_to_orders()


def move(shop_id: ShopId) -> None:
    store_orders([order("1", "tea", "tea", "mug", customer="8")])


def erase(shop_id: ShopId) -> None:
    for entry in personal_data.registered().values():
        entry.erase(Person(customer_external_id="7"))


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (cancel, []),
        (delete, []),
        (give_back, [("tea", DAY)]),
        (move, []),
        (erase, []),
        (
            lambda shop_id: store_orders([order("2", "mug", placed_at=NOON + timedelta(days=1))]),
            [("mug", DAY + timedelta(days=1)), ("mug", DAY), ("tea", DAY)],
        ),
    ],
)
def test_what_changes_the_orders_drops_it(shop: ShopId, other_shop: ShopId, change: Any, left: list[Any]):
    for one in (shop, other_shop):
        fill(one, order("1", "tea", "tea", "mug"))
        assert known(one) == [("mug", DAY), ("tea", DAY)]
    with shop_scope(shop):
        change(shop)
    assert (kept(shop), kept(other_shop) != b"") == (b"", True)
    assert known(shop) == left


def test_what_is_not_committed_drops_nothing(shop: ShopId):
    fill(shop)
    known(shop)

    def change_and_fail() -> None:
        with shop_scope(shop):
            delete_orders({"1": None})
            raise KeyError

    with pytest.raises(KeyError):
        change_and_fail()
    assert known(shop) == [("tea", DAY)]


def test_what_is_said_again_drops_nothing(shop: ShopId):
    fill(shop)
    known(shop)
    with shop_scope(shop):
        store_orders([order()])
    assert kept(shop) != b""


def test_what_changes_while_it_is_read_is_not_kept(shop: ShopId, monkeypatch: pytest.MonkeyPatch):
    fill(shop)
    known_history(shop, "7", b"")

    def read_late(customer: str, most: int) -> list[tuple[int, int]]:
        found = list_bought(customer, most)
        with monkeypatch.context() as patched:
            patched.setattr("shopconnect.core.cache.redis.refuse_in_scope", lambda what: None)
            client().unlink(history_key(shop, customer))  # what erasing does, between our reading and our writing
        return found

    monkeypatch.setattr(histories, "list_bought", read_late)
    assert fill_histories(shop) == 0
    assert kept(shop) == b""


def test_a_no_drops_it_on_that_device_and_for_the_customer(shop: ShopId):
    fill(shop)
    known(shop)
    store_choice(shop, "visitor-0001", is_given=False, source="storefront", customer="7")
    assert kept(shop) == b""
    assert known(shop) == [("tea", DAY)]  # another device of theirs said yes
    with shop_scope(shop):
        consents = next(file for file in files.all_files() if file.name == "consents")
        word = ConsentDraft(visitor="", customer="7", purpose="analytics", is_given=False, at=NOON)
        consents.store([word])
    assert kept(shop) == b""
    assert known(shop) == []
    with shop_scope(shop):
        store_consents([replace(word, is_given=True, at=NOON + timedelta(days=1))])
    client().unlink(history_key(shop, "7"))
    assert known(shop) == [("tea", DAY)]


def test_a_removed_shop_leaves_none(shop: ShopId, other_shop: ShopId):
    for one in (shop, other_shop):
        fill(one)
        known(one)
    forget_shop(shop)
    assert (kept(shop), kept(other_shop) != b"") == (b"", True)


def test_a_person_is_told_what_shelves_may_know(shop: ShopId, other_shop: ShopId):
    fill(shop)
    entry = personal_data.registered()["redis.bought"]
    with shop_scope(shop):
        product = Line.objects.get().product_id
        assert list(entry.export(Person(customer_external_id="7"))) == [{"product": product, "day": DAY.date()}]
        assert list(entry.export(Person(customer_external_id="8"))) == []
    with shop_scope(other_shop):
        assert list(entry.export(Person(customer_external_id="7"))) == []


def test_without_redis_nothing_is_known_and_orders_come_in(shop: ShopId, monkeypatch: pytest.MonkeyPatch):
    def away() -> Any:
        raise RedisAway

    monkeypatch.setattr(histories, "quick_client", away)
    monkeypatch.setattr(histories, "client", away)
    assert known_history(shop, "7", b"") == known_history(shop, "7", None) == ()
    fill(shop)
    with shop_scope(shop):
        assert Order.objects.count() == 1


def test_it_holds_products_and_days_and_no_more(shop: ShopId):
    fill(shop)
    known(shop)
    with shop_scope(shop):
        product = Line.objects.get().product_id
    assert json.loads(kept(shop)) == [[product, (DAY - datetime(1970, 1, 1, tzinfo=UTC)).days]]
