"""The merchant's pages in Shopify's admin, in a real browser: a strange frame, no cookies, forms and the way back."""

import os
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from shopconnect.connectors import registry
from shopconnect.core.tenancy import shop_scope
from shopconnect.dashboard import exports
from shopconnect.dashboard.models import Export
from shopconnect.shops import installs
from shopconnect.shops.models import Invitation, Membership
from tests.browser.accessibility import problems_of
from tests.browser.shopify_admin import Admin
from tests.shopconnect.shops.platforms import NAME, SHOP, PlainPlatform


@pytest.fixture
def admin(transactional_db: None, live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Admin]:
    """An admin with our app in it."""
    running = Admin(live_server.url)
    settings.SITE_URL = live_server.url
    settings.SHOPIFY_ORIGIN = running.here + "/{shop}"
    settings.SHOPIFY_ADMIN, settings.SHOPIFY_APP_BRIDGE_URL = running.here, running.here + "/app-bridge.js"
    monkeypatch.setattr(registry, "_platforms", {})
    registry.register(PlainPlatform())
    yield running
    running.shutdown()


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
    page.frame_locator("iframe").get_by_role("heading", level=1, name=title).wait_for(timeout=10_000)


def test_the_app_opens_navigates_and_takes_forms_without_cookies(page, admin, refused, loads):
    page.goto(admin.here)
    shows(page, "Lumen")
    assert admin.exchanges == 1
    frame = page.frame("app")
    assert "id_token" not in frame.url
    assert "hmac" not in frame.url
    app = page.frame_locator("iframe")
    assert app.locator("nav").count() == 0
    for title in ("Suggestions", "Notices", "Members"):
        page.get_by_role("button", name=title).click()
        shows(page, title)
    app.locator("#email").fill("ada@example.com")
    app.get_by_role("button", name="Send invitation").click()
    app.get_by_text("ada@example.com is invited.").wait_for()
    with shop_scope(installs.find_installed(NAME, SHOP)):
        assert Invitation.objects.get().email == "ada@example.com"
    frame.evaluate("history.back()")
    shows(page, "Notices")
    frame.evaluate("history.forward()")
    shows(page, "Members")
    app.locator("select[name=role]").last.select_option("analyst")
    app.get_by_role("button", name="Change role").last.click()
    app.get_by_text("only owner. Make somebody else owner first").wait_for()
    assert Membership.objects.get().role == "owner"
    assert len(loads) == 1, loads
    assert page.context.cookies() == []
    assert refused == []


def test_the_theme_and_the_language_are_chosen_in_the_frame(page, admin, refused):
    page.goto(admin.here)
    shows(page, "Lumen")
    app = page.frame_locator("iframe")
    app.get_by_role("button", name="Français").click()
    shows(page, "Lumen")
    page.get_by_role("button", name="Membres").wait_for()
    app.get_by_role("button", name="Sombre").click()
    assert page.frame("app").evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.frame("app").evaluate("document.documentElement.lang") == "fr"
    page.reload()
    shows(page, "Lumen")
    assert refused == []


def test_a_page_loaded_without_a_token_comes_back_with_one(page, admin, refused, loads):
    page.goto(admin.here)
    shows(page, "Lumen")
    deep = f"{admin.app}/suggestions/?{urlencode({'shop': SHOP, 'host': 'x', 'embedded': '1'})}"
    page.goto(f"{admin.here}/?{urlencode({'src': deep})}")
    shows(page, "Suggestions")
    assert [url.removeprefix(admin.app) for url in loads[1:]] == ["/suggestions/", "/shopify/token", "/suggestions/"]
    assert "id_token" not in page.frame("app").url
    assert "again" not in page.frame("app").url
    page.frame("app").evaluate("location.reload()")
    shows(page, "Suggestions")
    assert refused == []


def test_tokens_that_never_hold_end_in_a_sentence_and_not_in_a_circle(page, admin, loads):
    admin.token_changes = {"exp": int(time.time()) - 100}
    page.goto(f"{admin.here}/?{urlencode({'src': f'{admin.app}/?shop={SHOP}&embedded=1'})}")
    page.frame_locator("iframe").get_by_text("open ShopConnect from your shop’s admin again").wait_for()
    assert len(loads) == 3


def test_what_was_typed_stays_when_the_connection_fails(page, admin):
    page.goto(admin.here)
    shows(page, "Lumen")
    page.get_by_role("button", name="Members").click()
    shows(page, "Members")
    app = page.frame_locator("iframe")
    app.locator("#email").fill("ada@example.com")
    page.route("**/shops/members/invite/", lambda route: route.abort())
    app.get_by_role("button", name="Send invitation").click()
    app.get_by_text("This could not be sent.").wait_for()
    assert app.locator("#email").input_value() == "ada@example.com"
    page.unroute("**/shops/members/invite/")
    app.get_by_role("button", name="Send invitation").click()
    app.get_by_text("ada@example.com is invited.").wait_for()


def test_a_file_is_fetched_from_the_frame(page, admin, loads):
    page.goto(admin.here)
    shows(page, "Lumen")
    shop_id = installs.find_installed(NAME, SHOP)
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
    page.goto(admin.here)
    shows(page, "Lumen")
    adds = (
        "href => document.body.prepend(Object.assign(document.createElement('a'), {href, id: 'x', textContent: 'x'}))"
    )
    page.frame("app").evaluate(adds, f"{admin.here}/?src=about:blank")
    page.frame_locator("iframe").locator("#x").click()
    page.wait_for_url("**/?src=about:blank")


def test_a_page_that_waits_looks_again_by_itself_and_stays_where_it_is(page, admin, loads):
    page.goto(admin.here)
    shows(page, "Lumen")
    frame = page.frame("app")
    frame.evaluate("document.body.dataset.old = '1'")
    frame.evaluate("document.dispatchEvent(new Event('page:again', { cancelable: true }))")
    page.frame_locator("iframe").locator("body:not([data-old])").wait_for()
    shows(page, "Lumen")
    assert len(loads) == 1


def test_no_other_site_may_frame_the_pages(page, admin):
    other = Admin(admin.app)
    try:
        page.goto(f"{other.here}/?{urlencode({'src': other.entry()})}")
        page.wait_for_timeout(500)
        assert page.frame_locator("iframe").get_by_text("Lumen").count() == 0
    finally:
        other.shutdown()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_are_accessible_and_fit_the_admin(page, admin, language):
    admin.locale = language
    found: dict[str, object] = {}
    for width in (1280, 768):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(admin.here)
        heading(page).wait_for()
        frame = page.frame("app")
        for path in ("/", "/suggestions/", "/shops/members/", "/shops/notices/", "/export/"):
            frame.evaluate("(path) => Object.assign(document.body.appendChild(document.createElement('a')), "
                           "{ href: path, textContent: 'x', id: 'probe' }).click()", path)  # fmt: skip
            page.frame_locator("iframe").locator("#probe").wait_for(state="detached")
            wide = frame.evaluate("document.documentElement.scrollWidth - innerWidth")
            problems = problems_of(frame) + ([f"{wide} px too wide"] if wide > 0 else [])
            if problems:
                found[f"{path} {width}"] = problems
            if folder := os.environ.get("LOOK_AT"):
                page.screenshot(path=f"{folder}/embedded{path.replace('/', '-')}{language}-{width}.png")
    assert found == {}
