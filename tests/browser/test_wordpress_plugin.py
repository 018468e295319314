"""The plugin's script on a page of WordPress that everybody gets alike, with a stand-in for the WP Consent API."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.widgets.signing import sign_customer, sign_order
from tests.browser.test_events import Told, accept, names, places, told, until_told  # noqa: F401
from tests.browser.test_storefront import shelf_titles
from tests.browser.waiting import asking_nothing, tell_all, until_page
from tests.connectors.woocommerce.plugin_texts import PLUGIN

PAGE = """<!doctype html><html lang="en"><head><script>{api}</script></head><body>{review}
<shopconnect-shelf lang="en" product="p6"></shopconnect-shelf><shopconnect-consent lang="en"></shopconnect-consent>
<form class="cart" onsubmit="return false"><button>Add</button></form>
<script defer src="/storefront.js" data-loader="/w/{key}.js" data-late="/?wc-ajax=shopconnect_visitor"
 data-cart-address="/wp-json/wc/store/v1/cart/extensions" {marks}></script></body></html>"""
# Everything is allowed while no banner has said by which rules it asks, as the API itself has it.
API = """
const kept = (category) => document.cookie.match(`wp_consent_${category}=([a-z]+)`)?.[1];
window.consent_api = { cookie_prefix: "wp_consent" };
window.wp_fallback_consent_type = false;
window.wp_has_consent = (category) => !window.wp_consent_type || kept(category) === "allow"
  || (window.wp_consent_type === "optout" && !kept(category));
window.wp_set_consent = (category, value) => {
  document.cookie = `wp_consent_${category}=${value};path=/`;
  document.dispatchEvent(new CustomEvent("wp_listen_for_consent_change", { detail: { [category]: value } }));
};
const banner = %s;
if (banner) document.addEventListener("DOMContentLoaded", () => {
  window.wp_consent_type = banner;
  document.dispatchEvent(new CustomEvent("wp_consent_type_defined"));
});
"""
VIEWED = 'data-shopconnect-view="p6"'
ALLOW = "([category, value]) => wp_set_consent(category, value)"
REMEMBERED = ["shopconnect.viewed", "shopconnect.visit", "shopconnect.visitor"]


@dataclass
class Wordpress:
    """What the shop's own server says of the visitor, and the letters that it heard."""

    visitor: dict[str, Any] = field(default_factory=lambda: {"customer": "", "cart": [], "arm": "", "nonce": "n1"})
    letters: list[tuple[str, str]] = field(default_factory=list)

    def say_visitor(self, route: Any) -> None:
        route.fulfill(json=self.visitor)

    def hear_letter(self, route: Any) -> None:
        said = route.request.post_data_json
        assert said["namespace"] == "shopconnect"
        self.letters.append((said["data"]["arm"], route.request.headers["nonce"]))
        route.fulfill(json={})


@pytest.fixture
def wordpress() -> Wordpress:
    return Wordpress()


@pytest.fixture
def key(small_shop: ShopId) -> str:
    return str(keys_of_shop(small_shop, KeyKind.WIDGET)[0])


@pytest.fixture
def open_page(page: Any, live_server: Any, key: str, answers: Any, wordpress: Wordpress) -> Callable[..., Any]:
    """Open a page of the shop, with the API of consent unless `banner` is None."""
    page.route("**/?wc-ajax=shopconnect_visitor*", wordpress.say_visitor)
    page.route("**/cart/extensions", wordpress.hear_letter)
    page.route("**/storefront.js", lambda route: route.fulfill(path=PLUGIN / "assets" / "storefront.js"))

    def opened(
        marks: str = VIEWED, *, banner: str | None = "optin", path: str = "/product/cup/", review: str = ""
    ) -> Any:
        api = "" if banner is None else API % json.dumps(banner)
        html = PAGE.format(api=api, key=key, marks=marks, review=review)
        page.route(f"**{path}*", lambda route: route.fulfill(body=html, content_type="text/html"))
        with asking_nothing(page):
            page.goto(f"{live_server.url}{path}")
            shelf_titles(page)
        return page

    return opened


@pytest.mark.parametrize("banner", [None, "", "optin"])
def test_no_banner_and_no_answer_mean_no(open_page: Any, told: Told, banner: str | None):  # noqa: F811
    page = open_page(banner=banner)
    tell_all(page)
    assert (told, places(page)) == ([], [])


@pytest.mark.parametrize("banner", [None, ""])
def test_without_a_banner_our_own_question_asks(open_page: Any, told: Told, banner: str | None):  # noqa: F811
    page = open_page(banner=banner)
    accept(page)
    until_told(page, told, "view_item")
    assert [place for place in places(page) if place != "shopconnect.consent"] == REMEMBERED
    kept = {one["name"]: one["value"] for one in page.context.cookies() if one["name"].startswith("wp_consent_")}
    assert kept == ({} if banner is None else {"wp_consent_statistics": "allow", "wp_consent_preferences": "allow"})


