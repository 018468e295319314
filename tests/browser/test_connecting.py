"""A merchant connects a shop by hand, in Chromium: every page on the way, at every width, in both languages."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from shopconnect.connectors import registry
from shopconnect.connectors.woocommerce.platform import WooCommerce
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.installs import find_installed
from shopconnect.shops.other_addresses import note_other_address
from tests.browser.accessibility import WIDTHS, problems_at
from tests.browser.pictures import place_of
from tests.doubles.woocommerce.double import WooDouble, WooShop
from tests.shopconnect.shops.conftest import PASSWORD, make_person

WORDS = {
    "en": (
        "Continue",
        "plain permalinks",
        "Approve in your shop",
        "Open my shop",
        "Your shop is connected",
        "It’s a copy",
    ),
    "fr": (
        "Continuer",
        "permaliens simples",
        "Autorisez la connexion",
        "Ouvrir ma boutique",
        "Votre boutique est connectée",
        "C’est une copie",
    ),
}


@pytest.fixture
def tea(woo: WooDouble, live_server: Any, settings: Any, nobody_is_woken: None) -> Iterator[WooShop]:
    """A shop that stands where the browser finds it as well."""
    settings.SITE_URL = live_server.url
    shop = woo.add_shop()
    shop.takes_http = True
    with registry.only(WooCommerce(woo.origin)):
        yield shop
    woo.shops.clear()


def look(page: Any, name: str, language: str) -> None:
    assert problems_at(page, *WIDTHS[language]) == {}
    if os.environ.get("SCREENSHOTS"):
        page.set_viewport_size({"width": 560, "height": 500})
        page.screenshot(path=place_of(f"woo-{name}-{language}-560.png"))


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark")])
def test_a_shop_is_connected_by_hand(page: Any, live_server: Any, tea: WooShop, language: str, scheme: str) -> None:
    go_on, plain, approve, open_shop, connected, copy = WORDS[language]
    person = make_person("ada@example.com", language=language)
    page.emulate_media(color_scheme=scheme)
    page.context.set_extra_http_headers({"Accept-Language": language})
    page.goto(f"{live_server.url}/woocommerce/connect?site=https://{tea.name}")
    look(page, "account", language)
    page.locator("main a[href*='/accounts/login/']").click()
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").first.click()
    page.wait_for_url("**/woocommerce/connect?site=**")
    assert page.locator("input[name=site]").input_value() == f"https://{tea.name}"
    look(page, "address", language)
    tea.has_plain_permalinks = True
    page.get_by_role("button", name=go_on).click()
    page.get_by_text(plain).wait_for()
    look(page, "plain", language)
    tea.has_plain_permalinks = False
    page.get_by_role("button", name=go_on).click()
    page.get_by_role("heading", name=approve).wait_for()
    look(page, "approve", language)
    page.get_by_role("link", name=open_shop).click()
    page.locator("a.deny").click()
    page.wait_for_url("**/woocommerce/return?**")
    look(page, "declined", language)
    page.locator("main a.primary").click()
    page.get_by_role("button", name=go_on).click()
    page.get_by_role("link", name=open_shop).click()
    page.locator("a.approve").click()
    page.get_by_text(connected).wait_for()
    shop_id = find_installed("woocommerce", tea.name)
    assert shop_id is not None
    ask_about_a_copy(shop_id)
    page.goto(f"{live_server.url}/shops/notices/")
    page.locator("main a[href='/woocommerce/moved']").click()
    look(page, "moved", language)
    page.get_by_role("button", name=copy).click()
    page.get_by_text("staging.example.com").wait_for()
    assert page.get_by_role("button", name=copy).count() == 0


def ask_about_a_copy(shop_id: ShopId) -> None:
    with shop_scope(shop_id):
        note_other_address("staging.example.com")
