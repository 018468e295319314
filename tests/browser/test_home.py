"""The merchant's pages in a real browser: two languages, three widths, light and dark, by keyboard alone."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from chatbot.answers.faq import store_entries
from shopconnect.accounts.scopes import scopes
from shopconnect.accounts.tokens import make_token
from shopconnect.connectors.types import CustomerDraft, LineDraft, OrderDraft, OrderKind
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments.models import ShelfCount
from shopconnect.orders.services import store_customers, store_orders
from shopconnect.shops.models import Shop
from shopconnect.sync.models import SyncRun
from tests.browser.accessibility import WIDTHS, problems_at
from tests.chatbot.answers.composed import model_of_operator
from tests.chatbot.answers.conftest import FAQ

AT = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
PAGES = (
    "/",
    "/suggestions/",
    "/products/",
    "/orders/",
    "/customers/",
    "/search/",
    "/search/?q=mug",
    "/conversations/",
    "/shops/notices/",
    "/shops/members/",
    "/shops/tokens/",
    "/export/",
    "/shops/account/",
    "/accounts/email/",
    "/accounts/2fa/",
    "/accounts/sessions/",
    "/bring-in/",
    "/snippet/",
    "/prices/",
    "/prices/proposals/tests/",
    "/prices/proposals/",
    "/prices/promotions/",
    "/prices/proposals/rules/",
    "/stock/",
    "/stock/orders/",
    "/stock/lying/",
    "/stock/suppliers/",
    "/stock/calendar/",
    "/quality/",
    "/answers/",
    "/answers/entry/",
    "/answers/details/",
    "/answers/import/",
    "/answers/starter/",
    "/teaching/",
    "/teaching/reports/",
    "/conversations/inbox/",
    "/conversations/quality/",
    "/conversations/confidence/",
    "/shops/plan/",
    "/privacy/",
    "/bring-in/new/",
    "/bring-in/files/",
    "/rules/",
    "/rules/?add=pin",
    "/rules/?add=boost",
    "/rules/?add=exclude",
    "/rules/versions/",
    "/results/",
    "/results/test/variety/",
    "/suggestions/shown/",
    "/demo/remove/",
    "/demo/",
)
OF_PARTS = {
    "owner": ("/answers/versions/?entry=delivery", "/answers/composition/", "/teaching/effect/?entry=delivery"),
    "support": (
        "/",
        "/shops/notices/",
        "/products/",
        "/orders/",
        "/customers/",
        "/answers/",
        "/conversations/",
        "/conversations/inbox/",
        "/conversations/inbox/settings/",
        "/conversations/quality/",
        "/teaching/",
    ),
    "operator": ("/operation/", "/shops/account/"),
}
LISTS = ("/products/", "/orders/", "/customers/")  # each row leads to a page of its own
ENTRANCES = (
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/demo/",
    "/nowhere/",
)


@pytest.fixture
def merchant(small_shop: ShopId, live_server: Any, page: Any) -> str:
    """The site's address; the page is signed in as the owner of a small shop that calls itself invented."""
    call_command("demo_accounts", "front", verbosity=0)
    Shop.objects.filter(pk=small_shop).update(is_demo=True)
    with shop_scope(small_shop):
        counts = {"products": {"lines": 8, "new": 8, "changed": 0, "same": 0, "bad": 1}}
        problems = [{"file": "products", "line": 7, "text": "The line isn’t valid JSON.", "params": {}}]
        SyncRun.objects.create(
            source="files", state="done", started_at=AT, finished_at=AT, counts=counts, problems=problems
        )
    make_token(small_shop, "Every right there is", list(scopes()), days=90)
    become(page, live_server.url, "owner")
    return str(live_server.url)


@pytest.fixture
def sold(small_shop: ShopId) -> None:
    """The small shop has an order and a customer."""
    line = LineDraft("p2", Decimal(2), Decimal("34.90"), Decimal(4))
    order = OrderDraft(
        external_id="1041",
        kind=OrderKind.ORDER,
        number="#1041",
        placed_at=AT,
        currency="EUR",
        customer="c1",
        country="FR",
        lines=(line,),
    )
    with shop_scope(small_shop):
        store_customers([CustomerDraft(external_id="c1", email="ada@example.com", country="FR")])
        store_orders([order])


def become(page: Any, site: str, part: str) -> None:
    page.goto(f"{site}/demo/")
    with page.expect_navigation():
        page.locator(f"button[value={part}]").click()


def speak(page: Any, site: str, language: str) -> None:
    page.context.add_cookies([{"name": "shopconnect_language", "value": language, "url": site}])


@pytest.mark.parametrize(("language", "scheme"), [("en", "dark"), ("fr", "light")])
def test_pages_of_support_operators_and_drafts_are_accessible_and_fit_their_width(
    page: Any, merchant: str, small_shop: ShopId, settings: Any, language: str, scheme: str
):
    with shop_scope(small_shop):
        store_entries(FAQ)
    page.emulate_media(color_scheme=scheme)
    speak(page, merchant, language)
    found = {}
    with model_of_operator(settings):
        for part, paths in OF_PARTS.items():
            become(page, merchant, part)
            for path in paths:
                assert page.goto(merchant + path).status == 200, path
                found[part, path] = problems_at(page, *WIDTHS[language])
    assert {place: problems for place, problems in found.items() if problems} == {}


