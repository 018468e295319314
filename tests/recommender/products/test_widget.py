import pytest

from recommender.products import services
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from tests.recommender.products.shops import fill_shop


@pytest.fixture
def address(shop):
    fill_shop(shop)
    services.train_shop(shop)
    return f"/w/{keys_of_shop(shop, KeyKind.WIDGET)[0]}/shelf"


def test_a_shelf_is_cards_with_a_reason_each(client, address):
    reply = client.get(address, {"product": "p12", "lang": "fr", "limit": "3"})
    assert reply.status_code == 200
    found = reply.json()
    assert found["title"] == "À découvrir aussi"
    assert len(found["items"]) == 3
    assert set(found["items"][0]) == {"id", "title", "url", "image", "price", "reason", "reasons", "keys"}
    assert found["items"][0]["reason"]
    assert found["model"]
    assert "max-age=60" in reply["Cache-Control"]


def test_a_shelf_takes_several_products_and_bad_counts(client, address):
    assert len(client.get(address, {"product": "p12,p13", "k": "x"}).json()["items"]) == 4
    assert len(client.get(address, {"k": "999"}).json()["items"]) == 24
    assert client.get(address, {"lang": "en"}).json()["title"] == "Selling well these days"
