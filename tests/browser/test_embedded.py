"""The merchant's pages in Shopify's admin, in a real browser: a strange frame, no cookies, forms and the way back."""

import os
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from shopconnect.accounts.models import Invitation, Membership
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops import installs
from shopconnect.sync.exports import services as exports
from shopconnect.sync.models import Export
from tests.browser.accessibility import WIDTHS, problems_at
from tests.browser.waiting import asking_nothing
from tests.doubles.shopify.double import Double

PAGES = (
    "/",
    "/suggestions/",
    "/suggestions/shown/",
    "/rules/",
    "/results/",
    "/results/test/variety/",
    "/snippet/",
    "/prices/",
    "/bring-in/",
    "/shops/members/",
    "/shops/notices/",
    "/shops/plan/",
    "/privacy/",
    "/export/",
)


class Admin:
    """The admin of a shop of the double, with our app in it. To the browser 127.0.0.1 is a stranger to localhost."""

    def __init__(self, shopify: Double, page: Any) -> None:
        self.shopify, self.page, self.shop = shopify, page, shopify.add_shop("lumen")

    def open(self, locale: str = "en", path: str = "/shopify/") -> None:
        """Go to the app."""
        query = urlencode({"locale": locale, "path": path})
        self.page.goto(f"{self.shopify.url}/{self.shop.domain}/admin/apps/app?{query}")

    def find_shop(self) -> ShopId:
        """The shop's id with us."""
        return installs.find_installed("shopify", self.shop.domain)


@pytest.fixture
def admin(transactional_db: None, shopify: Double, page: Any) -> Admin:
    """An admin with our app in it."""
    return Admin(shopify, page)


@pytest.fixture
def refused(page: Any) -> list[str]:
    """What the browser refused to load or run."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if "Content Security Policy" in line.text else None)
    return said


@pytest.fixture
def loads(page: Any) -> list[str]:
    """Each document that the app's frame loaded."""
    seen: list[str] = []

    def note(request: Any) -> None:
        if request.is_navigation_request() and request.frame.parent_frame:
            seen.append(request.url.split("?")[0])

    page.on("request", note)
    return seen


def heading(page: Any) -> Any:
    return page.frame_locator("iframe").locator("h1")


def shows(page: Any, title: str) -> None:
    page.frame_locator("iframe").get_by_role("heading", level=1, name=title).wait_for()


def test_the_app_opens_navigates_and_takes_forms_without_cookies(page, admin, refused, loads):
    admin.open()
    shows(page, "Lumen")
    frame = page.frame("app-iframe")
    assert "id_token" not in frame.url
    assert "hmac" not in frame.url
    app = page.frame_locator("iframe")
    expect(app.locator("nav")).to_have_count(0)
    for title in ("Suggestions", "Notifications", "Members"):
        page.get_by_role("button", name=title).click()
        shows(page, title)
    app.locator("#email").fill("ada@example.com")
    app.get_by_role("button", name="Send invitation").click()
    app.get_by_text("Invitation sent to ada@example.com.").wait_for()
    with shop_scope(admin.find_shop()):
        assert Invitation.objects.get().email == "ada@example.com"
    frame.evaluate("history.back()")
    shows(page, "Notifications")
    frame.evaluate("history.forward()")
    shows(page, "Members")
    app.locator("select[name=role]").last.select_option("analyst")
    app.get_by_role("button", name="Change role").last.click()
    app.get_by_text("only owner. Make someone else an owner first").wait_for()
    assert Membership.objects.get().role == "owner"
    assert len(loads) == 1, loads
    assert page.context.cookies() == []
    assert refused == []


def test_what_is_unsaved_stands_in_the_admins_own_bar(page, admin, refused):
    admin.open()
    shows(page, "Lumen")
    page.get_by_role("button", name="Results").click()
    shows(page, "Results")
    app, bar = page.frame_locator("iframe"), page.get_by_role("region", name="Unsaved changes")
    share = app.locator("#percent")
    app.locator("details", has=share).evaluate_all("all => all.forEach((one) => { one.open = true; })")
    before = share.input_value()
    expect(bar).to_be_hidden()
    share.fill("8")
    share.blur()
    bar.get_by_role("button", name="Discard").click()
    expect(share).to_have_value(before)
    share.fill("8")
    share.blur()
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Members").click()
    expect(share).to_have_value("8")
    bar.get_by_role("button", name="Save").click()
    expect(app.get_by_text("8% of visits don’t see suggestions.")).to_have_count(1)
    expect(bar).to_be_hidden()
    page.get_by_role("button", name="Members").click()
    shows(page, "Members")
    assert refused == []


def test_a_rule_that_is_being_written_is_saved_from_the_admins_bar(page, admin):
    admin.open()
    shows(page, "Lumen")
    page.get_by_role("button", name="Rules").click()
    shows(page, "Suggestion rules")
    app, bar = page.frame_locator("iframe"), page.get_by_role("region", name="Unsaved changes")
    app.locator("a[href*='add=limit']").click()
    app.locator("#most").select_option("2")
    bar.get_by_role("button", name="Save").click()
    app.get_by_text("At most 2 products per category").first.wait_for()
    app.get_by_text("not published").wait_for()
    expect(bar).to_be_hidden()


