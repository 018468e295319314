"""The pictures of docs/images that show the merchant's pages; drawn again by SCREENSHOTS=1."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from recommender.prices.promotions.deciding import plan_promotion
from recommender.prices.promotions.types import PromotionWish
from recommender.prices.proposals.learning import learn_price_proposals
from recommender.products.services import train_shop
from recommender.stock.learning import learn_stock
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.demo.conversations.drawing import CONVERSATIONS
from shopconnect.demo.conversations.services import make_conversations
from shopconnect.demo.people import find_agents, find_demo_account
from shopconnect.demo.types import DemoPart
from shopconnect.experiments.results import weigh_results
from shopconnect.sync.services import load_folder
from tests.browser.pictures import place_of
from tests.browser.test_home import become, speak
from tests.browser.waiting import until_true

HIGHEST = 1400  # pixels of a long list that a picture shows
SIZES = ((360, 740), (768, 1024), (1280, 900))
ONCE = (
    ("suggestions", "/suggestions/"),
    ("members", "/shops/members/"),
    ("export", "/export/"),
    ("demo", "/demo/"),
    ("stock", "/stock/"),
    ("price-proposals", "/prices/proposals/"),
    ("promotions", "/prices/promotions/"),
    ("chat-quality", "/conversations/quality/"),
)


@pytest.fixture
def demo(transactional_db: None, live_server: Any, tmp_path: Path, settings: Any) -> str:
    """The address of the site, with the demo shop in it, learnt, its conversations and a promotion planned."""
    settings.HOLD_OUT_PERCENT = 5
    folder = tmp_path / "demo"
    call_command("make_demo_shop", str(folder), scale=1.0, seed=7, verbosity=0)
    shop_id = ShopId(load_folder("demo", folder, is_demo=True).shop_id)
    call_command("demo_accounts", "demo", verbosity=0)
    train_shop(shop_id)
    weigh_results(shop_id)
    learn_stock(shop_id)
    first = now().date() + timedelta(days=40)
    wish = PromotionWish(
        name="Winter sale", words="bougie", starts_on=first, ends_on=first + timedelta(days=13), percent=20
    )
    plan_promotion(shop_id, find_demo_account(DemoPart.OWNER), wish)
    learn_price_proposals(shop_id)
    assert make_conversations(shop_id, find_agents()) == CONVERSATIONS
    return str(live_server.url)


@pytest.mark.timeout(900)
def test_pictures_of_the_merchants_pages(page: Any, demo: str):
    become(page, demo, "owner")
    for language in ("en", "fr"):
        speak(page, demo, language)
        for scheme, suffix in (("light", ""), ("dark", "-dark")):
            page.emulate_media(color_scheme=scheme)
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                draw(page, demo, "/", f"home-{language}-{width}{suffix}.png")
        page.emulate_media(color_scheme="light")
        for name, path in ONCE:
            draw(page, demo, path, f"{name}-{language}-1280.png", HIGHEST)


def draw(page: Any, site: str, path: str, name: str, highest: int | None = None) -> None:
    """Draw a page whole or so many pixels of it, its pictures loaded."""
    page.goto(site + path)
    for picture in page.locator("main img").all():
        picture.scroll_into_view_if_needed()
    until_true(page, "[...document.images].every(one => one.complete)")
    page.evaluate("scrollTo(0, 0)")
    whole = page.evaluate("({ x: 0, y: 0, width: innerWidth, height: document.documentElement.scrollHeight })")
    clip = {**whole, "height": min(whole["height"], highest or whole["height"])}
    page.screenshot(path=place_of(name), full_page=True, clip=clip)
