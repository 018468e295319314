"""The storefront of a shop on the double, with our plugin in it: what a visitor of the demo sees there."""

from typing import Any

import pytest

from shopconnect.connectors import registry
from shopconnect.shops.installs import install_shop
from shopconnect.widgets.services import public_key_of
from shopconnect.widgets.signing import customer_secret
from tests.browser.accessibility import problems_at
from tests.browser.test_consent import room_above_footer
from tests.browser.test_storefront import open_chat, shelf_titles
from tests.connectors.woocommerce.sources import WooSource
from tests.doubles.woocommerce.double import WooDouble

WORDS = {"fr": ("Acheter", "votre commande est passée"), "en": ("Buy", "your order is placed")}


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.usefixtures("transactional_db", "nobody_is_woken", "answers")
def test_a_visitor_sees_suggestions_talks_to_the_assistant_and_buys(
    page: Any, live_server: Any, woo: WooDouble, language: str
) -> None:
    buy, bought = WORDS[language]
    source = WooSource(woo)
    shop = source.double_shop
    woo.open_front(shop, live_server.url)
    with registry.only(source.platform):
        draft = source.platform.connect(source.shop, source.tokens).read_shop()
        key = public_key_of(install_shop(source.platform.name, source.shop, source.tokens, draft))
    root = shop.front if language == "fr" else f"{shop.front}en/"
    page.goto(root)
    assert page.locator("shopconnect-shelf, shopconnect-chat, shopconnect-consent").count() == 0  # no key yet
    shop.plugin.take({"key": key, "secret": customer_secret(key)})
    page.goto(root)
    assert len(shelf_titles(page)) > 1
    assert room_above_footer(page) >= 0
    assert page.locator("html").get_attribute("lang") == language
    page.locator("main .grid a").first.click()
    page.get_by_role("button", name=buy).wait_for()
    assert len(shelf_titles(page)) > 1
    before = len(shop.store.rows("order"))
    page.get_by_role("button", name=buy).click()
    page.get_by_text(bought).wait_for()
    assert len(shop.store.rows("order")) == before + 1
    open_chat(page)
    assert problems_at(page, 360, 1280) == {}
    woo.shops.clear()
