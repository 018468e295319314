import pytest

from shopconnect.core.cache import redis
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.histories import fill_histories, history_key
from shopconnect.orders.selectors import list_bought
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.widgets.signing import sign_customer
from shopconnect.widgets.visitors import sign_visitor
from tests.recommender.products.shops import fill_shop, post_shelf, train


@pytest.fixture
def address(shop):
    fill_shop(shop)
    train(shop)
    return f"/w/{keys_of_shop(shop, KeyKind.WIDGET)[0]}/shelf"


def test_a_shelf_is_cards_with_a_reason_each(client, address):
    reply = client.get(address, {"product": "p12", "lang": "fr", "limit": "3"})
    assert reply.status_code == 200
    found = reply.json()
    assert found["title"] == "Vous aimerez aussi"
    assert len(found["items"]) == 3
    assert set(found["items"][0]) == {"id", "title", "url", "image", "price", "reason", "reasons", "keys"}
    assert found["items"][0]["reason"]
    assert found["model"]
    assert reply["Cache-Control"] == "public, max-age=60"


def test_a_shelf_takes_bad_counts(client, address):
    assert len(client.get(address, {"product": "p12", "k": "x"}).json()["items"]) == 4
    assert len(client.get(address, {"k": "999"}).json()["items"]) == 24
    assert client.get(address, {"lang": "en"}).json()["title"] == "Best sellers right now"


def test_what_a_visit_brings_is_posted_and_its_shelf_is_nobody_elses(client, shop, address):
    beside = client.get(address, {"product": "p12", "k": "24"})
    viewed = {"views": "p1,p2", "cart": "p3", "disliked": beside.json()["items"][0]["id"]}
    viewed["visitor"] = sign_visitor(shop, "1" * 32)
    own = post_shelf(client, address, {"product": "p12", "k": "24", **viewed})
    assert own["Cache-Control"] == "no-store"
    assert names(own)
    assert names(own) != names(beside)
    assert viewed["disliked"] not in names(own)
    assert own.json()["arm"] in ("A", "H")


@pytest.mark.parametrize("name", ["visitor", "customer", "consent", "views", "cart", "disliked"])
def test_nothing_of_a_person_stands_in_an_address(client, address, name):
    told = {"fr": "adresses restent dans les journaux", "en": "addresses are kept in logs"}
    for language, why in told.items():
        refused = client.get(address, {"product": "p12", "lang": language, name: "p1"})
        error = refused.json()["error"]
        assert (refused.status_code, error["code"], refused["Cache-Control"]) == (400, "private", "no-store")
        assert why in error["message"]
        assert error["message"].endswith(f"{name}.")


@pytest.fixture
def asked(client, shop, address):
    """What a signed-in customer's device is answered, once a worker has done what it was asked for."""
    key = keys_of_shop(shop, KeyKind.WIDGET)[0]
    redis.client().unlink(*(history_key(shop, who) for who in ("c1", "c2")))

    def ask(shelf, who="c1", **more):
        said = {
            "shelf": shelf,
            "lang": "en",
            "k": "24",
            "consent": "granted",
            "page": "/",
            "customer": sign_customer(key, who, int(now().timestamp()) + 60),
            **more,
        }
        post_shelf(client, address, said)
        fill_histories(shop)
        return post_shelf(client, address, said)

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
    assert all({"bought_before", "bought_often"} & set(item["keys"]) for item in own.json()["items"])


def test_for_you_repeats_what_was_bought_only_where_buy_again_does_not_stand_beside_it(asked):
    again = set(names(asked("again")))
    assert names(asked("for-you"))[0] in again  # whoever orders on in this shop orders what they had
    beside = names(asked("for-you", beside="again"))
    assert beside
    assert not set(beside) & again


@pytest.mark.parametrize("more", [{"consent": "denied"}, {"consent": ""}, {"customer": "c1"}])
def test_without_a_yes_or_a_signature_nothing_is_known(asked, more):
    assert names(asked("again")) != []
    assert names(asked("again", **more)) == names(asked("for-you", **more)) == []
