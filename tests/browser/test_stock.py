"""An owner sees a stock-out coming, looks at why, orders, and takes the list along."""

import csv
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from recommender.stock.learning import learn_stock
from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import LineDraft, OrderDraft, OrderKind
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.services import store_orders
from tests.browser.accessibility import WIDTHS, problems_at
from tests.browser.conftest import draft
from tests.browser.test_home import merchant, speak  # noqa: F401
from tests.browser.words import words_in
from tests.makers import noon

TITLES = {"en": "Midnight blue stoneware mug", "fr": "Mug en grès bleu nuit"}
WEEKS = 20


@pytest.fixture
def selling(small_shop: ShopId) -> None:
    """Mugs sell well and will soon be gone; of the carafe there is too much."""
    with shop_scope(small_shop):
        stocks = {1: 20, 2: 400, 3: 300}
        store_products(
            [
                replace(draft(number), stock=Decimal(level), cost=Decimal(4), created_at=now() - timedelta(days=300))
                for number, level in stocks.items()
            ]
        )
        store_orders(
            [
                OrderDraft(
                    external_id=str(day),
                    kind=OrderKind.ORDER,
                    placed_at=noon() - timedelta(days=day),
                    currency="EUR",
                    lines=_lines(day),
                )
                for day in range(1, 7 * WEEKS + 1)
            ]
        )
    learn_stock(small_shop)


def _lines(day: int) -> tuple[LineDraft, ...]:
    mugs = Decimal(1 + day * day % 5)
    return LineDraft("p1", mugs, Decimal(12), Decimal(0)), LineDraft("p2", Decimal(1), Decimal(34), Decimal(0))


@pytest.mark.usefixtures("selling")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_a_stock_out_to_an_order(page: Any, merchant: str, language: str):  # noqa: F811
    say, title = words_in(language), TITLES[language]
    speak(page, merchant, language)
    page.goto(merchant)
    page.get_by_role("navigation").get_by_role("link", name=say("Stock"), exact=True).click()
    expect(page.locator("main tbody tr th a")).to_have_text([title])
    expect(page.locator("main figure svg")).to_be_visible()
    assert problems_at(page, *WIDTHS[language], 320) == {}
    page.locator("main").get_by_role("link", name=title).click()
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("main figure svg polygon")).to_be_visible()
    assert problems_at(page, *WIDTHS[language], 320) == {}
    page.get_by_role("link", name=say("To order"), exact=True).click()
    expect(page.get_by_role("heading", name=say("Without a supplier"))).to_be_visible()
    assert problems_at(page, *WIDTHS[language], 320) == {}
    with page.expect_download() as download:
        page.get_by_role("link", name=say("Download as CSV")).click()
    rows = list(csv.reader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert [title in row for row in rows] == [False, True]
    page.get_by_role("link", name=say("Overstock"), exact=True).click()
    expect(page.locator("main tbody tr")).to_have_count(2)
    assert problems_at(page, *WIDTHS[language], 320) == {}


@pytest.mark.usefixtures("selling")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_supplier_is_added_and_set(page: Any, merchant: str, language: str):  # noqa: F811
    say, title = words_in(language), TITLES[language]
    speak(page, merchant, language)
    page.goto(f"{merchant}/stock/suppliers/")
    assert problems_at(page, *WIDTHS[language], 320) == {}
    page.get_by_label(say("Name"), exact=True).fill("Poterie du Vent")
    page.get_by_role("button", name=say("Add the supplier")).click()
    expect(page.get_by_role("status").filter(has_text="Poterie du Vent")).to_be_visible()
    page.goto(f"{merchant}/stock/")
    page.locator("main").get_by_role("link", name=title).click()
    page.get_by_label(say("Supplier"), exact=True).select_option("Poterie du Vent")
    page.get_by_label(say("Pack size")).fill("50")
    page.get_by_role("button", name=say("Save purchasing details")).click()
    page.get_by_role("link", name=say("To order"), exact=True).click()
    expect(page.get_by_role("heading", name="Poterie du Vent")).to_be_visible()
    page.locator("section", has_text="Poterie du Vent").get_by_role("link", name=say("PDF")).click()
    page.evaluate("window.print = () => document.title = 'printed'")
    assert problems_at(page, *WIDTHS[language], 320) == {}
    page.get_by_role("button", name=say("Print or save as PDF")).click()
    expect(page).to_have_title("printed")
    page.emulate_media(media="print")
    expect(page.locator("nav.tabs")).to_be_hidden()
    expect(page.locator("main h2")).to_have_text(["Poterie du Vent"])
    page.emulate_media(media="screen")
    page.goto(f"{merchant}/quality/")
    expect(page.locator("main section")).to_have_count(7)
    assert problems_at(page, *WIDTHS[language], 320) == {}


@pytest.mark.usefixtures("selling")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_event_is_entered_in_the_calendar(page: Any, merchant: str, language: str):  # noqa: F811
    say = words_in(language)
    speak(page, merchant, language)
    page.goto(f"{merchant}/stock/")
    page.get_by_role("link", name=say("Calendar"), exact=True).click()
    expect(page.get_by_role("rowheader", name=say("Black Friday")).first).to_be_visible()
    assert problems_at(page, *WIDTHS[language], 320) == {}
    page.get_by_label(say("Event"), exact=True).select_option("own")
    page.get_by_label(say("Name, if it’s another event")).fill("Foire aux potiers")
    page.get_by_label(say("First day"), exact=True).fill("2027-05-01")
    page.get_by_label(say("Last day"), exact=True).fill("2027-05-03")
    page.get_by_role("button", name=say("Add the event")).click()
    expect(page.get_by_role("rowheader", name="Foire aux potiers")).to_be_visible()
    assert problems_at(page, *WIDTHS[language], 320) == {}
    page.get_by_role("button", name="Foire aux potiers").click()
    expect(page.get_by_role("rowheader", name="Foire aux potiers")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_shop_without_sales_says_what_is_missing(page: Any, merchant: str, language: str):  # noqa: F811
    say = words_in(language)
    speak(page, merchant, language)
    page.goto(f"{merchant}/stock/")
    expect(page.get_by_role("heading", name=say("No sales yet"))).to_be_visible()
    assert problems_at(page, *WIDTHS[language], 320) == {}
    page.goto(f"{merchant}/quality/")
    expect(page.get_by_text(say("Not available since today.")).first).to_be_visible()
    assert problems_at(page, *WIDTHS[language], 320) == {}