def test_the_theme_and_the_language_are_chosen_in_the_frame(page, admin, refused):
    admin.open()
    shows(page, "Lumen")
    app = page.frame_locator("iframe")
    app.get_by_role("button", name="Français").click()
    shows(page, "Lumen")
    page.get_by_role("button", name="Membres").wait_for()
    app.get_by_role("button", name="Sombre").click()
    assert page.frame("app-iframe").evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.frame("app-iframe").evaluate("document.documentElement.lang") == "fr"
    page.reload()
    shows(page, "Lumen")
    assert refused == []


def test_a_page_loaded_without_a_token_comes_back_with_one(page, admin, refused, loads):
    admin.open()
    shows(page, "Lumen")
    page.frame("app-iframe").evaluate("location.assign('/suggestions/?search=x')")
    shows(page, "Suggestions")
    assert [urlsplit(url).path for url in loads[1:]] == ["/suggestions/", "/shopify/token", "/suggestions/"]
    there = page.frame("app-iframe").url
    assert "search=x" in there
    assert "id_token" not in there
    assert "again" not in there
    page.frame("app-iframe").evaluate("location.reload()")
    shows(page, "Suggestions")
    assert refused == []


def test_a_page_that_the_admin_remembers_opens(page, admin):
    admin.open(path="/shopify/shops/members/")
    shows(page, "Members")


def test_tokens_that_never_hold_end_in_a_sentence_and_not_in_a_circle(page, admin, loads, settings):
    settings.SHOPIFY_CLIENT_SECRET = "of another app, which signs nothing here"  # noqa: S105
    admin.open()
    page.frame_locator("iframe").get_by_text("open ShopConnect from your shop’s admin again").wait_for()
    assert [urlsplit(url).path for url in loads] == ["/shopify/", "/shopify/token", "/shopify/"]


def test_what_was_typed_stays_when_the_connection_fails(page, admin):
    admin.open()
    shows(page, "Lumen")
    page.get_by_role("button", name="Members").click()
    shows(page, "Members")
    app = page.frame_locator("iframe")
    app.locator("#email").fill("ada@example.com")
    page.route("**/shops/members/invite/", lambda route: route.abort())
    app.get_by_role("button", name="Send invitation").click()
    app.get_by_text("Your changes couldn’t be sent.").wait_for()
    expect(app.locator("#email")).to_have_value("ada@example.com")
    page.unroute("**/shops/members/invite/")
    app.get_by_role("button", name="Send invitation").click()
    app.get_by_text("Invitation sent to ada@example.com.").wait_for()


def test_a_file_is_fetched_from_the_frame(page, admin, loads):
    admin.open()
    shows(page, "Lumen")
    shop_id = admin.find_shop()
    exports.ask_export(shop_id, Membership.objects.get().user_id)
    with shop_scope(shop_id):
        waiting = Export.objects.get().pk
    exports.make_export(shop_id, waiting)
    page.get_by_role("button", name="Export").click()
    shows(page, "Export")
    with page.expect_download() as download:
        page.frame_locator("iframe").get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".zip")
    shows(page, "Export")
    assert len(loads) == 2


def test_a_link_to_another_site_takes_the_whole_window(page, admin):
    admin.open()
    shows(page, "Lumen")
    adds = (
        "href => document.body.prepend(Object.assign(document.createElement('a'), {href, id: 'x', textContent: 'x'}))"
    )
    page.frame("app-iframe").evaluate(adds, admin.shopify.url)
    page.frame_locator("iframe").locator("#x").click()
    page.wait_for_url(f"{admin.shopify.url}/")


def test_a_page_that_waits_looks_again_by_itself_and_stays_where_it_is(page, admin, loads):
    admin.open()
    shows(page, "Lumen")
    frame = page.frame("app-iframe")
    frame.evaluate("document.body.dataset.old = '1'")
    frame.evaluate("document.dispatchEvent(new Event('page:again', { cancelable: true }))")
    page.frame_locator("iframe").locator("body:not([data-old])").wait_for()
    shows(page, "Lumen")
    assert len(loads) == 1


def test_no_other_site_may_frame_the_pages(page, admin, site):
    token = admin.shop.session_token()
    framed = f"<iframe src='{site}/shopify/?shop={admin.shop.domain}&id_token={token}'></iframe>"
    page.route("http://127.0.0.1:9/", lambda route: route.fulfill(body=framed, content_type="text/html"))
    with asking_nothing(page):
        page.goto("http://127.0.0.1:9/")
    expect(page.frame_locator("iframe").get_by_text("Lumen")).to_have_count(0)
    admin.open()
    shows(page, "Lumen")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_are_accessible_and_fit_the_admin(page, admin, language):
    found: dict[str, object] = {}
    admin.open(locale=language)
    heading(page).wait_for()
    frame = page.frame("app-iframe")
    for path in PAGES:
        frame.evaluate(
            "(path) => Object.assign(document.body.appendChild(document.createElement('a')), "
            "{ href: path, textContent: 'x', id: 'probe' }).click()",
            path,
        )
        page.frame_locator("iframe").locator("#probe").wait_for(state="detached")
        found |= {path: problems} if (problems := problems_at(page, *WIDTHS[language], frame=frame)) else {}
        if folder := os.environ.get("LOOK_AT"):
            page.screenshot(path=f"{folder}/embedded{path.replace('/', '-')}{language}.png")
    assert found == {}
