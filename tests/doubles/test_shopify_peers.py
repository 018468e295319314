"""What the double signs is taken by Shopify's own libraries, and nothing else is."""

import json
import urllib.request
from collections.abc import Iterator
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shopify_app import ShopifyApp

from tests.doubles.shopify.double import CLIENT_ID, SECRET, Double, DoubleShop
from tests.doubles.shopify.tokens import signed_proxy, signed_query
from tests.peers.shopify_api import ShopifyApi

many = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
names = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8).filter(
    lambda name: name not in ("hmac", "signature", "shop", "timestamp")
)
values = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
OTHER = "another secret"


@pytest.fixture(scope="module")
def in_javascript() -> Iterator[ShopifyApi]:
    library = ShopifyApi(CLIENT_ID, SECRET)
    yield library
    library.close()


@pytest.fixture(scope="module")
def in_python() -> ShopifyApp:
    return ShopifyApp(CLIENT_ID, SECRET)


@pytest.fixture(scope="module")
def shop() -> Iterator[DoubleShop]:
    with Double() as double:
        yield double.add_shop()


def moment_of(shop: DoubleShop) -> str:
    return str(int(shop.double.clock.now().timestamp()))


@many
@given(body=st.dictionaries(values, values, min_size=1, max_size=4), is_ours=st.booleans())
def test_webhooks_are_taken(shop, in_javascript, in_python, body, is_ours):
    text = json.dumps(body, ensure_ascii=False)
    webhook = shop.webhooks.make("products/update", text.encode(), secret=SECRET if is_ours else OTHER)
    assert in_javascript.read_webhook(webhook.headers, text)["valid"] is is_ours
    asked = {"method": "POST", "url": "https://app.example/hooks/shopify", "headers": webhook.headers, "body": text}
    assert in_python.verify_webhook_req(asked).ok is is_ours


@many
@given(more=st.dictionaries(names, values, max_size=5), secret=st.sampled_from([SECRET, OTHER]))
def test_queries_of_the_admin_are_taken(shop, in_javascript, more, secret):
    pairs = signed_query(secret, {**more, "shop": shop.domain, "timestamp": moment_of(shop)})
    assert in_javascript.is_signed_query(urlencode(pairs)) is (secret == SECRET)


@many
@given(more=st.lists(st.tuples(names, values), max_size=5), secret=st.sampled_from([SECRET, OTHER]))
def test_queries_of_the_proxy_are_taken(shop, in_javascript, in_python, more, secret):
    pairs = signed_proxy(
        secret,
        [
            *more,
            ("shop", shop.domain),
            ("logged_in_customer_id", "7"),
            ("path_prefix", "/apps/shopconnect"),
            ("timestamp", moment_of(shop)),
        ],
    )
    query = urlencode(pairs)
    assert in_javascript.is_signed_proxy(query) is (secret == SECRET)
    asked = {"method": "GET", "url": f"https://app.example/proxy/shopify/x?{query}", "headers": {}, "body": ""}
    assert in_python.verify_app_proxy_req(asked).ok is (secret == SECRET)


def test_session_tokens_are_taken_until_they_end(shop, in_javascript):
    claims = in_javascript.read_session(shop.session_token())
    assert claims is not None
    assert (claims["dest"], claims["iss"]) == (f"https://{shop.domain}", f"https://{shop.domain}/admin")
    ended = int(moment_of(shop)) - 60
    assert in_javascript.read_session(shop.session_token(exp=ended)) is None
    assert in_javascript.read_session(shop.session_token(aud="another app")) is None


def test_the_frame_opens_the_app_as_the_admin_does(shop, in_javascript, in_python):
    with urllib.request.urlopen(f"{shop.double.url}/{shop.domain}/admin/apps/app") as answer:
        page = answer.read().decode()
    source = page.partition("src='")[2].partition("'")[0].replace("&amp;", "&")
    pairs = dict(parse_qsl(urlsplit(source).query))
    assert (pairs["embedded"], pairs["shop"]) == ("1", shop.domain)
    token = pairs.pop("id_token")
    assert in_javascript.is_signed_query(urlencode(pairs, quote_via=quote))
    assert in_javascript.find_host(pairs["host"]) == pairs["host"]
    assert in_javascript.read_session(token)
    asked = {"method": "GET", "url": source, "headers": {}, "body": ""}
    found = in_python.verify_app_home_req(asked, "/shopify/patch")
    assert (found.ok, found.shop, found.id_token.token) == (True, shop.domain.partition(".")[0], token)
