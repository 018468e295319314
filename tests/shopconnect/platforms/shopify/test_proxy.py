"""Shopify's app proxy: only what its signature says is believed."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from shopconnect.core.tenancy.context import ShopId
from shopconnect.platforms.shopify.pixel import pixel_settings
from shopconnect.shops.models import ShopKey
from shopconnect.shops.types import KeyKind
from shopconnect.widgets.loader import built_files
from shopconnect.widgets.registry import shopper_endpoint
from shopconnect.widgets.signing import sign_customer
from shopconnect.widgets.views import STABLE
from tests.shopconnect.widgets.conftest import Stub

DOMAIN = "first.myshopify.com"


@pytest.fixture(autouse=True)
def _at_shopify(shop: ShopId, settings: Any) -> None:
    settings.SHOPIFY_CLIENT_ID, settings.SHOPIFY_CLIENT_SECRET = "our-client-id", "hush"
    settings.SHOPIFY_OLD_CLIENT_SECRET = "hushed"
    ShopKey.objects.create(shop_id=shop, kind=KeyKind.PLATFORM, value=f"shopify:{DOMAIN}")


def signed(secret: str = "hush", age: int = 0, **query: Any) -> dict[str, Any]:
    """What the app proxy adds to a query, and its signature over all."""
    query = {
        "shop": DOMAIN,
        "logged_in_customer_id": "",
        "path_prefix": "/apps/shopconnect",
        "timestamp": str(int(timezone.now().timestamp()) - age),
        **query,
    }
    values = {name: value if isinstance(value, list) else [value] for name, value in query.items()}
    message = "".join(f"{name}={','.join(values[name])}" for name in sorted(values))
    return query | {"signature": hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()}


def ask(query: dict[str, Any], **headers: str) -> Any:
    return Client(headers=headers).get("/proxy/shopify/stub", query)


def post(said: dict[str, Any], **query: Any) -> Any:
    address = f"/proxy/shopify/stub?{urlencode(signed(**query), doseq=True)}"
    return Client().post(address, said, content_type="application/json")


@pytest.mark.parametrize("secret", ["hush", "hushed"])
def test_a_signed_call_reaches_its_shops_endpoint(shop: ShopId, stub: Stub, secret: str):
    answer = ask(signed(secret, lang="en", product="7"))
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    (asked,) = stub.asks
    assert (asked.shop_id, asked.language, asked.customer) == (shop, "en", "")
    assert asked.query == {"lang": "en", "product": "7"}
    assert not answer.cookies


def test_a_post_brings_its_body(shop: ShopId, stub: Stub):
    stub.does = lambda asked: {"said": asked.text("text")}
    query = "&".join(f"{name}={value}" for name, value in signed().items())
    answer = Client().post(f"/proxy/shopify/stub?{query}", {"text": "hello"}, content_type="application/json")
    assert answer.json() == {"said": "hello"}


def test_another_sites_page_posts_nothing_in_the_name_of_who_is_signed_in(shop: ShopId, stub: Stub):
    query = "&".join(f"{name}={value}" for name, value in signed(logged_in_customer_id="42").items())
    for site, status in (("cross-site", 403), ("same-origin", 200)):
        client = Client(headers={"Sec-Fetch-Site": site})
        assert client.post(f"/proxy/shopify/stub?{query}", {}, content_type="application/json").status_code == status
    assert len(stub.asks) == 1


@pytest.mark.parametrize(
    "made",
    [
        lambda: {},
        lambda: signed("other"),
        lambda: signed("") | {"signature": ""},
        lambda: signed(age=100),
        lambda: signed(age=-100),
        lambda: signed() | {"logged_in_customer_id": "42"},
        lambda: signed() | {"shop": "second.myshopify.com"},
        lambda: signed() | {"more": "1"},
        lambda: signed(shop=[DOMAIN, "second.myshopify.com"]),
        lambda: {name: value for name, value in signed().items() if name != "timestamp"},
    ],
)
def test_what_shopify_did_not_sign_as_it_stands_is_refused(made: Callable[[], dict[str, Any]], stub: Stub):
    answer = ask(made())
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signature")
    assert stub.asks == []


@pytest.mark.parametrize(
    ("said", "customer"),
    [({"consent": "granted"}, "42"), ({"choice": "denied"}, "42"), ({"consent": "denied"}, ""), ({}, "")],
)
def test_who_is_signed_in_counts_for_nothing_but_where_they_agreed_or_choose(stub: Stub, said: Any, customer: str):
    assert post(said, logged_in_customer_id="42").status_code == 200
    assert ask(signed(logged_in_customer_id="42")).status_code == 200
    assert [asked.customer for asked in stub.asks] == [customer, ""]


def test_an_endpoint_of_the_account_is_told_who_is_signed_in_without_a_yes(stub: Stub, serve: Any):
    serve("stub", shopper_endpoint(methods=("POST",), serves_account=True)(stub))
    assert post({}, logged_in_customer_id="42").status_code == 200
    assert [asked.customer for asked in stub.asks] == ["42"]
    assert stub.asks[0].recalled is None


@pytest.mark.parametrize("value", [["7", "42"], "not-a-number", "../1", ""])
def test_a_customer_that_shopify_did_not_name_alone_is_nobody(stub: Stub, value: Any):
    assert post({"consent": "granted"}, logged_in_customer_id=value).status_code == 200
    assert stub.asks[0].customer == ""


def test_a_customer_named_by_the_page_is_nobody(shop: ShopId, key: str, stub: Stub, shopper: Client):
    shopper.get(f"/w/{key}/stub", {"logged_in_customer_id": "42", "customer": "42"})
    assert stub.asks[0].customer == ""


def test_the_page_of_another_site_is_answered_as_nobody(stub: Stub):
    query = signed(logged_in_customer_id="42", consent="granted", choice="granted")
    ask(query, **{"Sec-Fetch-Site": "cross-site"})
    assert [asked.customer for asked in stub.asks] == [""]


def test_through_shopify_nobody_but_shopify_says_who_is_signed_in(shop: ShopId, key: str, stub: Stub):
    said = {"customer": sign_customer(key, "42", int(timezone.now().timestamp()) + 60), "consent": "granted"}
    for customer in ("", "7"):
        post(said, logged_in_customer_id=customer)
    assert [asked.customer for asked in stub.asks] == ["", "7"]


def test_what_a_page_says_of_its_shopper_comes_in_a_body_through_shopify_too(form: Stub):
    said = urlencode({"visitor": "visitor-1", "views": "tea,mug", "consent": "granted"})
    query = urlencode(signed(logged_in_customer_id="42"))
    answer = Client().post(f"/proxy/shopify/form?{query}", said, "application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert (form.asks[0].customer, form.asks[0].text("views")) == ("42", "tea,mug")
    refused = Client().get("/proxy/shopify/form", signed(visitor="visitor-1"))
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "private")
    assert len(form.asks) == 1


def test_without_an_app_at_shopify_nothing_is_signed(stub: Stub, settings: Any):
    query = signed()
    settings.SHOPIFY_CLIENT_ID = settings.SHOPIFY_CLIENT_SECRET = ""
    assert ask(query).status_code == 401


def test_a_shop_that_never_came_is_not_known(stub: Stub):
    assert ask(signed(shop="stranger.myshopify.com")).status_code == 404
    assert Client().get("/proxy/shopify/nothing", signed()).status_code == 404


def test_each_shopper_behind_shopify_has_a_limit_of_their_own(stub: Stub):
    first, second = {"x-forwarded-for": "203.0.113.1, 127.0.0.1"}, {"x-forwarded-for": "203.0.113.2, 127.0.0.1"}
    assert [ask(signed(), **first).status_code for _ in range(6)] == [200] * 5 + [429]
    assert ask(signed(), **second).status_code == 200


def test_addresses_that_a_shopper_writes_down_make_them_nobody_else(stub: Stub):
    written = [f"203.0.113.{number}, 127.0.0.1, 203.0.113.9, 127.0.0.1" for number in range(6)]
    with time_machine.travel(timezone.now(), tick=False):  # all in one window, however slow the machine
        found = [ask(signed(), **{"x-forwarded-for": hops}).status_code for hops in written]
    assert found == [200] * 5 + [429]


def test_no_call_asks_the_database(stub: Stub, django_assert_num_queries: Any):
    ask(signed())
    with django_assert_num_queries(0):
        assert ask(signed()).status_code == 200


def test_the_loader_of_a_proxied_page_goes_on_through_the_proxy(key: str):
    script = Client().get("/proxy/shopify/loader.js", signed(path_prefix="/a/pick-up")).text
    assert '"base":"/a/pick-up/"' in script
    assert '"chat":"/a/pick-up/assets/panel-' in script
    assert key not in script
    panel = script.partition('"chat":"/a/pick-up/')[2].partition('"')[0]
    assert Client().get(f"/proxy/shopify/{panel}", signed()).status_code == 200
    assert Client().get(f"/proxy/shopify/{panel}").status_code == 401


def test_the_loader_of_shopifys_cdn_is_told_of_the_shop_and_which_build_the_server_is_of(key: str):
    answer = Client().get("/proxy/shopify/settings.json", signed(path_prefix="/a/pick-up"))
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/json", STABLE)
    said = answer.json()
    assert (said["base"], said["proxied"], said["name"]) == ("/a/pick-up/", True, "First")
    assert [said["loader"], said["chat"]] == [file.name for file in built_files()]
    assert key not in answer.text
    assert not answer.cookies
    assert Client().get("/proxy/shopify/settings.json").status_code == 401


@pytest.mark.parametrize("prefix", ["//evil.example/x", "/apps/shopconnect/more", "", ["/a/b", "/c/d"]])
def test_a_strange_prefix_leaves_the_usual_one(prefix: Any):
    assert '"base":"/apps/shopconnect/"' in Client().get("/proxy/shopify/loader.js", signed(path_prefix=prefix)).text


def test_a_pixel_is_told_where_its_shop_listens(shop: ShopId, key: str, settings: Any):
    settings.SITE_URL = "https://connect.example"
    assert pixel_settings(shop) == {"endpoint": f"https://connect.example/w/{key}/events"}
