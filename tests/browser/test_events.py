"""What leaves a shopper's browser, and what of it comes to lie in the table of events."""

import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from shopconnect.core.cache.redis import client
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events import intake
from shopconnect.privacy.selectors import iter_consents
from shopconnect.widgets import registry
from shopconnect.widgets.types import WidgetRequest, WidgetView
from tests.browser.test_storefront import SHIFTS, STORED, open_chat, shelf_titles
from tests.browser.waiting import tell_all, until_page
from tests.shopconnect.events.conftest import stored
from tests.waiting import PATIENCE_SECONDS

PLACES = "() => Object.keys(localStorage).sort()"
PRIVACY = "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"


Told = list[tuple[str, Mapping[str, Any]]]


@pytest.fixture
def told(serve: Any) -> Told:
    """What arrives at both endpoints, whatever becomes of it; a browser does not show what it sends on leaving."""
    client().delete(*client().keys("shop:*:events"), intake.SHOPS)
    arrived: Told = []
    for name in ("events", "consent"):
        endpoint = registry.find_endpoint(name)

        def heard(ask: WidgetRequest, name: str = name, view: WidgetView = endpoint.view) -> Any:
            answer = view(ask)
            arrived.append((name, ask.body))
            return answer

        serve(name, replace(endpoint, view=heard))
    return arrived


def names(told: Told) -> list[str]:
    return [event["name"] for name, body in told if name == "events" for event in body["events"]]


def accept(page: Any) -> str:
    """Say yes; returns the name that the device is given."""
    with page.expect_response("**/consent") as granted:
        page.get_by_role("button", name="Accept").click()
    return str(json.loads(granted.value.request.post_data)["visitor"])


def places(page: Any) -> list[str]:
    """The names under which the page keeps anything on the device."""
    return list(page.evaluate(PLACES))


def leave(page: Any) -> None:
    """Go to a page without us once the server has heard what was not told yet."""
    tell_all(page)
    page.goto("about:blank")


def until_told(page: Any, told: Told, name: str) -> None:
    """Wait until the page has told of something."""

    def is_told() -> bool:
        tell_all(page)
        return name in names(told)

    until_page(page, is_told)


def test_who_refuses_or_says_nothing_has_no_name_and_tells_nothing(page: Any, front: str, told: Told):
    page.goto(f"{front}/en/products/p6/")
    shelf_titles(page)
    tell_all(page)
    assert page.evaluate(STORED) == ["", 0, 0]
    page.get_by_role("button", name="Decline").click()
    page.get_by_role("button", name="Add to cart").click()
    page.wait_for_url("**/cart/")
    assert places(page) == ["shopconnect.consent"]
    leave(page)
    assert told == []


def test_a_browser_that_wants_privacy_tells_nothing_though_it_once_said_yes(page: Any, front: str, told: Told):
    page.goto(f"{front}/en/products/p6/")
    page.evaluate("localStorage.setItem('shopconnect.consent', JSON.stringify({choice: 'granted', wording: 2}))")
    page.add_init_script(PRIVACY)
    page.reload()
    shelf_titles(page)
    leave(page)
    assert told == []


def test_what_a_shopper_does_after_a_yes_is_in_the_table(page: Any, front: str, told: Told, small_shop: ShopId):
    page.goto(f"{front}/en/products/p6/?utm_source=news&utm_medium=email&utm_campaign=spring")
    shelf_titles(page)
    accept(page)
    page.locator("shopconnect-shelf").first.scroll_into_view_if_needed()
    until_told(page, told, "widget_impression")
    open_chat(page)
    page.keyboard.press("Escape")
    page.locator("shopconnect-shelf a").first.click()
    page.wait_for_url("**/products/p0/")
    page.get_by_role("button", name="Add to cart").click()
    page.wait_for_url("**/cart/")
    page.goto(f"{front}/en/?q=bowl")
    leave(page)
    until_page(page, lambda: {"recommendation_click", "add_to_cart", "search"} <= set(names(told)))
    intake.move_batches()
    events = stored(small_shop)
    assert [(event.name, event.product_external_id) for event in events if event.page.endswith("/p6/")] == [
        ("page_view", ""),
        ("view_item", "p6"),
        ("widget_impression", "p6"),
        ("chat_open", ""),
        ("recommendation_click", "p0"),
    ]
    assert [(event.name, event.product_external_id) for event in events if event.page.endswith("/p0/")][:2] == [
        ("page_view", ""),
        ("view_item", "p0"),
    ]
    assert ("add_to_cart", "p0") in [(event.name, event.product_external_id) for event in events]
    assert [event.query for event in events if event.name == "search"] == ["bowl"]
    first = events[0]
    assert (first.source, first.medium, first.campaign) == ("news", "email", "spring")
    shown = next(event for event in events if event.name == "widget_impression")
    assert shown.product_external_ids == ["p0", "p1", "p2", "p3"]
    assert (shown.model_version, shown.reason_keys) == ("v1", ["together,same_category"] * 4)
    assert len({event.visit for event in events}) == len({event.visitor for event in events}) == 1
    assert page.context.cookies() == [] or all("cart" in cookie["name"] for cookie in page.context.cookies())
    with shop_scope(small_shop):
        assert [(one.visitor, one.is_given) for one in iter_consents()] == [(first.visitor, True)]


