"""Who is signed in is believed where the shop's own server signed it, for a while; what is kept of them needs a yes."""

import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from redis.exceptions import ConnectionError as RedisAway

from shopconnect.core.cache.redis import client, shop_key
from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.widgets import limits
from shopconnect.widgets.registry import shopper_endpoint
from shopconnect.widgets.signing import customer_secret, sign_customer, signed_customer, signed_order
from shopconnect.widgets.types import Rate
from tests.shopconnect.widgets.conftest import ORIGIN, Stub

KEY, OTHER_KEY = "pk_first", "pk_second"


def soon(seconds: int = 3600) -> int:
    return int(time.time()) + seconds


def token(customer: str = "42", until: int | None = None, key: str = KEY) -> str:
    return sign_customer(key, customer, soon() if until is None else until)


@pytest.mark.parametrize("customer", ["42", "a.b.c", "zoé", "x" * 255])
def test_what_the_shop_signed_is_believed(customer: str):
    assert signed_customer(KEY, token(customer)) == customer


def test_a_signature_is_what_the_docs_say():
    said = f"42.{soon()}"
    digest = hmac.new(customer_secret(KEY).encode(), said.encode(), hashlib.sha256).hexdigest()
    assert signed_customer(KEY, f"{said}.{digest}") == "42"
    digest = hmac.new(customer_secret(KEY).encode(), b"order:1001", hashlib.sha256).hexdigest()
    assert (signed_order(KEY, f"1001.{digest}"), signed_order(OTHER_KEY, f"1001.{digest}")) == ("1001", "")
    assert signed_order(KEY, token("1001", soon())) == ""


@pytest.mark.parametrize(
    "forged",
    [
        lambda: "",
        lambda: "42",
        lambda: f"42.{soon()}.",
        lambda: f"42.{soon()}." + "0" * 64,
        lambda: token().replace("42.", "43.", 1),
        lambda: token().replace("42.", "4.2.", 1),
        lambda: token(until=soon(60)).replace(str(soon(60)), str(soon(3600))),
        lambda: token(key=OTHER_KEY),
        lambda: token(until=soon(-1)),
        lambda: token(until=soon(2 * 86_400)),
        lambda: token().upper(),
        lambda: token() + "0",
        lambda: " " + token(),
        lambda: "0" + token(),
        lambda: token(""),
        lambda: token("x" * 256),
    ],
)
def test_nobody_is_taken_for_another(forged: Callable[[], str]):
    assert signed_customer(KEY, forged()) == ""


def test_each_key_has_a_secret_of_its_own():
    assert customer_secret(KEY) != customer_secret(OTHER_KEY)
    assert len(customer_secret(KEY)) == 64


@pytest.fixture
def remembering(serve: Any) -> Stub:
    """An endpoint named `known` that goes by what is kept of a customer under their own name."""
    stub = Stub()
    endpoint = shopper_endpoint(
        methods=("POST",), rate=Rate(50), recalls=lambda shop_id, who: shop_key(shop_id, "kept", who)
    )
    serve("known", endpoint(stub))
    return stub


def known(key: str, customer: str = "42", **more: Any) -> Any:
    said = {"customer": sign_customer(key, customer, soon()), "consent": "granted", **more.pop("body", {})}
    device = Client(headers={"origin": ORIGIN, **more})
    return device.post(f"/w/{key}/known", said, content_type="application/json")


def test_what_is_kept_of_a_customer_comes_along_once_they_agreed(shop: ShopId, key: str, remembering: Stub):
    client().set(shop_key(shop, "kept", "42"), b"tea", ex=60)
    assert known(key).status_code == known(key, "43").status_code == 200
    assert [(ask.customer, ask.recalled) for ask in remembering.asks] == [("42", b"tea"), ("43", b"")]


@pytest.mark.parametrize(
    "more",
    [
        {"body": {"consent": "denied"}},
        {"body": {"consent": ""}},
        {"body": {"customer": "42"}},
        {"body": {"customer": "42.9999999999." + "0" * 64}},
        {"Sec-GPC": "1"},
        {"User-Agent": "Googlebot/2.1"},
    ],
)
def test_nothing_that_is_kept_comes_along_otherwise(shop: ShopId, key: str, remembering: Stub, more: dict[str, Any]):
    client().set(shop_key(shop, "kept", "42"), b"tea", ex=60)
    assert known(key, **more).status_code == 200
    assert remembering.asks[0].recalled is None


def test_another_shops_signature_says_nothing(key: str, other_shop: ShopId, remembering: Stub):
    known(key, body={"customer": token(key=keys_of_shop(other_shop, KeyKind.WIDGET)[0])})
    assert (remembering.asks[0].customer, remembering.asks[0].recalled) == ("", None)


def test_it_is_read_with_the_limits_and_not_while_redis_is_away(
    shop: ShopId, key: str, remembering: Stub, monkeypatch: pytest.MonkeyPatch
):
    asked: list[int] = []

    def once() -> Any:
        asked.append(1)
        return client()

    def away() -> Any:
        raise RedisAway

    monkeypatch.setattr(limits, "quick_client", once)
    known(key)
    monkeypatch.setattr(limits, "quick_client", away)
    known(key)
    assert (len(asked), [ask.recalled for ask in remembering.asks]) == (1, [b"", None])
