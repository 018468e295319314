"""Pages of the shop front, without a browser."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.test import Client

from shopconnect.catalog.services import store_products
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.demo.storefront.services import windows
from shopconnect.shops import selectors
from shopconnect.shops.models import ShopKey
from tests.browser.conftest import THINGS, draft

HOME = "/storefront/first/en/"


@pytest.fixture(autouse=True)
def stocked(shop: ShopId) -> None:
    """The first shop, with eight products and one picture."""
    with shop_scope(shop):
        store_products([draft(number) for number in range(len(THINGS))])
    default_storage.save(f"shop/{shop}/images/images/p0.svg", ContentFile(b"<svg xmlns='http://www.w3.org/2000/svg'/>"))


def test_the_front_opens_in_the_language_of_the_browser(client: Client):
    assert client.get("/storefront/first/", headers={"accept-language": "en-GB"}).url == HOME
    assert client.get("/storefront/first/", headers={"accept-language": "de"}).url == "/storefront/first/fr/"
    assert client.get("/storefront/first/products/p0/").url == "/storefront/first/fr/products/p0/"


def test_each_page_says_that_nothing_can_be_ordered(client: Client):
    for path in ("", "categories/vaisselle/", "products/p0/", "cart/", "?q=bowl"):
        page = client.get(HOME + path)
        assert page.status_code == 200
        assert "This shop is a demo. You can’t place an order." in page.text
        assert not page.cookies


def test_a_product_is_shown_in_both_languages(client: Client):
    english, french = (client.get(f"/storefront/first/{code}/products/p0/").text for code in ("en", "fr"))
    assert "<h1>Sage green stoneware bowl</h1>" in english
    assert "€14.50" in english
    assert 'href="/storefront/first/fr/products/p0/" lang="fr"' in english
    assert "<h1>Bol en grès sauge</h1>" in french
    assert "14,50\u00a0€" in french
    assert "Ajouter au panier" in french


def test_what_is_sold_out_cannot_be_put_into_the_cart(client: Client):
    page = client.get(f"{HOME}products/p5/").text
    assert "Out of stock" in page
    assert "Add to cart" not in page


def test_who_follows_the_address_of_signing_in_comes_to_the_first_page(client: Client):
    answer = client.get(f"{HOME}account/")
    assert (answer.status_code, answer["Location"]) == (302, HOME)
    assert not answer.cookies


def test_search_finds_titles_of_the_language(client: Client):
    assert "1 product for “honey”" in client.get(f"{HOME}?q=honey").text
    assert "0 products for “miel”" in client.get(f"{HOME}?q=miel").text
    assert "0 products for “!?”" in client.get(f"{HOME}?q=!?").text
    french = client.get("/storefront/first/fr/?q=NUIT gres").text
    assert "Mug en grès bleu nuit" in french
    assert "Bol en grès sauge" not in french
    assert "&lt;script&gt;" in client.get(f"{HOME}?q=<script>").text


def test_the_cart_counts_and_is_forgotten_when_empty(client: Client):
    client.post(f"{HOME}cart/", {"product": "p0", "quantity": "2"})
    client.post(f"{HOME}cart/", {"product": "p1", "quantity": "1"})
    page = client.get(f"{HOME}cart/").text
    assert "<b>3</b>" in page
    assert "€41.00" in page
    for product in ("p0", "p1"):
        client.post(f"{HOME}cart/", {"product": product, "quantity": "0", "set": "1"})
    assert client.cookies["cart_first"].value == ""
    assert "Your cart is empty." in client.get(f"{HOME}cart/").text


@pytest.mark.parametrize(
    "cookie", ["nonsense", "[1]", "%7B%22p0%22%3A%22x%22%7D", "%7B%22p0%22%3A-4%7D", "%7B%22gone%22%3A1%7D"]
)
def test_a_cart_of_nonsense_is_empty(client: Client, cookie: str):
    client.cookies["cart_first"] = cookie
    assert "Your cart is empty." in client.get(f"{HOME}cart/").text


def test_the_cart_takes_only_what_is_sold(client: Client):
    client.post(f"{HOME}cart/", {"product": "gone", "quantity": "1"})
    client.post(f"{HOME}cart/", {"product": "p0", "quantity": "9" * 30})
    for nonsense in ({}, {"product": "\0"}, {"quantity": "9"}, {"product": "p" * 100_000, "quantity": "\0"}):
        assert client.post(f"{HOME}cart/", nonsense).status_code == 302
    assert "<b>1</b>" in client.get(f"{HOME}cart/").text


def test_pictures_come_shut_and_only_those_of_products(client: Client):
    picture = client.get("/storefront/first/pictures/images/p0.svg")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
    assert picture["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    for name in ("images/p1.svg", "images/other.svg", "../../../../etc/passwd.svg", "images/p0.html"):
        assert client.get(f"/storefront/first/pictures/{name}").status_code in (400, 404)


def test_another_shop_is_not_seen(client: Client, other_shop: ShopId):
    assert "Sage green" not in client.get("/storefront/second/en/").text
    assert client.get("/storefront/second/en/products/p0/").status_code == 404
    assert client.get("/storefront/first/de/").status_code == 404


@pytest.mark.parametrize(
    "path", ["en/products/none/", "en/categories/none/", "en/nowhere/at/all/", "xx/", "en/cart/x/"]
)
def test_what_the_shop_does_not_have_is_said_on_a_page_of_the_shop(client: Client, path: str):
    page = client.get(f"/storefront/first/{path}", headers={"accept-language": "en"})
    assert page.status_code == 404
    assert "<h1>There’s nothing at this address.</h1>" in page.text
    assert 'class="search"' in page.text
    assert f'<a href="{HOME}">See the products</a>' in page.text
    assert "ShopConnect" not in page.text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "Il n’y a pas de boutique à cette adresse."),
        ("removed/", "Il n’y a pas de boutique à cette adresse."),
        ("removed/products/p0/", "Il n’y a pas de boutique à cette adresse."),
        ("removed/en/", "There’s no shop at this address."),
        ("removed/en/cart/", "There’s no shop at this address."),
        ("removed/en/nowhere/", "There’s no shop at this address."),
    ],
)
def test_a_shop_that_is_gone_is_said_on_a_page_of_a_shop(client: Client, path: str, said: str):
    page = client.get(f"/storefront/{path}", headers={"accept-language": "fr"})
    assert page.status_code == 404
    assert f"<h1>{said}</h1>" in page.text
    assert "storefront/storefront.css" in page.text
    assert "ShopConnect" not in page.text


def test_a_shop_that_is_being_erased_is_gone_already(client: Client, shop: ShopId):
    assert client.get(HOME).status_code == 200
    ShopKey.objects.filter(shop_id=shop).delete()
    windows.expire("first")
    assert "There’s no shop at this address." in client.get(HOME).text


def test_it_is_said_in_the_language_of_the_address(client: Client):
    assert "<h1>Il n’y a rien à cette adresse.</h1>" in client.get("/storefront/first/fr/products/none/").text
    assert client.get("/storefront/first/fr").url == "/storefront/first/fr/"


def test_outside_the_demo_there_is_no_front(client: Client, settings):
    settings.DEMO = False
    for path in ("/storefront/first/", HOME, f"{HOME}cart/", "/storefront/first/pictures/images/p0.svg"):
        assert client.get(path).status_code == 404


def test_the_front_stays_open_while_the_database_is_away(client: Client, monkeypatch):
    def away(*_: object) -> None:
        raise OperationalError("away")

    client.get(HOME)
    monkeypatch.setattr(selectors, "find_shop", away)
    windows.expire("first")
    assert client.get(f"{HOME}products/p0/").status_code == 200
