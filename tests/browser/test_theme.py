"""The theme app extension's script in a browser, with a stand-in for Shopify's Customer Privacy API."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from shopconnect.connectors.shopify.app_folder import APP
from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.widgets.loader import built_files, cdn_settings
from shopconnect.widgets.services import fronts
from tests.browser.test_events import Told, names, places, told, until_told  # noqa: F401
from tests.browser.test_storefront import SHIFTS, shelf_titles
from tests.browser.waiting import asking_nothing, draw, tell_all, until_page, until_true

EXTENSION = APP / "extensions" / "shopconnect-theme"
PRODUCT_PAGE = """<!doctype html><html lang="en"><head><style>{style}</style><script>{shopify}</script></head><body>
<h1>Bowl</h1>{review}<shopconnect-shelf lang="en" product="p6"></shopconnect-shelf><p>After</p>
<shopconnect-consent lang="en"></shopconnect-consent>
<div hidden data-shopconnect-proxy="/apps/shopconnect"></div>
<script defer src="/shopconnect.js"></script></body></html>"""
SHOPIFY = """
window.asked = [];
const state = %s;
const heard = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
window.Shopify = { designMode: state.editor, loadFeatures: (features, ready) => {
  if (state.mute) return;
  setTimeout(() => {
    if (state.error) return ready(new Error("blocked"));
    window.Shopify.customerPrivacy = {
      analyticsProcessingAllowed: () => state.analytics,
      preferencesProcessingAllowed: () => state.preferences ?? state.analytics,
      shouldShowBanner: () => state.banner,
      setTrackingConsent: (choice, done) => {
        window.asked.push(choice);
        Object.assign(state, choice, { banner: false });
        heard("visitorConsentCollected", choice);
        done();
      },
    };
    ready();
  }, state.delay || 0);
} };
"""


@pytest.fixture
def open_page(page: Any, live_server: Any, small_shop: ShopId, answers: Any) -> Callable[..., Any]:
    """Open a product page of a theme where Shopify says this; the proxy is played by a route."""
    key, loader = keys_of_shop(small_shop, KeyKind.WIDGET)[0], built_files()[0]

    def through_proxy(route: Any) -> None:
        name = route.request.url.split("/apps/shopconnect/")[1]
        if name == "settings.json":
            return route.fulfill(
                body=cdn_settings(fronts.get(key), f"/w/{key}/").plain, content_type="application/json"
            )
        target = f"{live_server.url}/w/{key}.js" if name == "loader.js" else f"{live_server.url}/w/{key}/{name}"
        return route.fulfill(response=route.fetch(url=target))

    def opened(review: str = "", page_of_theme: str = PRODUCT_PAGE, **state: Any) -> Any:
        block = (EXTENSION / "blocks" / "shelf.liquid").read_text()
        style = block.partition("<style>")[2].partition("</style>")[0]
        html = page_of_theme.format(style=style, shopify=SHOPIFY % json.dumps(state), review=review)
        page.route("**/apps/shopconnect/**", through_proxy)
        page.route("**/products/bowl", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.route("**/shopconnect.js", lambda route: route.fulfill(path=EXTENSION / "assets" / "shopconnect.js"))
        page.route(f"**/{loader.name}", lambda route: route.fulfill(path=loader))
        page.add_init_script(SHIFTS)
        page.goto(f"{live_server.url}/products/bowl")
        return page

    return opened


def click_card(page: Any) -> None:
    page.locator("shopconnect-shelf a").first.dispatch_event("click")
    tell_all(page)


def test_where_shopify_allows_it_the_widgets_tell(open_page: Any, told: Told):  # noqa: F811
    page = open_page(analytics=True)
    assert len(shelf_titles(page)) == 4
    until_told(page, told, "widget_impression")
    click_card(page)
    assert sorted(names(told)) == ["recommendation_click", "widget_impression"]
    assert places(page) == ["shopconnect.visit", "shopconnect.visitor"]
    expect(page.get_by_role("button", name="Accept")).to_be_hidden()


@pytest.mark.parametrize("place", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example"])
def test_whoever_writes_a_review_brings_no_script_of_another_site(page: Any, open_page: Any, place: str):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_page(f'<p data-shopconnect-proxy="{place}">Nice</p>', analytics=True)
    until_page(page, lambda: any(url.endswith("/loader.js") for url in asked))
    assert not any(url.split("/")[2].startswith("elsewhere") for url in asked)


@pytest.mark.parametrize("unknown", ["**/settings.json", "**/loader-*.js"])
def test_where_server_and_extension_are_not_of_one_build_the_servers_code_comes(
    page: Any,
    open_page: Any,
    told: Told,  # noqa: F811
    unknown: str,
):
    files: list[str] = []
    page.on("request", lambda request: files.append(request.url.rpartition("/")[2]))
    open_page(analytics=True)
    shelf_titles(page)
    assert "loader.js" not in files
    page.route(unknown, lambda route: route.fulfill(status=404))
    page.reload()
    assert len(shelf_titles(page)) == 4
    assert files.count("loader.js") == 1
    until_told(page, told, "widget_impression")
    assert places(page) == ["shopconnect.visit", "shopconnect.visitor"]


def test_a_picture_in_a_review_does_not_pass_for_our_tag(open_page: Any, told: Told):  # noqa: F811
    tag = '<img name="currentScript" data-consent="granted" src="https://elsewhere.example/loader.js">'
    page = open_page(tag, analytics=False)
    assert len(shelf_titles(page)) == 4
    click_card(page)
    assert (told, places(page)) == ([], [])


@pytest.mark.parametrize("state", [{"analytics": False}, {"error": True}, {"analytics": True, "editor": True}])
def test_where_it_does_not_shelves_are_shown_and_nothing_is_remembered(open_page: Any, told: Told, state: Any):  # noqa: F811
    page = open_page(**state)
    assert len(shelf_titles(page)) == 4
    click_card(page)
    assert (told, places(page)) == ([], [])
    expect(page.get_by_role("button", name="Accept")).to_be_hidden()


def test_what_is_answered_in_our_line_is_shopifys_to_keep(open_page: Any, told: Told):  # noqa: F811
    page = open_page(analytics=False, banner=True)
    shelf_titles(page)
    assert places(page) == []
    page.get_by_role("button", name="Accept").click()
    assert page.evaluate("window.asked") == [{"analytics": True, "preferences": True}]
    until_page(page, lambda: "shopconnect.visitor" in places(page))  # what follows goes under the name
    click_card(page)
    assert "recommendation_click" in names(told)
    assert "shopconnect.consent" not in places(page)


def test_what_is_answered_in_the_shops_own_banner_is_heard(open_page: Any, told: Told):  # noqa: F811
    page = open_page(analytics=False, banner=True)
    shelf_titles(page)
    page.evaluate("window.Shopify.customerPrivacy.setTrackingConsent({analytics: true}, () => {})")
    until_page(page, lambda: "shopconnect.visitor" in places(page))  # what follows goes under the name
    click_card(page)
    assert "recommendation_click" in names(told)
    page.evaluate("window.Shopify.customerPrivacy.setTrackingConsent({analytics: false}, () => {})")
    until_page(page, lambda: places(page) == [])
    until_page(page, lambda: len([1 for name, _ in told if name == "consent"]) == 2)
    assert {body["choice"] for name, body in told if name == "consent"} == {"granted", "denied"}


@pytest.mark.parametrize("state", [{"mute": True}, {"analytics": True, "delay": 3500}])
def test_a_shelf_does_not_wait_for_an_answer_for_ever(page: Any, open_page: Any, told: Told, state: Any):  # noqa: F811
    page.clock.install()
    open_page(**state)
    page.clock.run_for(3000)
    assert len(shelf_titles(page)) == 4
    page.clock.run_for(1000)
    if "delay" in state:
        until_page(page, lambda: "shopconnect.visitor" in places(page))  # what follows goes under the name
    click_card(page)
    assert ("recommendation_click" in names(told)) is ("delay" in state)


def test_nothing_moves_when_the_loader_arrives(open_page: Any):
    page = open_page(analytics=True)
    shelf_titles(page)
    draw(page)
    assert page.evaluate("window.shifted") == pytest.approx(0, abs=0.001)


@pytest.mark.parametrize(("held", "told_arms"), [("p1", ["b.1.f"]), ("", [])])
def test_a_trials_arm_stands_signed_on_a_cart_that_there_is(
    page: Any, open_page: Any, answers: Any, held: str, told_arms: list[str]
):
    set_on_cart: list[str] = []

    def keep(route: Any) -> None:
        set_on_cart.append(route.request.post_data_json["attributes"]["_shopconnect_arm"])
        route.fulfill(json={})

    page.route("**/cart/update.js", keep)
    cards = answers.shelf
    answers.shelf = lambda ask: {**cards(ask).body, "arm": "b", "signed_arm": "b.1.f"}
    with asking_nothing(page):
        open_page(f'<div hidden data-shopconnect-cart="{held}" data-shopconnect-arm="a.1.f"></div>', analytics=False)
        shelf_titles(page)
    assert set_on_cart == told_arms
    asked = answers.of("shelf")[0]
    assert (asked.text("page"), asked.text("visitor")) == ("/products/bowl", "")


VIEWED = '<div hidden data-shopconnect-view="p6"></div>'


def test_without_a_yes_to_preferences_no_trail_is_kept_and_nobody_is_named(open_page: Any, told: Told, answers: Any):  # noqa: F811
    page = open_page(VIEWED + "<div data-shopconnect-customer></div>", analytics=True, preferences=False)
    shelf_titles(page)
    until_told(page, told, "widget_impression")
    assert places(page) == ["shopconnect.visit", "shopconnect.visitor"]
    assert [ask.text("consent") for ask in answers.of("shelf")] == [""]
    allow = "window.Shopify.customerPrivacy.setTrackingConsent({preferences: %s}, () => {})"
    page.evaluate(allow % "true")
    assert "shopconnect.viewed" in places(page)
    page.evaluate(allow % "false")
    assert places(page) == ["shopconnect.visit", "shopconnect.visitor"]


LOADED = """document.addEventListener("load", ({ target }) => {
  if (target.src?.includes("/loader-")) window.isLoaded = true;
}, true)"""


@pytest.mark.parametrize("is_shown", [False, True])
def test_a_page_that_is_only_made_ready_is_nobodys_visit(
    page: Any,
    open_page: Any,
    told: Told,  # noqa: F811
    answers: Any,
    is_shown: bool,
):
    page.add_init_script(f"{LOADED}; window.isShown = {json.dumps(is_shown)}")
    page.add_init_script("Object.defineProperty(document, 'prerendering', {get: () => !window.isShown})")
    with asking_nothing(page):
        open_page(VIEWED + "<div data-shopconnect-customer></div>", analytics=True)
        until_true(page, "window.isLoaded && window.Shopify.customerPrivacy")
    tell_all(page)
    # The page that is shown proves that the other one had the time.
    assert [bool(found) for found in (told, places(page), answers.asks)] == [is_shown] * 3
    page.evaluate("window.isShown = true; document.dispatchEvent(new Event('prerenderingchange'))")
    assert len(shelf_titles(page)) == 4
    until_told(page, told, "widget_impression")


def cart_of(page: Any, attributes: dict[str, str], *products: int) -> list[str]:
    """Have the theme's cart hold this; returns the letters that are written on it from then on."""
    written: list[str] = []

    def write(route: Any) -> None:
        written.append(route.request.post_data_json["attributes"]["_shopconnect_arm"])
        attributes["_shopconnect_arm"] = written[-1]
        route.fulfill(json={})

    items = [{"product_id": product} for product in products]
    page.route("**/cart/update.js", write)
    page.route("**/cart.js", lambda route: route.fulfill(json={"items": items, "attributes": attributes}))
    return written


