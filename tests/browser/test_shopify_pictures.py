"""The pictures of docs/images that a merchant on Shopify knows: in the admin and in the theme; SCREENSHOTS=1 draws."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from recommender.products.models import TrainingRun
from recommender.products.selectors import latest_training
from shopconnect.connectors.base import ResourceType
from shopconnect.core import caches
from shopconnect.core.artefacts import store
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.models import Backfill
from tests.browser.pictures import place_of
from tests.browser.test_embedded import Admin
from tests.browser.waiting import until_true
from tests.doubles.shopify.double import Double
from tests.doubles.shopify.loading import fill
from tests.doubles.shopify.theme import PLACES

LANGUAGES = {"en": "English", "fr": "Français"}
PAGES = {"home": "/", "theme": "/snippet/", "prices": "/prices/", "notices": "/shops/notices/"}


@pytest.fixture
def admin(transactional_db: None, shopify: Double, page: Any, tmp_path: Path) -> Admin:
    """The admin of a shop like the demo's, a tenth of it, with our app in it."""
    folder = tmp_path / "demo"
    call_command("make_demo_shop", str(folder), scale=0.1, seed=7, verbosity=0)
    admin = Admin(shopify, page)
    admin.shop.install_scopes(f"{shopify.scopes},read_all_orders,write_products")
    fill(admin.shop, folder)
    return admin


@pytest.mark.timeout(600)
def test_pictures_in_the_admin(page: Any, admin: Admin):
    admin.open()
    app = page.frame_locator("iframe")
    app.locator("h1").wait_for(timeout=20_000)
    shop_id = admin.find_shop()
    while not is_learnt(shop_id):
        page.wait_for_timeout(500)
    change_two_prices(page, app, admin)
    for language, name in LANGUAGES.items():
        go(page, "/")
        app.get_by_role("button", name=name).click()
        page.wait_for_timeout(500)
        for picture, path in PAGES.items():
            go(page, path)
            draw(page, f"shopify-{picture}-{language}-1280.png")
    draw_front(page.context.new_page(), admin)
    set_back(shop_id)
    for language, name in LANGUAGES.items():
        app.get_by_role("button", name=name).click()
        page.wait_for_timeout(500)
        go(page, "/")
        draw(page, f"shopify-coming-{language}-1280.png", highest=590)


def change_two_prices(page: Any, app: Any, admin: Admin) -> None:
    """Change the prices of two products, by the titles that Shopify has; the second has another price by then."""
    app.get_by_role("button", name=LANGUAGES["fr"]).click()
    page.wait_for_timeout(500)
    for product in ("Bol", "Bougie"):
        go(page, f"/prices/?search={product}")
        app.locator(".choice a").first.click()
        app.locator("#price").wait_for()
        chosen = app.locator("main h2").first.inner_text()
        found = next(node for node in admin.shop.store.all("Product") if node["title"] == chosen)
        price = Decimal(found["variants"][0]["price"])
        if product == "Bougie":
            found["variants"][0]["price"] = str(price + 1)
        app.locator("#price").fill(str(price - Decimal("0.50")))
        app.locator("main form .primary").click()
        app.locator("button[name=seen]").click()
        app.locator(".badge.good, .badge.bad").first.wait_for(timeout=20_000)
        page.wait_for_timeout(3000)


def go(page: Any, path: str) -> None:
    """Follow a link of ours in the frame."""
    page.frame("app-iframe").evaluate(
        "(path) => Object.assign(document.body.appendChild(document.createElement('a')), "
        "{ href: path, textContent: 'x', id: 'probe' }).click()",
        path,
    )
    page.frame_locator("iframe").locator("#probe").wait_for(state="detached")


def draw(page: Any, name: str, highest: int = 1800) -> None:
    """Draw the admin with our page in it, from its top."""
    frame = page.frame("app-iframe")
    page.wait_for_timeout(500)
    height = frame.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": 1280, "height": min(height + 90, highest)})
    until_true(frame, "[...document.images].every(one => one.complete)")
    frame.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(300)
    page.screenshot(path=place_of(name))
    page.set_viewport_size({"width": 1280, "height": 600})


def draw_front(page: Any, admin: Admin) -> None:
    """Draw a product page of the storefront with all that a theme can hold of ours."""
    admin.shop.theme.change(frozenset(PLACES), shows_chat=True)
    for language in LANGUAGES:
        page.set_viewport_size({"width": 1280, "height": 600})
        page.goto(f"{admin.shop.front}/{'' if language == 'fr' else 'en/'}products/1001")
        page.locator("shopconnect-shelf a").first.wait_for()
        page.locator("shopconnect-consent button").first.wait_for()
        until_true(page, "[...document.images].every(one => one.complete)")
        page.set_viewport_size({"width": 1280, "height": page.evaluate("document.documentElement.scrollHeight - 100")})
        page.screenshot(path=place_of(f"shopify-storefront-{language}-1280.png"))
    page.close()


def set_back(shop_id: ShopId) -> None:
    """Put the shop back to where a third of its orders are in, and nothing is learnt from them."""
    with shop_scope(shop_id):
        Backfill.objects.filter(resource=ResourceType.ORDER).update(state="downloaded", count=850)
        TrainingRun.objects.all().delete()
    store.erase(shop_id)
    caches.reset_all()


def is_learnt(shop_id: ShopId) -> bool:
    """Say whether the shop is in and its suggestions are learnt."""
    with shop_scope(shop_id):
        training = latest_training()
        coming = Backfill.objects.exclude(state="done").exists()
    return not coming and training is not None and training.finished_at is not None
