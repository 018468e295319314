"""The double's theme editor and storefront, and the way out and back in: what the demo shows as Shopify."""

from typing import Any

import pytest
from playwright.sync_api import expect

from shopconnect.core import caches
from shopconnect.platforms.shopify.app import theme_links
from shopconnect.widgets.types import WidgetResponse
from tests.browser.accessibility import WIDTHS, problems_at
from tests.browser.test_consent import room_above_footer
from tests.browser.test_embedded import Admin, admin, shows  # noqa: F401
from tests.browser.test_storefront import SHIFTS
from tests.doubles.shopify.store import number_of
from tests.stories.test_install_to_first_suggestion import is_gone
from tests.waiting import until


@pytest.fixture
def opened(admin: Admin, page: Any) -> Admin:  # noqa: F811
    """A shop that sells, with our app on it, installed and opened."""
    for number in range(6):
        admin.shop.store.add_product(
            f"Pot {number}", f"{number + 4}.50", quiet=True, words={"en": {"title": f"A pot {number}"}}
        )
    admin.open()
    shows(page, "Lumen")
    caches.reset_all()
    return admin


def save(page: Any, place: str, link: str) -> None:
    """Follow a link of our theme step; what it asks for is ticked and does not hold before it is saved."""
    page.goto(link)
    box = page.locator(f"input[name=block][value={place}]")
    expect(box).to_be_checked()
    page.get_by_text("A change is not saved yet.").wait_for()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()


def test_the_theme_shows_what_its_editor_saved_and_no_more(opened: Admin, page: Any, answers: Any):
    shop, links = opened.shop, theme_links(opened.shop.domain)
    product = shop.store.all("Product")[0]["id"].rpartition("/")[2]
    page.goto(links["embed"])
    page.goto(f"{shop.front}/en/products/{product}")
    expect(page.locator("shopconnect-chat, shopconnect-shelf, shopconnect-consent, script[src]")).to_have_count(0)
    for block, place in (("embed", "embed"), ("shelf", "product"), ("consent", "footer")):
        save(page, place, links[block])
    page.add_init_script(SHIFTS)
    page.goto(f"{shop.front}/en/products/{product}")
    page.locator("shopconnect-shelf a").first.wait_for()
    page.locator("shopconnect-chat button").wait_for()
    assert room_above_footer(page) >= 0
    assert page.evaluate("window.shifted") == pytest.approx(0, abs=0.001)
    assert answers.of("shelf")[-1].query["product"] == product
    page.goto(f"{links['embed']}&saved=1")
    page.locator("input[name=block][value=product]").uncheck()
    page.locator("input[name=chat]").uncheck()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    page.goto(f"{shop.front}/en/products/{product}")
    page.get_by_role("button", name="Accept").wait_for()
    expect(page.locator("shopconnect-shelf, shopconnect-chat")).to_have_count(0)


def test_a_suggestion_leads_to_the_product_in_the_language_of_the_page(opened: Admin, page: Any, answers: Any):
    shop, item = opened.shop, opened.shop.store.all("Product")[1]
    shop.theme.change(frozenset({"embed", "product"}), shows_chat=False)
    own = f"{shop.front}/products/{item['id'].rpartition('/')[2]}"
    answers.shelf = lambda ask: WidgetResponse(
        {"title": "", "items": [{"id": "1", "title": item["title"], "url": own}]}
    )
    for root, title in (("/en", "A pot 1"), ("", "Pot 1")):
        page.goto(f"{shop.front}{root}/products/{shop.store.all('Product')[0]['id'].rpartition('/')[2]}")
        page.locator("shopconnect-shelf a").click()
        page.get_by_role("heading", level=1, name=title, exact=True).wait_for()


def test_behind_a_password_shelves_are_there_for_whoever_entered_it(opened: Admin, page: Any, answers: Any):
    shop, proxied = opened.shop, []
    page.on("request", lambda request: proxied.append(request.url) if "/apps/shopconnect/" in request.url else None)
    shop.password = "soon"  # noqa: S105
    shop.theme.change(frozenset({"embed", "product"}), shows_chat=True)
    page.goto(f"{shop.front}/en/")
    page.get_by_label("Password").fill(shop.password)
    page.get_by_role("button", name="Enter").click()
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="A pot 3").click()
    page.locator("shopconnect-shelf a").first.wait_for()
    page.locator("shopconnect-chat button").click()
    page.get_by_role("textbox").fill("parcel")
    page.keyboard.press("Enter")
    page.get_by_text("Did you mean:").wait_for()
    assert {url.rpartition("/")[2].partition("?")[0] for url in proxied} == {"settings.json", "shelf", "chat"}


