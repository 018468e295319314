"""In Shopify's admin a merchant allows price changes and makes one, without cookies and without leaving the page."""

from typing import Any

from playwright.sync_api import expect

from recommender.prices.selectors import list_price_changes
from shopconnect.connectors.shopify.platform import Shopify
from shopconnect.core.jobs import broker
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.platforms.shopify.app import find_app
from shopconnect.shops import installs
from tests.browser.accessibility import problems_of
from tests.doubles.shopify.costs import LeakyBucket
from tests.doubles.shopify.double import Double
from tests.shopconnect.sync.worlds import work_off

# The browser shuts a strange frame's storage, which the admin's script asks for.
STORAGE = """const kept = new Map();
Object.defineProperty(window, "sessionStorage", { value: {
  getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) } });"""


def test_price_changes_are_allowed_and_made_in_the_admin(
    transactional_db, live_server, settings, monkeypatch, page: Any, offer: Any
):
    with Double(live_server.url) as shopify:
        settings.SITE_URL = live_server.url
        settings.SHOPIFY_CLIENT_ID, settings.SHOPIFY_CLIENT_SECRET = shopify.client_id, shopify.secret
        settings.SHOPIFY_ORIGIN, settings.SHOPIFY_ADMIN = shopify.origin, shopify.url
        settings.SHOPIFY_APP_BRIDGE_URL = f"{shopify.url}/app-bridge.js"
        offer(Shopify(find_app()))
        monkeypatch.setattr(broker, "wake", lambda *_, **__: None)
        shop = shopify.add_shop("first")
        shop.bulks.seconds, shop.api.bucket = 0.01, LeakyBucket(100_000, 100_000)
        pot = shop.store.add_product("Pot", "12.00", quiet=True)
        page.add_init_script(STORAGE)
        page.goto(f"{shopify.url}/{shop.domain}/admin/apps/app?locale=fr")
        app = page.frame_locator("iframe")
        app.locator("h1").wait_for()
        shop_id = installs.find_installed("shopify", shop.domain)
        assert shop_id is not None
        work_off(shop_id, "backfill", turns=300)
        page.get_by_role("button", name="Changements de prix").click()
        app.locator("form[data-ask-scopes] button").wait_for()
        assert problems_of(page.frame(name="app-iframe")) == []
        app.locator("form[data-ask-scopes] button").click()
        app.locator("#search").fill("Pot")
        app.locator("#search").press("Enter")
        app.locator(".choice a").first.click()
        bar = page.get_by_role("region", name="Unsaved changes")
        app.locator("#price").fill("9,50")
        app.locator("#price").blur()
        bar.get_by_role("button", name="Save").click()
        app.locator("button[name=seen]").wait_for()
        expect(bar).to_be_hidden()
        app.locator("button[name=seen]").click()
        app.locator(".badge.warning").wait_for()
        work_off(shop_id, "push_change")
        app.locator(".badge.good").wait_for()
        assert pot["variants"][0]["price"] == "9.50"
        with shop_scope(shop_id):
            assert [change.state for change in list_price_changes()] == ["done"]
        assert page.context.cookies(live_server.url) == []
