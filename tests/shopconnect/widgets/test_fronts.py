"""Shops as the gateway knows them."""

from shopconnect.core.tenancy.context import ShopId
from shopconnect.widgets.services import load_front
from shopconnect.widgets.types import ShopFront


def test_a_front_is_read_from_doorway_and_profile(key: str, shop: ShopId):
    front = load_front(key)
    assert front == ShopFront(
        shop_id=shop, public_key=key, name="First", languages=("fr", "en"), hosts=frozenset({"localhost", "127.0.0.1"})
    )
    assert load_front("pk_unknown") is None


def test_the_default_language_is_the_shops_first_that_we_speak():
    front = ShopFront(shop_id=ShopId(1), public_key="pk_a", name="A", languages=("de", "fr"), hosts=frozenset())
    assert front.default_language == "fr"
