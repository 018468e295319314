"""What we may change in a shop on Shopify: prices once, and the web pixel; by what the merchant allows."""

from decimal import Decimal

import pytest

from shopconnect.connectors.base import Ability, PriceChange
from shopconnect.connectors.shopify import connection as rooms
from shopconnect.core import http
from tests.connectors.shopify.shops import ScriptedShop

CHANGE = PriceChange(
    product="632910392",
    variant="808950810",
    price=Decimal("189.00"),
    compare_at_price=None,
    expected=Decimal("199.00"),
    currency="EUR",
)


@pytest.fixture(autouse=True)
def _loopback():
    http.configure(allow_loopback=True)


def priced(price="199.00", compare_at=None, product="632910392", currency="EUR"):
    variant = {"price": price, "compareAtPrice": compare_at, "product": {"id": f"gid://shopify/Product/{product}"}}
    return {"shop": {"currencyCode": currency}, "productVariant": variant}


def test_a_price_is_set_where_it_is_the_expected_one(connect):
    done = {"productVariants": [{"id": "x"}], "userErrors": []}
    shop = ScriptedShop(FindPrice=priced(), SetPrice={"productVariantsBulkUpdate": done})
    receipt = connect(shop).push_price(CHANGE, "key")
    assert (receipt.is_done, receipt.refusal) == (True, "")
    assert shop.asked[1] == (
        "SetPrice",
        {
            "product": "gid://shopify/Product/632910392",
            "variants": [{"id": "gid://shopify/ProductVariant/808950810", "price": "189.00", "compareAtPrice": None}],
        },
    )


@pytest.mark.parametrize(
    ("found", "refusal"),
    [
        (priced("201.00"), rooms.OTHER_PRICE),
        (priced(currency="USD"), rooms.OTHER_CURRENCY),
        (priced(product="7"), rooms.PRODUCT_GONE),
        ({"shop": {"currencyCode": "EUR"}, "productVariant": None}, rooms.PRODUCT_GONE),
    ],
)
def test_a_price_that_is_another_by_now_is_left_as_it_is(found, refusal, connect):
    shop = ScriptedShop(FindPrice=found)
    receipt = connect(shop).push_price(CHANGE, "key")
    assert (receipt.is_done, receipt.refusal, shop.names()) == (False, refusal, ["FindPrice"])


def test_a_price_pushed_twice_is_set_once(connect):
    shop = ScriptedShop(FindPrice=priced("189.0"))
    assert connect(shop).push_price(CHANGE, "key").is_done
    assert shop.names() == ["FindPrice"]


def test_a_price_that_shopify_refuses_is_refused_in_its_words(connect):
    errors = [{"code": "NEGATIVE_PRICE_VALUE", "message": "Price must be greater than or equal to 0"}]
    shop = ScriptedShop(
        FindPrice=priced(), SetPrice={"productVariantsBulkUpdate": {"productVariants": None, "userErrors": errors}}
    )
    receipt = connect(shop).push_price(CHANGE, "key")
    assert (receipt.is_done, receipt.refusal) == (False, "Price must be greater than or equal to 0")


@pytest.mark.parametrize(
    ("scopes", "can"),
    [
        ((), set()),
        (("read_products",), set()),
        (("write_products",), {Ability.PUSH_PRICE}),
        (("write_pixels",), {Ability.PIXEL}),
        (("read_online_store_pages",), set()),
        (("read_online_store_pages", "read_legal_policies"), {Ability.PAGES}),
    ],
)
def test_what_a_connection_can_do_follows_from_what_the_merchant_allows(scopes, can, connect):
    assert connect(ScriptedShop(), scopes=scopes).can == can | {Ability.BULK, Ability.CUSTOMERS_BY_CHANGE}


def test_a_pixel_is_made_once_and_then_given_its_new_settings(connect):
    pixel = {"webPixel": {"id": "gid://shopify/WebPixel/1"}, "userErrors": []}
    taken = {"webPixel": None, "userErrors": [{"code": "TAKEN", "message": "There is one."}]}
    shop = ScriptedShop(CreatePixel={"webPixelCreate": pixel})
    assert connect(shop).set_pixel({"key": "a"}).reference == "gid://shopify/WebPixel/1"
    shop = ScriptedShop(
        CreatePixel={"webPixelCreate": taken},
        FindPixel={"webPixel": {"id": "gid://shopify/WebPixel/1"}},
        UpdatePixel={"webPixelUpdate": pixel},
    )
    assert connect(shop).set_pixel({"key": "b"}).is_done
    assert shop.asked[-1] == ("UpdatePixel", {"id": "gid://shopify/WebPixel/1", "settings": {"key": "b"}})
