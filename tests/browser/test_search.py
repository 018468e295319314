"""The search of each page in a real browser: by keyboard alone, and without scripts."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import ProductDraft
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.browser.accessibility import problems_of
from tests.browser.test_home import speak
from tests.browser.words import words_in


@pytest.fixture
def merchant(small_shop: ShopId, live_server: Any, page: Any) -> str:
    """The site's address; the page is signed in as the owner of a small shop with two mugs."""
    call_command("demo_accounts", "front", verbosity=0)
    titles = {"ochre": "Mug en grès ocre", "blue": "Mug bleu"}
    with shop_scope(small_shop):
        store_products(
            [
                ProductDraft(external_id=id_, title=title, price=Decimal(9), currency="EUR")
                for id_, title in titles.items()
            ]
        )
    page.goto(f"{live_server.url}/demo/")
    with page.expect_navigation():
        page.locator("button[value=owner]").click()
    return str(live_server.url)


@pytest.mark.parametrize(("language", "keys"), [("en", "Control+k"), ("fr", "Meta+k"), ("fr", "/")])
def test_a_product_is_found_and_opened_by_keyboard_alone(page: Any, merchant: str, language: str, keys: str):
    say = words_in(language)
    speak(page, merchant, language)
    page.goto(merchant)
    page.keyboard.press(keys)
    box = page.get_by_role("combobox", name=say("Search the shop"))
    expect(box).to_be_focused()
    page.keyboard.type("ocre mug")
    option = page.get_by_role("option", name="Mug en grès ocre")
    expect(option).to_be_visible()
    expect(page.locator("#finder [role=status]")).to_have_text(say("%(count)s result", "%(count)s results", count=1))
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert problems_of(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Mug en grès ocre")


def test_escape_closes_and_enter_leads_to_the_page_of_results(page: Any, merchant: str):
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    expect(page.locator("#finder")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("mug")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{merchant}/search/?q=mug")
    expect(page.get_by_role("link", name="Mug bleu")).to_be_visible()


def test_a_slash_that_is_typed_into_a_field_stays_one(page: Any, merchant: str):
    page.goto(f"{merchant}/products/")
    page.get_by_label("Keywords").press_sequentially("a/b")
    expect(page.get_by_label("Keywords")).to_have_value("a/b")
    expect(page.locator("#finder")).to_be_hidden()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_search_works_without_scripts(browser: Any, merchant: str, page: Any, language: str):
    say = words_in(language)
    speak(page, merchant, language)
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    context.add_cookies(page.context.cookies())
    plain.goto(merchant)
    plain.get_by_role("link", name=say("Search")).click()
    plain.locator("#q").fill("gres")
    plain.get_by_role("button", name=say("Search")).click()
    plain.get_by_role("link", name="Mug en grès ocre").click()
    expect(plain.locator("h1")).to_have_text("Mug en grès ocre")
    context.close()
