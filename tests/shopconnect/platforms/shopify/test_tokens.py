"""Tokens of a Shopify shop over the network: renewed once for all who need them, never lost, never for ever."""

import json
from datetime import timedelta

import pytest
import requests
import responses
from django.core.cache import cache

from shopconnect.connectors import registry
from shopconnect.connectors.shopify.platform import Shopify
from shopconnect.connectors.types import AppRefused, ConnectorError
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.platforms.shopify.app import find_app
from shopconnect.shops import installs
from shopconnect.shops.models import Install
from shopconnect.shops.refusals import list_refusals
from shopconnect.shops.stored_tokens import read_tokens
from shopconnect.shops.types import NotConnected
from tests.shopconnect.platforms.shopify.admin import give_tokens
from tests.shopconnect.shops.conftest import make_person, signed_in
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, tokens
from tests.shopconnect.shops.test_installs import end_tokens
from tests.waiting import at_once

pytestmark = pytest.mark.usefixtures("nobody_is_woken")

ADDRESS = f"https://{SHOP}/admin/oauth/access_token"


@pytest.fixture(autouse=True)
def shopify(offer):
    offer()
    registry.register(Shopify(find_app()))


def ended():
    shop_id = installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    end_tokens(shop_id)
    return shop_id


def asked():
    return [json.loads(call.request.body) for call in responses.calls]


def stored(shop_id):
    with shop_scope(shop_id):
        return read_tokens(Install.objects.get().tokens)


@responses.activate
def test_many_workers_at_once_ask_shopify_once(transactional_db):
    give_tokens()
    shop_id = ended()
    given = at_once(lambda _: installs.connection_of(shop_id), 8)
    assert not [one for one in given if isinstance(one, Exception)]
    assert asked() == [
        {
            "client_id": "our-client-id",
            "client_secret": "hush" * 10,
            "grant_type": "refresh_token",
            "refresh_token": "refresh-0",
        }
    ]
    assert (stored(shop_id).access, stored(shop_id).refresh) == ("shpat_1", "shprt_1")


@responses.activate
@pytest.mark.parametrize(
    "lost",
    [
        {"body": requests.ConnectionError()},
        {"body": requests.Timeout()},
        {"status": 502, "body": "<html>Bad gateway"},
        {"status": 200, "body": '{"access_tok'},
        {"status": 429, "json": {"error": "throttled"}},
    ],
    ids=["cut off", "late", "502", "half", "429"],
)
def test_an_answer_that_is_lost_costs_nothing(db, lost):
    responses.add(responses.POST, ADDRESS, **lost)
    shop_id = ended()
    before = stored(shop_id)
    with pytest.raises(ConnectorError) as refused:
        installs.connection_of(shop_id)
    assert not refused.value.permanent
    assert stored(shop_id) == before
    responses.reset()
    give_tokens()
    installs.connection_of(shop_id)
    assert asked()[-1]["refresh_token"] == "refresh-0"
    assert stored(shop_id).access == "shpat_1"


@responses.activate
def test_an_answer_that_does_not_say_how_long_it_holds_is_asked_for_again(db):
    give_tokens(access_token="shpat_2", scope="read_products", refresh_token="shprt_2")
    shop_id = ended()
    installs.connection_of(shop_id)
    assert stored(shop_id).expires_at <= now() + timedelta(seconds=1)
    installs.connection_of(shop_id)
    assert [body["refresh_token"] for body in asked()] == ["refresh-0", "shprt_2"]


@responses.activate
def test_a_grant_that_is_over_parks_the_shop_and_asks_no_more(db):
    give_tokens(status=400, error="invalid_grant")
    shop_id = ended()
    for _ in range(3):
        with pytest.raises(NotConnected):
            installs.connection_of(shop_id)
    assert len(asked()) == 1
    with shop_scope(shop_id):
        assert Install.objects.get().needs_sign_in_at is not None


@responses.activate
def test_a_wrong_secret_is_told_to_operators_signs_nobody_out_and_is_not_tried_without_end(db):
    give_tokens(status=400, error="invalid_client", error_description="The client is unknown.")
    shop_id = ended()
    before = stored(shop_id)
    for _ in range(3):
        with pytest.raises(AppRefused) as refused:
            installs.connection_of(shop_id)
        assert (refused.value.permanent, refused.value.retry_after) == (False, 600)
    assert len(asked()) == 1
    assert stored(shop_id) == before
    with shop_scope(shop_id):
        assert Install.objects.get().needs_sign_in_at is None
    operator = make_person("operator@example.com", is_staff=True)
    assert f"{SHOP}</span>" in signed_in(operator).get("/operation/").content.decode()
    responses.reset()
    give_tokens()
    cache.delete(f"app_refused:{NAME}:{SHOP}")  # ten minutes later
    installs.connection_of(shop_id)
    assert stored(shop_id).access == "shpat_1"
    assert list_refusals() == []


@responses.activate
def test_a_wrong_secret_stops_nobody_whose_token_still_holds(db):
    give_tokens(status=401, error="invalid_client")
    shop_id = installs.install_shop(NAME, SHOP, tokens(ends=now() + timedelta(minutes=2)), DRAFT)
    for _ in range(2):
        assert installs.connection_of(shop_id)
    assert len(asked()) == 1


@responses.activate
def test_a_shop_that_left_costs_no_call(db):
    shop_id = ended()
    installs.uninstall_shop(shop_id, None)
    with pytest.raises(NotConnected):
        installs.connection_of(shop_id)
    assert asked() == []
