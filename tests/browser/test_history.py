"""From an order to "Buy again" on the shopper's screen: a signed-in customer, a real worker, a real browser."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from shopconnect.connectors.types import LineDraft, OrderDraft, OrderKind
from shopconnect.core import caches
from shopconnect.core.artefacts import store
from shopconnect.core.cache.redis import client
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.histories import history_key
from shopconnect.orders.selectors import most_faithful_customer
from shopconnect.orders.services import store_orders
from shopconnect.shops.models import Shop
from tests.browser.accessibility import problems_of
from tests.browser.test_events import accept
from tests.recommender.products.shops import fill_shop, train
from tests.waiting import until


@pytest.fixture
def demo(site: str, transactional_db: None, shop: ShopId) -> Iterator[str]:
    """The front of an invented shop that has learnt."""
    Shop.objects.filter(pk=shop).update(is_demo=True)
    store.erase(shop)
    client().flushdb()
    fill_shop(shop)
    train(shop)
    caches.reset_all()
    yield f"{site}/storefront/first"
    store.erase(shop)


def again(page: Any) -> Any:
    return page.locator("shopconnect-shelf[shelf=again]")


def who(shop_id: ShopId) -> str:
    with shop_scope(shop_id):
        return most_faithful_customer()


def wait_for_history(shop_id: ShopId) -> None:
    """Wait until a worker has filled what the page asked for."""
    key = history_key(shop_id, who(shop_id))
    assert until(lambda: (client().get(key) or b"?") != b"?")


def sign_in(page: Any, demo: str) -> None:
    page.goto(f"{demo}/en/")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("You’re signed in as a fictional customer.").wait_for()


def test_who_signs_in_and_agrees_is_shown_what_to_buy_again_and_the_next_order_too(
    page: Any, demo: str, site: str, shop: ShopId
):
    page.goto(f"{demo}/en/")
    expect(again(page)).to_have_count(0)
    sign_in(page, demo)
    expect(again(page)).to_be_hidden()  # nothing was agreed to yet
    assert client().get(history_key(shop, who(shop))) is None
    accept(page)
    page.goto(f"{demo}/en/")
    wait_for_history(shop)
    page.goto(f"{demo}/en/")
    again(page).get_by_role("heading", name="Buy again").wait_for()
    again(page).locator("a").first.wait_for()
    again(page).get_by_role("button", name="Why am I seeing this?").click()
    again(page).get_by_text("You’ve bought this before").first.wait_for()
    page.locator("shopconnect-shelf[shelf=for-you] a").first.wait_for()
    fresh = buy_something_new(shop)
    page.goto(f"{demo}/fr/")
    wait_for_history(shop)
    with page.expect_response(lambda answer: "shelf=again" in (answer.request.post_data or "")) as heard:
        page.goto(f"{demo}/fr/")
    assert heard.value.headers["cache-control"] == "no-store"
    said = {name: values[0] for name, values in parse_qs(heard.value.request.post_data).items()}
    whole = page.request.post(heard.value.url, form=said | {"limit": "24"}, headers={"origin": site})
    assert fresh in [item["id"] for item in whole.json()["items"]]
    again(page).get_by_role("heading", name="À racheter").wait_for()
    again(page).get_by_text("Vous l’avez déjà acheté").first.wait_for(state="attached")


def buy_something_new(shop_id: ShopId) -> str:
    """Have the customer order what they never had, and return it."""
    order = OrderDraft(
        external_id="fresh",
        kind=OrderKind.ORDER,
        placed_at=now(),
        currency="EUR",
        customer=who(shop_id),
        lines=(LineDraft("p39", Decimal(1), Decimal("10.00"), Decimal(0)),),
    )
    with shop_scope(shop_id):
        store_orders([order])
    return "p39"


def test_for_you_leaves_to_buy_again_what_stands_there_on_the_page(page: Any, demo: str, site: str, shop: ShopId):
    sign_in(page, demo)
    accept(page)
    page.goto(f"{demo}/en/")
    wait_for_history(shop)
    with page.expect_response(lambda answer: "shelf=for-you" in (answer.request.post_data or "")) as heard:
        page.goto(f"{demo}/en/")
    said = {name: values[0] for name, values in parse_qs(heard.value.request.post_data).items()}
    asked = {"headers": {"origin": site}, "form": {name: value for name, value in said.items() if name != "beside"}}
    alone = [item["id"] for item in page.request.post(heard.value.url, **asked).json()["items"]]
    asked["form"]["shelf"] = "again"
    again_there = [item["id"] for item in page.request.post(heard.value.url, **asked).json()["items"]]
    assert said["beside"] == "again"
    assert set(alone) & set(again_there)  # whoever orders on in this shop orders what they had
    assert not {item["id"] for item in heard.value.json()["items"]} & set(again_there)


def test_a_no_lets_go_of_it_at_once(page: Any, demo: str, shop: ShopId):
    sign_in(page, demo)
    accept(page)
    page.goto(f"{demo}/en/products/p1/")
    page.goto(f"{demo}/en/")
    wait_for_history(shop)
    page.get_by_role("button", name="Privacy settings").click()
    page.get_by_role("button", name="Decline").click()
    assert until(lambda: client().get(history_key(shop, who(shop))) is None)
    page.goto(f"{demo}/en/")
    page.locator("shopconnect-shelf[shelf=trending] a").first.wait_for()
    expect(again(page)).to_be_hidden()
    assert client().get(history_key(shop, who(shop))) is None


def test_who_signs_out_is_nobody_again(page: Any, demo: str):
    sign_in(page, demo)
    expect(page.locator("script[data-customer]")).to_have_count(1)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in").wait_for()
    assert (page.locator("script[data-customer]").count(), again(page).count()) == (0, 0)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_signed_in_front_fits_and_is_accessible(page: Any, demo: str, shop: ShopId, language: str):
    sign_in(page, demo)
    accept(page)
    page.goto(f"{demo}/{language}/")
    wait_for_history(shop)
    for width in (320, 360, 1280):
        page.set_viewport_size({"width": width, "height": 6000})
        page.goto(f"{demo}/{language}/")
        again(page).locator("a").first.wait_for()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert problems_of(page.main_frame) == []
