"""The pictures of docs/images that show the merchant's pages; drawn again by SCREENSHOTS=1."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from chatbot.answers.services import answer_exchange, store_question
from recommender.products.services import train_shop
from shopconnect.core.tenancy.context import ShopId
from shopconnect.experiments.results import weigh_results
from shopconnect.sync.services import load_folder
from tests.browser.pictures import place_of
from tests.browser.test_home import become, speak

SIZES = ((360, 740), (768, 1024), (1280, 900))
ONCE = (("suggestions", "/suggestions/"), ("members", "/shops/members/"), ("export", "/export/"), ("demo", "/demo/"))
ASKED = (
    ("en", "where is my parcel?"),
    ("fr", "je veux rendre un article"),
    ("en", "do you ship to the moon"),
    ("fr", "quels sont les délais de livraison ?"),
    ("en", "how do I pay?"),
)


@pytest.fixture
def demo(transactional_db: None, live_server: Any, tmp_path: Path, settings: Any) -> str:
    """The address of the site, with the demo shop in it, learnt, and a few questions asked."""
    settings.HOLD_OUT_PERCENT = 5
    folder = tmp_path / "demo"
    call_command("make_demo_shop", str(folder), scale=1.0, seed=7, verbosity=0)
    shop_id = ShopId(load_folder("demo", folder, is_demo=True).shop_id)
    call_command("demo_accounts", "demo", verbosity=0)
    train_shop(shop_id)
    weigh_results(shop_id)
    for language, text in ASKED:
        answer_exchange(shop_id, store_question(shop_id, None, text, language).exchange_id)
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
            draw(page, demo, path, f"{name}-{language}-1280.png")


def draw(page: Any, site: str, path: str, name: str) -> None:
    """Draw a page whole, its pictures loaded."""
    page.goto(site + path)
    for picture in page.locator("main img").all():
        picture.scroll_into_view_if_needed()
    page.wait_for_function("[...document.images].every(one => one.complete)")
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=place_of(name), full_page=True)
