"""The pictures of docs/images that show the shop front; drawn again by SCREENSHOTS=1."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from recommender.products.services import train_shop
from shopconnect.core.tenancy.context import ShopId
from shopconnect.demo.storefront.services import windows
from shopconnect.sync.services import load_folder
from shopconnect.widgets.loader import loader_script
from shopconnect.widgets.services import fronts
from tests.browser.pictures import place_of

SIZES = ((360, 740), (768, 1024), (1280, 900))
ASKED = {"fr": "Je voudrais renvoyer un article", "en": "I would like to return an item"}


@pytest.fixture
def demo(transactional_db: None, live_server: Any, tmp_path: Path) -> str:
    """The address of the demo shop's front, learnt and ready to answer."""
    folder = tmp_path / "demo"
    call_command("make_demo_shop", str(folder), scale=1.0, seed=7, verbosity=0)
    shop_id = load_folder("demo", folder, is_demo=True).shop_id
    train_shop(ShopId(shop_id))
    windows.forget()
    fronts.forget()
    loader_script.cache_clear()
    return f"{live_server.url}/storefront/demo"


@pytest.mark.timeout(600)
def test_pictures_of_the_shop_front(page: Any, demo: str):
    for language in ("fr", "en"):
        for scheme, suffix in (("light", ""), ("dark", "-dark")):
            page.emulate_media(color_scheme=scheme)
            for width, height in SIZES if scheme == "light" else SIZES[::2]:
                page.set_viewport_size({"width": width, "height": height})
                draw(page, f"{demo}/{language}", f"{language}-{width}{suffix}.png", ASKED[language])


def show_shelf(page: Any) -> None:
    """Go to the shelf, which asks only when it is near, and back up."""
    page.locator("shopconnect-shelf:not([shelf=for-you], [hidden])").first.scroll_into_view_if_needed()
    page.locator("shopconnect-shelf a").first.wait_for()
    for picture in page.locator("img").all():
        picture.scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, 0)")


def draw(page: Any, front: str, name: str, question: str) -> None:
    """Draw the first page, a product and the chat."""
    page.goto(f"{front}/")
    show_shelf(page)
    page.screenshot(path=place_of(f"storefront-home-{name}"), full_page=True)
    page.goto(f"{front}/products/1001/")
    show_shelf(page)
    page.screenshot(path=place_of(f"storefront-product-{name}"), full_page=True)
    page.locator("shopconnect-chat button").first.click()
    field = page.get_by_role("textbox", name=re.compile("question"))
    field.fill(question)
    field.press("Enter")
    page.locator("shopconnect-chat-panel .choices button").first.wait_for()
    page.screenshot(path=place_of(f"storefront-chat-{name}"))
