import pytest

from recommender.products import services
from shopconnect.core import redis
from shopconnect.core.clock import now
from shopconnect.core.tenancy import shop_scope
from shopconnect.orders.histories import fill_histories, history_key
from shopconnect.orders.selectors import list_bought
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.widgets.signing import sign_customer
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


@pytest.fixture
def asked(client, shop, address):
    """What a signed-in customer's device is answered, once a worker has done what it was asked for."""
    key = keys_of_shop(shop, KeyKind.WIDGET)[0]
    redis.client().unlink(*(history_key(shop, who) for who in ("c1", "c2")))

    def ask(shelf, who="c1", **more):
        said = {"shelf": shelf, "lang": "en", "k": "24", "consent": "granted", "page": "/",
                "customer": sign_customer(key, who, int(now().timestamp()) + 60), **more}  # fmt: skip
        client.get(address, said)
        fill_histories(shop)
        return client.get(address, said)

    return ask


def names(reply):
    return [item["id"] for item in reply.json()["items"]]


def test_what_a_customer_bought_is_their_shelf_to_buy_again_and_is_nobody_elses(asked, shop):
    own, others = asked("again"), asked("again", "c2")
    with shop_scope(shop):
        bought = {len({product for product, _day in list_bought(who, 200)}) for who in ("c1", "c2")}
    assert own["Cache-Control"] == others["Cache-Control"] == "no-store"
    assert {len(names(own)), len(names(others))} == bought
    assert set(names(own)) != set(names(others))
    assert all("You bought it before" in item["reasons"] for item in own.json()["items"])


def test_for_you_goes_by_what_was_bought_and_does_not_repeat_it(asked):
    shown = asked("for-you")
    assert names(shown)
    assert not set(names(shown)) & set(names(asked("again")))


@pytest.mark.parametrize("more", [{"consent": "denied"}, {"consent": ""}, {"customer": "c1"}])
def test_without_a_yes_or_a_signature_nothing_is_known(asked, more):
    assert names(asked("again")) != []
    assert names(asked("again", **more)) == names(asked("for-you", **more)) == []