def test_a_banners_answers_are_followed_one_by_one(open_page: Any, told: Told):  # noqa: F811
    page = open_page()
    page.evaluate(ALLOW, ["statistics", "allow"])
    until_told(page, told, "view_item")
    assert places(page) == REMEMBERED[1:]
    page.evaluate(ALLOW, ["preferences", "allow"])
    assert places(page) == REMEMBERED
    with page.expect_response("**/consent"):
        page.evaluate(ALLOW, ["statistics", "deny"])
    until_page(page, lambda: places(page) == [])


def test_what_a_banner_allows_unless_it_is_refused_is_allowed(open_page: Any, told: Told):  # noqa: F811
    page = open_page(banner="optout")
    until_told(page, told, "view_item")
    assert places(page) == REMEMBERED


def test_a_checkout_and_a_purchase_are_told_after_a_yes(
    open_page: Any,
    told: Told,  # noqa: F811
    wordpress: Wordpress,
    key: str,
):
    wordpress.visitor |= {"cart": ["p1", "p2"], "currency": "EUR"}
    page = open_page("data-shopconnect-checkout", path="/checkout/")
    tell_all(page)
    assert told == []
    page.evaluate(ALLOW, ["statistics", "allow"])
    until_told(page, told, "begin_checkout")
    order = {"order": sign_order(key, "7"), "products": ["p1"], "value": "9.00", "currency": "EUR"}
    wordpress.visitor |= {"cart": [], "order": order}
    with page.expect_request("**/?wc-ajax=shopconnect_visitor*order=7&key=wc_order_x") as asked:
        open_page("data-shopconnect-order", path="/checkout/order-received/7/?key=wc_order_x")
    assert asked.value.method == "GET"
    until_told(page, told, "purchase")
    assert [name for name in names(told) if name in ("begin_checkout", "purchase")] == ["begin_checkout", "purchase"]
    bought = [
        event for name, body in told if name == "events" for event in body["events"] if event["name"] == "purchase"
    ]
    assert {name: bought[0][name] for name in order} == order


def test_an_arm_goes_with_a_cart_that_there_is_and_a_no_takes_it_off(
    open_page: Any, answers: Any, wordpress: Wordpress
):
    cards = answers.shelf
    answers.shelf = lambda ask: {**cards(ask).body, "arm": "B", "signed_arm": "B.1.f"}
    page = open_page(banner="optout")
    assert wordpress.letters == []  # nothing to carry it
    wordpress.visitor["cart"] = ["p6"]
    page.evaluate("document.body.dispatchEvent(new CustomEvent('wc-blocks_added_to_cart'))")
    until_page(page, lambda: wordpress.letters == [("B.1.f", "n1")])
    wordpress.visitor["arm"] = "B.1.f"
    answers.shelf = cards
    open_page(banner="optout")  # a page that says no letter, and the session has it
    assert wordpress.letters == [("B.1.f", "n1")]
    page.evaluate(ALLOW, ["statistics", "deny"])
    until_page(page, lambda: wordpress.letters[1:] == [("", "n1")])


def test_who_is_signed_in_is_learnt_late_and_named_to_nobody_before_a_yes(
    open_page: Any, answers: Any, wordpress: Wordpress, key: str
):
    wordpress.visitor |= {"customer": sign_customer(key, "12", 2_000_000_000), "country": "FR", "currency": "EUR"}
    page = open_page()
    assert [(ask.text("customer"), ask.text("country")) for ask in answers.of("shelf")] == [("", "FR")]
    page.evaluate(ALLOW, ["statistics", "allow"])
    page.evaluate(ALLOW, ["preferences", "allow"])
    with asking_nothing(page):
        page.reload()
        shelf_titles(page)
    assert answers.of("shelf")[-1].body["customer"] == wordpress.visitor["customer"]


def test_what_is_put_into_the_cart_is_told_once(open_page: Any, told: Told, wordpress: Wordpress):  # noqa: F811
    page = open_page(banner="optout")
    page.get_by_role("button", name="Add").click()
    wordpress.visitor["cart"] = ["p6"]
    with asking_nothing(page):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('wc-blocks_added_to_cart'))")
    until_told(page, told, "add_to_cart")
    assert names(told).count("add_to_cart") == 1


def test_a_picture_in_a_review_does_not_pass_for_the_scripts_tag(open_page: Any, told: Told):  # noqa: F811
    tag = '<img name="currentScript" data-loader="https://elsewhere.example/x.js" src="data:,">'
    page = open_page(review=tag)
    assert page.locator('script[src*="elsewhere"]').count() == 0
    assert told == []