def test_a_page_that_comes_back_as_it_was_left_tells_its_view_once_more(page: Any, front: str, told: Told):
    page.goto(f"{front}/en/products/p6/")
    accept(page)
    until_told(page, told, "view_item")
    for is_back, views in ((False, 1), (True, 2)):
        page.evaluate("(persisted) => dispatchEvent(new PageTransitionEvent('pageshow', { persisted }))", is_back)
        tell_all(page)
        until_page(page, lambda views=views: names(told).count("view_item") == views)
        assert names(told).count("page_view") == views


def test_a_page_that_is_left_before_its_first_answer_loses_nothing(
    page: Any, front: str, told: Told, serve: Any, small_shop: ShopId
):
    answering, endpoint = threading.Event(), registry.find_endpoint("events")

    def answer_late(ask: WidgetRequest) -> Any:
        answer = endpoint.view(ask)
        answering.wait(PATIENCE_SECONDS)
        return answer

    serve("events", replace(endpoint, view=answer_late))
    page.goto(f"{front}/en/products/p6/")
    with page.expect_request("**/events"):
        page.get_by_role("button", name="Accept").click()
    page.evaluate("document.dispatchEvent(new CustomEvent('shopconnect:event', {detail: {name: 'view_cart'}}))")
    page.goto("about:blank")
    until_page(page, lambda: {"page_view", "view_cart"} <= set(names(told)))
    answering.set()
    page.goto(f"{front}/en/products/p1/")
    leave(page)
    until_page(page, lambda: names(told).count("page_view") == 2)
    intake.move_batches()
    events = stored(small_shop)
    seen = [event.name for event in events if event.name != "widget_impression"]
    assert seen == ["page_view", "view_item", "view_cart", "page_view", "view_item"]
    assert len({event.visit for event in events}) == len({event.visitor for event in events}) == 1
    assert [body["visitor"] for name, body in told if name == "events"][:2] == ["", ""]


def test_who_takes_the_yes_back_loses_every_name(page: Any, front: str, told: Told, small_shop: ShopId):
    page.goto(f"{front}/en/products/p6/")
    visitor = accept(page).partition("-")[0]
    tell_all(page)
    assert places(page) == ["shopconnect.consent", "shopconnect.viewed", "shopconnect.visit", "shopconnect.visitor"]
    page.get_by_role("button", name="Privacy settings").click()
    with page.expect_response("**/consent"):
        page.get_by_role("button", name="Decline").click()
    until_page(page, lambda: places(page) == ["shopconnect.consent"])
    with shop_scope(small_shop):
        assert [(one.visitor, one.is_given) for one in iter_consents()] == [(visitor, True), (visitor, False)]
    told.clear()
    page.goto(f"{front}/en/products/p1/")
    leave(page)
    assert told == []


def test_a_no_that_was_not_heard_is_said_again(page: Any, front: str, told: Told, small_shop: ShopId):
    page.goto(f"{front}/en/products/p6/")
    accept(page)
    page.route("**/consent", lambda route: route.abort())
    page.get_by_role("button", name="Privacy settings").click()
    page.get_by_role("button", name="Decline").click()
    until_page(page, lambda: places(page) == ["shopconnect.consent", "shopconnect.forget"])
    page.unroute("**/consent")
    with page.expect_response("**/consent"):
        page.reload()
    until_page(page, lambda: places(page) == ["shopconnect.consent"])
    with shop_scope(small_shop):
        assert [one.is_given for one in iter_consents()] == [True, False]


