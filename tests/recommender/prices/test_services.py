"""A price is changed on the shop's platform once, and whoever asked sees what became of it."""

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from recommender.prices import services
from recommender.prices.selectors import list_price_changes
from recommender.prices.types import PriceChangeSummary, PriceRequest
from shopconnect.accounts.history import list_audit
from shopconnect.catalog.selectors import find_product_by_external_id
from shopconnect.catalog.services import store_products
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.installs import install_shop, uninstall_shop
from shopconnect.sync import outbox
from shopconnect.sync.models import OutboxChange
from shopconnect.sync.types import Blocker, ChangeState
from tests.shopconnect.sync.conftest import installed, outside, pass_time, told, work_through  # noqa: F401
from tests.shopconnect.sync.outside import SHOP, TOKENS, product
from tests.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.usefixtures("nobody_is_woken")

OWNER = 7


@pytest.fixture
def stocked(installed: ShopId) -> ShopId:  # noqa: F811
    """An installed shop that sells product 3, at 13 euros."""
    with shop_scope(installed):
        store_products(product(3)[:1])
    return installed


def request_of(shop_id: ShopId, **changes: object) -> PriceRequest:
    with shop_scope(shop_id):
        row = find_product_by_external_id("3")
    assert row is not None
    wanted = PriceRequest(
        product_public_id=row.public_id, variant="3-1", price=Decimal("9.50"), compare_at_price=None, currency="EUR"
    )
    return replace(wanted, **changes)


def ask(shop_id: ShopId, key: str = "key", **changes: object) -> int:
    return services.ask_price_change(shop_id, OWNER, request_of(shop_id, **changes), key)


def send(shop_id: ShopId) -> None:
    work_through(shop_id, "push_change")


def changes(shop_id: ShopId) -> list[PriceChangeSummary]:
    with shop_scope(shop_id):
        return list_price_changes()


def row_of(shop_id: ShopId) -> OutboxChange:
    with shop_scope(shop_id):
        return OutboxChange.objects.get()


def test_a_change_goes_out_and_its_receipt_is_kept(stocked, outside):  # noqa: F811
    public_id = ask(stocked)
    (waiting,) = changes(stocked)
    assert (waiting.public_id, waiting.state, waiting.before, waiting.price) == (
        public_id,
        ChangeState.WAITING,
        Decimal(13),
        Decimal("9.50"),
    )
    send(stocked)
    (done,) = changes(stocked)
    assert (done.state, done.title, done.can_be_undone) == (ChangeState.DONE, "Thing 3 – Size 1", True)
    assert outside.told("prices", {}) == {"3-1": "9.50"}
    assert row_of(stocked).reference == "key"
    assert not Due.objects.filter(shop_id=stocked, kind="push_change").exists()
    assert list_audit(stocked)[0].sentence == "Someone requested a price change: Thing 3 – Size 1, 13.00 → 9.50 EUR"


def test_push_change_twice_leaves_the_same_world(stocked, outside):  # noqa: F811
    ask(stocked)
    send(stocked)
    before = row_of(stocked).__dict__
    outbox.push_change(stocked, before["id"])
    after = row_of(stocked).__dict__
    assert {**after, "_state": None} == {**before, "_state": None}
    assert len(outside.calls("push_price")) == 1


def test_the_same_key_asks_once(stocked, outside):  # noqa: F811
    assert ask(stocked) == ask(stocked)
    send(stocked)
    assert ask(stocked) == changes(stocked)[0].public_id
    assert len(outside.calls("push_price")) == 1


def test_two_clicks_at_once_ask_once(transactional_db, stocked, outside):  # noqa: F811
    given, together = [], threading.Barrier(2)
    wanted = request_of(stocked)

    def click() -> None:
        together.wait(PATIENCE_SECONDS)
        try:
            given.append(services.ask_price_change(stocked, OWNER, wanted, "key"))
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert len(set(given)) == 1
    assert len(changes(stocked)) == 1


def test_a_decision_that_is_rolled_back_sends_nothing(stocked, outside):  # noqa: F811
    with pytest.raises(ZeroDivisionError), shop_scope(stocked):
        ask(stocked)
        raise ZeroDivisionError
    assert changes(stocked) == []
    assert not Due.objects.filter(shop_id=stocked, kind="push_change").exists()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"price": Decimal(-1)}, "bad_price"),
        ({"price": Decimal("9.999")}, "bad_price"),
        ({"price": Decimal(10**13)}, "bad_price"),
        ({"price": Decimal(0)}, "free"),
        ({"price": Decimal("1.29")}, "deep_cut"),
        ({"currency": "USD"}, "other_currency"),
        ({"compare_at_price": Decimal(9)}, "bad_compare_at"),
        ({"price": Decimal(13)}, "same_price"),
    ],
)
def test_a_bad_price_is_refused_in_a_sentence_and_nothing_is_sent(stocked, outside, changed, code):  # noqa: F811
    with pytest.raises(Refusal) as refused:
        ask(stocked, **changed)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")
    send(stocked)
    assert (changes(stocked), outside.calls("push_price")) == ([], [])