CHANGED = """(what) => document.body.dispatchEvent(
    Object.assign(new Event(`shopify:cart:${what}-update`, { bubbles: true }), { promise: Promise.resolve({}) }))"""
HELD = "() => document.querySelector('[data-shopconnect-cart]').dataset.shopconnectCart"


def test_an_arm_that_another_app_took_off_the_cart_is_written_again(page: Any, open_page: Any, answers: Any):
    attributes = {}
    written = cart_of(page, attributes, 1, 2)
    cards = answers.shelf
    answers.shelf = lambda ask: {**cards(ask).body, "arm": "b", "signed_arm": "b"}
    open_page('<div hidden data-shopconnect-cart="1" data-shopconnect-arm=""></div>', analytics=False)
    shelf_titles(page)
    until_page(page, lambda: written == ["b"])
    attributes.clear()
    page.evaluate(CHANGED, "attributes")
    until_page(page, lambda: written == ["b", "b"])
    page.evaluate(CHANGED, "lines")
    until_page(page, lambda: page.evaluate(HELD) == "1,2")
    assert written == ["b", "b"]


def test_a_shelf_about_the_cart_follows_what_is_put_into_it(page: Any, open_page: Any, answers: Any):
    answers.named |= {"cart"}
    cart_of(page, {}, 7)
    shelf = '<div hidden data-shopconnect-cart=""></div><shopconnect-shelf lang="en" shelf="cart"></shopconnect-shelf>'
    open_page(shelf, analytics=False)
    shelf_titles(page)
    assert [ask.text("shelf") for ask in answers.of("shelf")] == [""]
    page.evaluate(CHANGED, "lines")
    until_page(page, lambda: [ask.text("cart") for ask in answers.of("shelf") if ask.text("shelf") == "cart"] == ["7"])