def test_a_visit_ends_after_half_an_hour_of_quiet(page: Any, front: str, told: Told):
    page.goto(f"{front}/en/products/p6/")
    accept(page)
    leave(page)
    page.goto(f"{front}/en/products/p6/")
    leave(page)
    page.goto(f"{front}/en/products/p1/")
    page.evaluate("""() => {
        const [name, last] = localStorage.getItem('shopconnect.visit').split(' ');
        localStorage.setItem('shopconnect.visit', `${name} ${Number(last) - 31 * 60 * 1000}`);
    }""")
    leave(page)
    visits = [body["visit"] for name, body in told if name == "events"]
    visitors = [body["visitor"] for name, body in told if name == "events"]
    assert (len(set(visits)), visits[0] == visits[-2]) == (2, True)
    assert (visitors[0], len(set(visitors[1:]))) == ("", 1)


def test_a_page_with_a_tool_of_its_own_decides_and_nothing_of_the_choice_is_stored(page: Any, front: str, told: Told):
    page.route("**/storefront/front/en/products/p6/", _with_tag('data-consent="ask" data-events="widgets"'))
    page.goto(f"{front}/en/products/p6/")
    shelf_titles(page)
    tell_all(page)
    assert places(page) == []
    page.evaluate("document.dispatchEvent(new CustomEvent('shopconnect:consent', {detail: {choice: 'granted'}}))")
    expect(page.get_by_role("button", name="Accept")).to_be_hidden()
    page.locator("shopconnect-shelf").first.scroll_into_view_if_needed()
    until_told(page, told, "widget_impression")
    page.locator("shopconnect-shelf a").first.click()
    page.wait_for_url("**/products/p0/")
    until_page(page, lambda: "recommendation_click" in names(told))
    # Of its widgets only, since somebody else tells of the page.
    assert sorted(names(told)) == ["recommendation_click", "widget_impression"]
    assert places(page) == ["shopconnect.viewed", "shopconnect.visit", "shopconnect.visitor"]


def _with_tag(attributes: str) -> Any:
    def changed(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer,
            body=answer.text().replace('<script async src="/w/', f'<script async {attributes} src="/w/'),
        )

    return changed


def test_a_page_tells_of_its_own_deeds_by_an_event(page: Any, front: str, told: Told):
    page.goto(f"{front}/en/")
    accept(page)
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('shopconnect:event',"
        " {detail: {name: 'remove_from_cart', product: 'p2'}}))"
    )
    leave(page)
    assert names(told)[:1] == ["page_view"]
    assert "remove_from_cart" in names(told)


def test_telling_moves_nothing_and_a_refused_batch_breaks_nothing(page: Any, front: str, told: Told):
    page.add_init_script(SHIFTS)
    page.route("**/events", lambda route: route.fulfill(status=503))
    page.goto(f"{front}/en/products/p6/")
    held = page.evaluate("document.querySelector('shopconnect-shelf').offsetHeight")
    shelf_titles(page)
    assert page.evaluate("window.shifted") == pytest.approx(0, abs=0.001)
    with page.expect_response("**/events") as refused:
        page.get_by_role("button", name="Accept").click()
    assert refused.value.status == 503
    assert page.evaluate("document.querySelector('shopconnect-shelf').offsetHeight") == pytest.approx(held, abs=1)
    page.get_by_role("button", name="Add to cart").click()
    page.wait_for_url("**/cart/")