@pytest.mark.parametrize("price", ["0", "1.29"])
def test_a_gift_and_a_deep_cut_go_out_when_they_are_meant(stocked, outside, price):  # noqa: F811
    ask(stocked, price=Decimal(price), is_confirmed=True)
    send(stocked)
    assert changes(stocked)[0].state == ChangeState.DONE


def test_what_is_not_sold_here_has_no_price_to_change(stocked, other_shop):
    for missing in ({"variant": "9-9"}, {"product_public_id": 1}):
        with pytest.raises(Missing):
            ask(stocked, **missing)
    with pytest.raises(Missing):
        services.ask_price_change(other_shop, OWNER, request_of(stocked), "key")
    assert changes(other_shop) == []


def test_one_change_of_a_price_waits_at_a_time(stocked, outside):  # noqa: F811
    ask(stocked)
    with pytest.raises(Refusal, match="already has a pending change"):
        ask(stocked, key="other", price=Decimal(8))
    ask(stocked, key="other variant", variant="3-2")
    send(stocked)
    assert {one.state for one in changes(stocked)} == {ChangeState.DONE}


def test_a_refusal_of_the_platform_is_shown_in_its_words(stocked, outside):  # noqa: F811
    outside.tell(prices={"3-1": "11.00"})
    ask(stocked)
    send(stocked)
    (refused,) = changes(stocked)
    assert (refused.state, refused.refusal, refused.can_be_undone) == (
        ChangeState.REFUSED,
        "The price is another one by now.",
        False,
    )


def test_a_platform_that_cannot_be_asked_now_is_asked_later_with_the_same_key(stocked, outside):  # noqa: F811
    outside.tell(failures=[{"call": "push_price", "permanent": False, "status": 503, "retry_after": 600}])
    ask(stocked)
    send(stocked)
    assert changes(stocked)[0].blocker == Blocker.AWAY
    assert Due.objects.get(shop_id=stocked, kind="push_change").due_at > now() + timedelta(minutes=9)
    outside.tell(failures=[])
    pass_time(stocked)
    send(stocked)
    assert (changes(stocked)[0].state, changes(stocked)[0].blocker) == (ChangeState.DONE, None)
    assert {call.split()[1] for call in outside.calls("push_price")} == {"key"}


def test_a_platform_that_will_never_take_it_has_refused_it(stocked, outside):  # noqa: F811
    outside.tell(failures=[{"call": "push_price", "permanent": True, "status": 403, "detail": "Access denied."}])
    ask(stocked)
    send(stocked)
    assert (changes(stocked)[0].state, changes(stocked)[0].refusal) == (ChangeState.REFUSED, "Access denied.")


def test_a_parked_shop_waits_and_goes_on_when_somebody_signs_in(stocked, outside):  # noqa: F811
    refused = [{"call": "push_price", "permanent": True, "status": 401}, {"call": "renew", "permanent": True}]
    outside.tell(failures=refused)
    ask(stocked)
    for _ in range(2):
        send(stocked)
        pass_time(stocked)
    assert (changes(stocked)[0].state, changes(stocked)[0].blocker) == (ChangeState.WAITING, Blocker.SIGN_IN)
    outside.tell(failures=[])
    install_shop("shopify", "out.myshopify.com", TOKENS, SHOP)
    send(stocked)
    assert changes(stocked)[0].state == ChangeState.DONE


def test_a_shop_that_leaves_sends_nothing_more(stocked, outside):  # noqa: F811
    ask(stocked)
    uninstall_shop(stocked, now())
    send(stocked)
    assert (changes(stocked)[0].state, outside.calls("push_price")) == (ChangeState.WITHDRAWN, [])


def test_an_undo_sets_the_price_before_and_once(stocked, outside):  # noqa: F811
    public_id = ask(stocked)
    with pytest.raises(Missing):
        services.undo_price_change(stocked, OWNER, public_id)
    send(stocked)
    undo = services.undo_price_change(stocked, OWNER, public_id)
    assert services.undo_price_change(stocked, OWNER, public_id) == undo
    send(stocked)
    newest, oldest = changes(stocked)
    assert (newest.is_undo, newest.price, newest.before) == (True, Decimal(13), Decimal("9.50"))
    assert (newest.state, oldest.can_be_undone) == (ChangeState.DONE, False)
    assert outside.told("prices", {}) == {"3-1": "13.000000"}


def test_an_undo_that_was_refused_may_be_tried_again(stocked, outside):  # noqa: F811
    public_id = ask(stocked)
    send(stocked)
    outside.tell(prices={"3-1": "11.00"})
    services.undo_price_change(stocked, OWNER, public_id)
    send(stocked)
    assert [one.state for one in changes(stocked)] == [ChangeState.REFUSED, ChangeState.DONE]
    outside.tell(prices={"3-1": "9.50"})
    services.undo_price_change(stocked, OWNER, public_id)
    send(stocked)
    assert [one.state for one in changes(stocked)] == [ChangeState.DONE, ChangeState.REFUSED, ChangeState.DONE]
