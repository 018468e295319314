"""A merchant looks for a product among all, reads how its price and stock went, and takes the list along."""

import csv
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from shopconnect.catalog.services import note_prices_and_stock, store_prices, store_stock
from shopconnect.connectors.types import PriceDraft, StockDraft
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.browser.accessibility import WIDTHS, problems_at
from tests.browser.test_home import merchant, speak  # noqa: F401
from tests.browser.words import words_in


@pytest.fixture
def carafe(small_shop: ShopId) -> None:
    """The carafe was dearer, and there were more of it."""
    before = now() - timedelta(days=40)
    with shop_scope(small_shop):
        store_prices([PriceDraft(product="p2", variant="", at=before, price=Decimal(39), currency="EUR")])
        store_stock(
            [
                StockDraft(product="p2", variant="", location="default", at=at, level=Decimal(level))
                for at, level in ((before, 30), (now(), 4))
            ]
        )
        note_prices_and_stock()


@pytest.mark.usefixtures("carafe")
@pytest.mark.parametrize(
    ("language", "title", "price"),
    [("en", "Blown glass carafe", "€34.90"), ("fr", "Carafe en verre soufflé", "34,90 €")],
)
def test_from_the_catalogue_to_a_product_and_to_a_file(
    page: Any,
    merchant: str,  # noqa: F811
    language: str,
    title: str,
    price: str,
):
    say = words_in(language)
    speak(page, merchant, language)
    page.goto(merchant)
    page.get_by_role("link", name=say("Products"), exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(8)
    page.get_by_label(say("Status")).select_option(label=say("Not available"))
    page.get_by_role("button", name=say("Show products")).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name=say("Show all")).click()
    page.get_by_label(say("Keywords")).fill("carafe")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name=say("Download as CSV")).click()
    rows = list(csv.reader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert [title in row for row in rows] == [False, True]
    page.get_by_role("link", name=title).click()
    expect(page.locator("h1")).to_have_text(title)
    titles = [say("Price: %(price)s", price=price), say("Stock: %(level)s", level=4)]
    for plot, found in zip(titles, page.locator("main figure").all(), strict=True):
        expect(found).to_contain_text(plot)
        # What stands under the pointer is told as the table has it, whose newest row comes first.
        drawn = found.locator("svg")
        box, rows = drawn.bounding_box(), found.locator("xpath=following-sibling::details").locator("tbody tr")
        for share, row in ((0.5, rows.last), (0.985, rows.first)):
            drawn.hover(position={"x": share * box["width"], "y": box["height"] / 2})
            told = " · ".join(row.locator("th, td").all_text_contents())
            expect(drawn.locator("text").last).to_have_text(told)
    assert problems_at(page, *WIDTHS[language]) == {}