def test_what_was_looked_at_goes_along_once_the_shopper_has_said_yes(page: Any, front: str, answers: Any):
    answers.named = {"", "recent"}
    page.goto(f"{front}/en/products/p6/")
    shelf_titles(page)
    page.goto(f"{front}/en/products/p1/")
    shelf_titles(page)
    assert [ask.text("views") for ask in answers.of("shelf")] == ["", ""]
    accept(page)
    page.goto(f"{front}/en/products/p6/")
    page.goto(f"{front}/en/products/p2/")
    page.locator("shopconnect-shelf").nth(1).scroll_into_view_if_needed()
    page.locator("shopconnect-shelf").nth(1).locator("a").first.wait_for()
    (asked,) = (ask for ask in answers.of("shelf") if (ask.text("shelf"), ask.text("product")) == ("recent", "p2"))
    assert asked.text("views") == "p2,p6,p1"
    assert asked.text("visitor") in ("", page.evaluate("localStorage.getItem('shopconnect.visitor')"))
    page.evaluate("document.dispatchEvent(new CustomEvent('shopconnect:consent', {detail: {choice: 'denied'}}))")
    page.get_by_role("button", name="Privacy settings").click()
    refuse = page.get_by_role("button", name="Decline")
    expect(refuse).to_be_focused()
    refuse.click()
    until_page(page, lambda: "shopconnect.viewed" not in places(page))
    expect(page.locator("shopconnect-shelf").nth(1)).to_be_hidden()


def test_no_address_says_anything_of_the_shopper(page: Any, front: str, answers: Any):
    answers.named = {"", "recent", "cart"}
    asked: list[tuple[str, str]] = []
    page.on("request", lambda one: asked.append((one.method, one.url)) if "/w/" in one.url else None)
    page.goto(f"{front}/en/products/p6/")
    shelf_titles(page)
    accept(page)
    page.goto(f"{front}/en/products/p1/")
    page.locator("shopconnect-shelf").nth(1).scroll_into_view_if_needed()
    page.locator("shopconnect-shelf").nth(1).locator("a").first.wait_for()
    page.get_by_role("button", name="Add to cart").click()
    page.wait_for_url("**/cart/")
    shelf_titles(page)
    open_chat(page).fill("parcel")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Where is my order?").wait_for()
    page.goto(f"{front}/en/")
    shelves = [method for method, url in asked if urlsplit(url).path.endswith("/shelf")]
    assert (shelves[0], shelves[-1]) == ("GET", "POST")
    assert {name for _, url in asked for name in parse_qs(urlsplit(url).query)} == {"lang", "limit", "page", "product"}
    known = [ask for ask in answers.of("shelf") if ask.text("visitor")]
    assert known[-1].text("views") == "p1,p6"
    assert known[-1].text("cart") == "p1"


def test_an_impression_and_a_click_say_of_which_shelf_they_are(
    page: Any, front: str, told: Told, answers: Any, small_shop: ShopId
):
    answers.named = {"cart"}
    page.goto(f"{front}/en/products/p6/")
    accept(page)
    page.get_by_role("button", name="Add to cart").click()
    page.wait_for_url("**/cart/")
    page.locator("shopconnect-shelf a").first.wait_for()
    page.locator("shopconnect-shelf").scroll_into_view_if_needed()
    until_told(page, told, "widget_impression")
    page.locator("shopconnect-shelf a").first.click()
    page.wait_for_url("**/products/p0/")
    leave(page)
    until_page(page, lambda: "recommendation_click" in names(told))
    intake.move_batches()
    assert answers.of("shelf")[1].text("cart") == "p6"
    seen = [event for event in stored(small_shop) if event.shelf]
    assert [(event.name, event.shelf) for event in seen] == [
        ("widget_impression", "cart"),
        ("recommendation_click", "cart"),
    ]


@pytest.mark.parametrize("is_remembered", [True, False])
def test_less_like_this_is_obeyed_in_that_visit(page: Any, front: str, answers: Any, is_remembered: bool):
    page.goto(f"{front}/en/products/p6/")
    shelf_titles(page)
    page.get_by_role("button", name="Accept" if is_remembered else "Decline").click()
    page.get_by_role("button", name="Why am I seeing this?").press("Enter")
    page.get_by_text("Also in Tableware").first.wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_response("**/shelf**"):
        page.keyboard.press("Enter")  # the first card's own button
    page.get_by_text("Noted for this visit.").wait_for()
    assert answers.of("shelf")[-1].text("disliked") == "p0"
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.textContent") == "Why am I seeing this?"
    assert page.evaluate("sessionStorage.length") == int(is_remembered)
    page.goto(f"{front}/en/products/p1/")
    shelf_titles(page)
    assert answers.of("shelf")[-1].text("disliked") == ("p0" if is_remembered else "")
