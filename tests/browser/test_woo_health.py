"""The health of a connected shop, in Chromium: what is to be mended, and that it was, in both languages."""

import os
from typing import Any

import pytest

from shopconnect.accounts.types import Role
from shopconnect.connectors import registry
from shopconnect.platforms.woocommerce import health
from shopconnect.shops.installs import install_shop
from tests.browser.accessibility import WIDTHS, problems_at
from tests.browser.pictures import place_of
from tests.connectors.woocommerce.sources import WooSource
from tests.doubles.woocommerce.double import WooDouble
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.sync.conftest import work_through

WORDS = {
    "en": ("8 minutes slow", "Can’t be checked", "Check again"),
    "fr": ("retarde de 8 minutes", "Impossible à vérifier", "Vérifier de nouveau"),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark")])
@pytest.mark.usefixtures("transactional_db", "nobody_is_woken")
def test_its_owner_reads_what_to_mend(
    page: Any, live_server: Any, woo: WooDouble, settings: Any, language: str, scheme: str
) -> None:
    slow, hidden, button = WORDS[language]
    settings.SITE_URL = live_server.url
    source = WooSource(woo)
    tea = source.double_shop
    with registry.only(source.platform):
        draft = source.platform.connect(source.shop, source.tokens).read_shop()
        shop_id = install_shop(source.platform.name, source.shop, source.tokens, draft)
        owner = signed_in(make_member(shop_id, Role.OWNER, language=language))
        cookies = {
            settings.SESSION_COOKIE_NAME: owner.cookies[settings.SESSION_COOKIE_NAME].value,
            settings.LANGUAGE_COOKIE_NAME: language,
        }
        page.context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
        )
        page.emulate_media(color_scheme=scheme)
        tea.seconds_ahead, tea.runs_cron = -480, False
        work_through(shop_id, health.KIND)
        health.ask_check(shop_id)
        work_through(shop_id, health.KIND)
        page.goto(f"{live_server.url}/")
        page.locator("nav a[href='/woocommerce/health']").click()
        page.get_by_text(slow).wait_for()
        assert problems_at(page, *WIDTHS[language]) == {}
        for width in (360, 1280) if os.environ.get("SCREENSHOTS") else ():
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=place_of(f"woo-health-{language}-{width}.png"), full_page=True)
        tea.wall = 403
        page.get_by_role("button", name=button).click()
        page.locator("[data-reload-seconds]").wait_for()
        work_through(shop_id, health.KIND)
        page.get_by_text(hidden).first.wait_for()
        assert page.locator(".badge.bad").count() == 2
        assert problems_at(page, *WIDTHS[language]) == {}
        page.screenshot(path=place_of(f"woo-health-blocked-{language}.png"), full_page=True)
    woo.shops.clear()