@pytest.mark.usefixtures("sold")
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark")])
def test_every_page_is_accessible_and_fits_its_width(page: Any, merchant: str, language: str, scheme: str):
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    speak(page, merchant, language)
    page.emulate_media(color_scheme=scheme)
    found: dict[str, object] = {}
    for path in PAGES:
        assert page.goto(merchant + path).status == 200, path
        found[path] = problems_at(page, *WIDTHS[language])
        if path in LISTS:
            page.locator(f"tbody a[href^='{path}']").first.click()
            page.wait_for_url(re.compile(rf"{path}\d+/"))
            found[page.url] = problems_at(page, *WIDTHS[language])
    assert len(found) == len(PAGES) + len(LISTS)
    assert {path: problems for path, problems in found.items() if problems} == {}
    assert refused == []


@pytest.mark.parametrize(("language", "scheme"), [("en", "dark"), ("fr", "light")])
def test_entrances_are_accessible_and_fit_their_width(
    page: Any, live_server: Any, db: None, language: str, scheme: str
):
    speak(page, live_server.url, language)
    page.emulate_media(color_scheme=scheme)
    found = {}
    for path in ENTRANCES:
        assert page.goto(live_server.url + path).status in (200, 404)
        found |= {path: problems} if (problems := problems_at(page, *WIDTHS[language])) else {}
    assert found == {}


def test_home_says_in_ten_seconds_whether_it_works_what_it_earned_and_what_to_do(page: Any, merchant: str):
    page.goto(merchant)
    expect(page.locator("h1")).to_have_text("Front")
    assert page.locator(".verdict").all_inner_texts() == [
        "Imported, with some lines skipped",
        "No comparison yet",
        "Add the widgets to your shop",
    ]
    page.get_by_role("link", name="1 line was skipped").click()
    assert "The line isn’t valid JSON." in page.inner_text("main")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_whether_it_works_what_it_brought_and_what_is_next_are_one_screen(
    page: Any, merchant: str, small_shop: ShopId, language: str
):
    with shop_scope(small_shop):
        for ago in range(1, 20):
            day = now().date() - timedelta(days=ago)
            ShelfCount.objects.create(day=day, shelf="similar", arm="A", requests=400 - ago, clicks=ago)
    speak(page, merchant, language)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(merchant)
    assert page.locator("main figure.trend").count() == 3
    for card in page.locator("section.card:has(.verdict), section.card:has(.trend)").all():
        box = card.bounding_box()
        assert box["y"] + box["height"] <= 800, card.inner_text()


def test_the_language_and_the_colours_are_switched_and_stay(page: Any, merchant: str):
    page.goto(merchant)
    page.get_by_role("button", name="Français").click()
    page.get_by_role("heading", name="Quel est le gain\u00a0?").wait_for()
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Sombre").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    page.goto(f"{merchant}/shops/notices/")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    expect(page.get_by_role("button", name="Sombre")).to_have_attribute("aria-pressed", "true")


def test_the_drawer_opens_and_closes_by_keyboard(page: Any, merchant: str):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(merchant)
    menu = page.get_by_role("link", name="Members")
    expect(menu).to_be_hidden()
    page.get_by_role("link", name="Menu").focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    assert page.evaluate("document.getElementById('navigation').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent").strip() == "Menu"


def test_the_drawer_works_without_scripts(browser: Any, merchant: str, page: Any):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    plain = context.new_page()
    context.add_cookies(page.context.cookies())
    plain.goto(merchant)
    plain.get_by_role("link", name="Menu").click()
    expect(plain.get_by_role("link", name="Members")).to_be_visible()
    plain.get_by_role("link", name="Members").click()
    expect(plain.locator("h1")).to_have_text("Members")
    context.close()


def test_everything_is_reached_by_keyboard(page: Any, merchant: str):
    page.goto(merchant)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    reached = set()
    for _ in range(80):
        reached.add(page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.name"))
        page.keyboard.press("Tab")
    assert {"/", "/suggestions/", "/shops/members/", "/shops/account/", "language"} <= reached


def test_a_double_click_sends_a_form_once(page: Any, merchant: str):
    page.goto(f"{merchant}/export/")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.method == "POST" else None)
    page.locator("main .empty form button").dblclick()
    page.get_by_text("Your export is being prepared.").wait_for()
    assert len(asked) == 1


def test_support_is_led_to_what_shoppers_ask_about(page: Any, merchant: str):
    become(page, merchant, "support")
    entries = page.locator("nav#navigation > ul.nav a")
    desk = ["Answers", "Inbox", "Conversations", "Unanswered questions", "Chat quality"]
    titles = ["Home", "Notifications", "Products", "Orders", "Customers", *desk]
    expect(entries).to_contain_text(titles)
    expect(entries).to_have_count(len(titles))
    page.goto(f"{merchant}/shops/members/")
    assert "Your role in this shop doesn’t include this page." in page.inner_text("main")


def test_a_chosen_product_shows_its_picture(page: Any, merchant: str):
    page.goto(f"{merchant}/suggestions/?search=carafe")
    image = page.locator(".choice img").first
    assert image.evaluate("one => one.complete && one.naturalWidth > 0")
    expect(page.locator("main h2").first).to_have_text("Carafe en verre soufflé")


def test_a_picture_that_does_not_come_leaves_the_tile_of_a_product_without_one(page: Any, merchant: str):
    page.route("**/pictures/**", lambda route: route.abort())
    page.goto(f"{merchant}/suggestions/?search=carafe")
    expect(page.locator(".choice .no-image use").first).to_have_attribute("href", re.compile("#box$"))
    expect(page.locator("main img")).to_have_count(0)


def test_the_place_one_is_at_is_seen_in_a_long_navigation(page: Any, merchant: str):
    page.set_viewport_size({"width": 1280, "height": 620})
    for path in ("/", "/export/"):
        page.goto(merchant + path)
        expect(page.locator(".nav a[aria-current]")).to_be_in_viewport(ratio=1)
    page.goto(merchant)
    expect(page.locator(".side .brand")).to_be_in_viewport(ratio=1)