def test_a_price_is_that_of_the_shoppers_market_or_company_or_none(opened: Admin, page: Any, answers: Any):
    shop = opened.shop
    first, second, third, *_ = shop.store.all("Product")
    shop.theme.change(frozenset({"embed", "product"}), shows_chat=False)
    shop.market_prices[first["id"]] = "7.25"
    shop.company_prices.update({first["id"]: "6.10", third["id"]: None})
    addresses = [f"{shop.front}/products/{one}" for one in (number_of(first), number_of(third), "gone")]
    answers.shelf = lambda ask: WidgetResponse(
        {"title": "", "items": [{"id": "1", "title": "Pot", "url": url, "price": "€4.50"} for url in addresses]}
    )
    page.goto(f"{shop.front}/en/products/{number_of(second)}")
    prices = page.locator("shopconnect-shelf .price")
    expect(prices).to_have_text(["€7.25", "€6.50", ""])
    page.context.add_cookies([{"name": "company_location", "value": "1", "url": shop.front}])
    page.goto(f"{shop.front}/en/products/{number_of(second)}")
    expect(prices).to_have_text(["€6.10", "", ""])


def test_what_is_bought_on_the_storefront_is_an_order_that_webhooks_tell(opened: Admin, page: Any):
    shop = opened.shop
    page.goto(f"{shop.front}/en/")
    page.get_by_role("link", name="A pot 3").click()
    page.get_by_role("button", name="Buy").click()
    page.get_by_text("your order is placed").wait_for()
    assert shop.webhooks.wait()
    assert [order["lineItems"][0]["product"]["title"] for order in shop.store.all("Order")] == ["Pot 3"]
    assert [webhook.statuses for webhook in shop.webhooks.sent if webhook.topic == "orders/create"] == [[200]]


def test_who_uninstalls_ends_every_token_and_comes_back_by_installing(opened: Admin, page: Any):
    shop = opened.shop
    shop.theme.change(frozenset({"embed", "product"}), shows_chat=True)
    shop_id, access = opened.find_shop(), shop.grants._pairs[-1].access
    page.get_by_role("button", name="Uninstall").click()
    page.get_by_role("heading", name="ShopConnect is not installed on this shop.").wait_for()
    assert not shop.grants.is_valid(access)
    assert shop.webhooks.wait()
    assert [webhook.statuses for webhook in shop.webhooks.sent if webhook.topic == "app/uninstalled"] == [[200]]
    assert until(lambda: is_gone(shop_id))
    assert shop.api.pixel is None
    shelf = page.locator("shopconnect-shelf")
    page.goto(f"{shop.front}/products/1001")
    expect(shelf).to_have_count(0)
    page.goto(f"{shop.double.url}/store/{shop.name}")
    page.get_by_role("button", name="Install", exact=True).click()
    shows(page, "Lumen")
    assert opened.find_shop() == shop_id
    assert shop.grants.is_valid(shop.grants._pairs[-1].access)
    page.goto(f"{shop.front}/products/1001")
    expect(shelf).to_have_count(1)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_storefront_and_the_editor_fit_and_are_accessible(
    opened: Admin, page: Any, answers: Any, language: str, scheme: str
):
    shop, found = opened.shop, {}
    shop.theme.change(frozenset({"embed", "product", "index", "footer"}), shows_chat=True)
    product = shop.store.all("Product")[0]["id"].rpartition("/")[2]
    root = f"{shop.front}/{'' if language == 'fr' else 'en/'}"
    page.emulate_media(color_scheme=scheme)
    for address in (root, f"{root}products/{product}", f"{theme_links(shop.domain)['embed']}&locale={language}"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        found |= {address: problems} if (problems := problems_at(page, *WIDTHS[language])) else {}
    assert found == {}
