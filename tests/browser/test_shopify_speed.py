"""What our blocks cost a page of the theme, in what no load of the machine changes."""

import gzip
from typing import Any

import pytest

from tests.browser.test_embedded import Admin, admin  # noqa: F401
from tests.browser.test_shopify_front import opened  # noqa: F401
from tests.browser.test_storefront import SHIFTS, shelf_titles
from tests.browser.waiting import asking_nothing, draw
from tests.doubles.shopify.store import number_of

OURS = ("shopconnect.js", "settings.json", "loader", "shelf")
MOST_BYTES = 14_000  # of all of them, compressed
BLOCKING = """() => performance.getEntriesByType("resource")
  .filter((one) => one.renderBlockingStatus === "blocking").map((one) => one.name)"""


@pytest.mark.parametrize("place", ["", "products"])
def test_our_blocks_block_nothing_move_nothing_and_are_small(opened: Admin, page: Any, answers: Any, place: str):  # noqa: F811
    shop = opened.shop
    there = f"{shop.front}/en/" + (f"products/{number_of(shop.store.all('Product')[0])}" if place else "")
    shop.theme.change(frozenset({"embed", "product", "index", "footer"}), shows_chat=True)
    asked: list[Any] = []
    page.on("request", lambda request: asked.append(request))
    page.add_init_script(SHIFTS)
    with asking_nothing(page):
        page.goto(there)
        shelf_titles(page)
    draw(page)
    ours = {one.url: one for one in asked if "/assets/" in one.url or "/apps/shopconnect/" in one.url}
    assert len(ours) == len(OURS), list(ours)
    assert sum(len(gzip.compress(one.response().body())) for one in ours.values()) < MOST_BYTES
    assert page.evaluate(BLOCKING) == []
    assert page.evaluate("window.shifted") == pytest.approx(0, abs=0.001)
