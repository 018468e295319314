"""Signatures of Shopify: published ones hold, forged ones do not, and Shopify's own libraries say the same.

Where the libraries are not asked, because they say otherwise: names that are not of small letters (JavaScript sorts by
the rules of a language, others by bytes), a name that stands twice in a query of the admin (it joins the values; we
refuse), stamps like 1e9 (it reads them; we refuse), an old secret (it knows one only), domains outside myshopify.com,
underscores in a domain and slashes after it (it takes them; no shop of ours has them).
"""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shopify_app import ShopifyApp

from shopconnect.connectors.shopify.signatures import (
    find_shop_domain,
    is_signed_proxy,
    is_signed_query,
    is_signed_webhook,
)
from shopconnect.connectors.shopify.types import App
from shopconnect.core.clock import now
from tests.connectors.shopify.signing import (
    APP,
    OLD_SECRET,
    SECRET,
    SHOP,
    digest,
    signed_proxy,
    signed_query,
    webhook_signature,
    written,
)
from tests.peers.shopify_api import ShopifyApi

HUSH, PLAIN = App(client_id="client", secret="hush"), App(client_id="client", secret="secret")
MOMENT = datetime(2026, 11, 1, 12, tzinfo=UTC)
STAMP = str(int(MOMENT.timestamp()))
COMPLEX = "bbf3aa60e098f08919a2ea4c64a388414f164e6a117a63b03479ac7aa9464b4f"
many = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

names = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8).filter(
    lambda name: name not in ("hmac", "signature", "shop", "timestamp", "code")
)
values = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
texts = st.dictionaries(names, values, max_size=5)


def at(stamp: int) -> datetime:
    """The moment of a published signature."""
    return datetime.fromtimestamp(stamp, UTC)


def test_published_queries_hold() -> None:
    shop = ("shop", "some-shop.myshopify.com")
    code = ("code", "a94a110d86d2452eb3e2af4cfb8a3828")
    sign = ("hmac", "2cb1a277650a659f1b11e92a4a64275b128e037f2c3390e3c8fd2d8721dac9e2")
    assert is_signed_query(HUSH, [shop, code, ("timestamp", "1337178173"), sign], at(1337178173))
    blanks = [
        ("code", "some code goes here"),
        ("shop", "the shop URL"),
        ("state", "some nonce passed from auth"),
        ("hmac", "10207991f5c2c65c114b70a3c3544ce1d00a236ea4ab034793de0d6407be9165"),
    ]
    secret = App(client_id="client", secret="my super secret key")
    assert is_signed_query(secret, [("timestamp", "1700000000"), *blanks], at(1700000000))


def test_the_older_way_to_write_a_query_holds_too() -> None:
    lists = [("ids[]", "2"), ("ids[]", "1"), ("shop", "some-shop.myshopify.com")]
    message = 'ids=["2", "1"]&shop=some-shop.myshopify.com'
    assert digest("hush", message).hex() == "b93b9f82996f6f8bf9f1b7bbddec284c8fabacdc4e12dc80550b4705f3003b1e"
    sign = digest("hush", f"{message}&timestamp={STAMP}").hex()
    assert is_signed_query(HUSH, [*lists, ("timestamp", STAMP), ("hmac", sign)], MOMENT)
    published = "8de3c7e965d22fa21e059868e4004f5b6fbdcef293d1622ff9408edd6325bc6b"
    assert digest("secret", "a=1%26b=2&c%3D3%26d=4").hex() == published
    sign = digest("hush", f"a=1%26b=2&c%3D3%26d=4&timestamp={STAMP}").hex()
    assert is_signed_query(HUSH, [("a", "1&b=2"), ("c=3&d", "4"), ("timestamp", STAMP), ("hmac", sign)], MOMENT)


@pytest.mark.parametrize(
    ("app", "stamp", "others"),
    [
        (
            HUSH,
            1317327555,
            [
                ("extra", "1"),
                ("extra", "2"),
                ("shop", "shop-name.myshopify.com"),
                ("logged_in_customer_id", "1"),
                ("path_prefix", "/apps/awesome_reviews"),
                ("signature", "4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb"),
            ],
        ),
        (
            HUSH,
            1317327555,
            [
                ("extra", "1"),
                ("extra", "2"),
                ("shop", "shop-name.myshopify.com"),
                ("path_prefix", "/apps/awesome_reviews"),
                ("signature", "a9718877bea71c2484f91608a7eaea1532bdf71f5c56825065fa4ccabe549ef3"),
            ],
        ),
        (
            PLAIN,
            1466106083,
            [
                ("shop", "some-random-store.myshopify.com"),
                ("path_prefix", "/apps/my-app"),
                ("signature", "f5cd7233558b1c50102a6f33c0b63ad1e1072a2fc126cb58d4500f75223cefcd"),
            ],
        ),
        (
            PLAIN,
            1466106083,
            [
                ("shop", "some-random-store.myshopify.com"),
                ("path_prefix", "/apps/my-app"),
                ("foo", "bar"),
                ("baz[1]", ""),
                ("baz[2]", "b"),
                ("baz[c[0]]", "whatup"),
                ("baz[c[1]]", "notmuch"),
                ("signature", COMPLEX),
            ],
        ),
    ],
)
def test_published_proxy_calls_hold(app: App, stamp: int, others: list[tuple[str, str]]) -> None:
    pairs = [("timestamp", str(stamp)), *others]
    assert is_signed_proxy(app, pairs, at(stamp))
    assert not is_signed_proxy(app, [*pairs, ("evil", "1")], at(stamp))


def test_both_orders_of_names_hold_at_the_proxy() -> None:
    """One name begins another: sorted by name, foo comes first; sorted by the whole text, foo1 does."""
    pairs = [("foo", "a"), ("foo1", "b"), ("shop", SHOP), ("timestamp", STAMP)]
    tail = f"shop={SHOP}timestamp={STAMP}"
    for message in (f"foo=afoo1=b{tail}", f"foo1=bfoo=a{tail}"):
        assert is_signed_proxy(APP, [*pairs, ("signature", digest(SECRET, message).hex())], MOMENT)


@pytest.mark.parametrize("sign", [signed_query, signed_proxy])
@pytest.mark.parametrize(
    ("stamp", "holds"),
    [
        (STAMP, True),
        (str(int(STAMP) - 90), True),
        (str(int(STAMP) + 90), True),
        (str(int(STAMP) - 91), False),
        (str(int(STAMP) + 91), False),
        ("", False),
        ("1e9", False),
        (f" {STAMP}", False),
        (f"{STAMP}.0", False),
        ("٣" * 10, False),
        ("9" * 5000, False),
    ],
)
def test_a_call_is_as_young_as_90_seconds(sign: type, stamp: str, holds: bool) -> None:
    check = is_signed_query if sign is signed_query else is_signed_proxy
    assert check(APP, sign([("shop", SHOP), ("timestamp", stamp)]), MOMENT) is holds


@pytest.mark.parametrize("name", ["shop", "timestamp", "signature", "hmac"])
def test_what_counts_is_named_once_at_the_proxy(name: str, in_javascript: ShopifyApi) -> None:
    stamp = str(int(now().timestamp()))
    good = signed_proxy([("shop", SHOP), ("timestamp", stamp), ("a", "1"), ("a", "2")])
    assert is_signed_proxy(APP, good, now())
    twice = {"shop": SHOP, "timestamp": stamp, "hmac": "0"}
    if name == "signature":
        pairs = [*good, good[-1]]
    else:
        pairs = signed_proxy([*good[:-1], (name, twice[name]), *([("hmac", "0")] if name == "hmac" else [])])
    assert not is_signed_proxy(APP, pairs, now())
    assert not in_javascript.is_signed_proxy(written(pairs))


def test_a_signed_query_of_the_admin_is_no_proxy_call_however_it_is_cut() -> None:
    """What a merchant adds to an address is signed with it; Shopify is not known to sign it as it stands, but might."""
    seen = {"aaa": f"1shop=victim.myshopify.comtimestamp={STAMP}zz=", "host": "x", "shop": SHOP, "timestamp": STAMP}
    message = "&".join(f"{name}={seen[name]}" for name in sorted(seen))
    cut = [("aaa", "1"), ("shop", "victim.myshopify.com"), ("timestamp", STAMP), ("zz", message.partition("zz=")[2])]
    assert "".join(f"{name}={value}" for name, value in cut) == message
    assert not is_signed_proxy(APP, [*cut, ("signature", digest(SECRET, message).hex())], MOMENT)


@pytest.mark.parametrize("twice", ["shop", "timestamp", "code", "host"])
def test_a_query_of_the_admin_names_nothing_twice(twice: str) -> None:
    pairs = [("shop", SHOP), ("timestamp", STAMP), ("code", "c"), ("host", "h")]
    assert is_signed_query(APP, signed_query(pairs), MOMENT)
    assert not is_signed_query(APP, signed_query([*pairs, (twice, dict(pairs)[twice])]), MOMENT)


def test_a_name_cannot_hide_behind_the_list_of_it() -> None:
    sign = digest(SECRET, f'shop=["{SHOP}"]&timestamp={STAMP}').hex()
    pairs = [("shop[]", SHOP), ("timestamp", STAMP), ("hmac", sign)]
    assert is_signed_query(APP, pairs, MOMENT)
    assert not is_signed_query(APP, [("shop", "other.myshopify.com"), *pairs], MOMENT)


@pytest.mark.parametrize("secret", ["", OLD_SECRET, "stranger"])
def test_only_our_secrets_sign_and_an_empty_one_never(secret: str) -> None:
    body, is_ours = b'{"id": 1}', secret == OLD_SECRET
    pairs = [("shop", SHOP), ("timestamp", STAMP)]
    for app in (APP, App(client_id="client", secret="")):
        expected = is_ours and app is APP
        assert is_signed_webhook(app, body, webhook_signature(body, secret)) is expected
        assert is_signed_query(app, signed_query(pairs, secret), MOMENT) is expected
        assert is_signed_proxy(app, signed_proxy(pairs, secret), MOMENT) is expected


@pytest.mark.parametrize(
    ("app", "body", "signature"),
    [
        (PLAIN, b"foo=anything", "yCGX/RrK4fcuNtr3ztk5tQGsOBjcAzHpGLdMUrbV8yI="),
        (
            App(client_id="c", secret="new", old_secret="old_secret"),
            b"foo=anything",
            "XqRcjrSv57VACn6apEO9znyu/wkN1VC7QxdSPwK3Hzs=",
        ),
        (
            HUSH,
            '{"id": 820982911946154508, "title": "Café ☕", "price": "12.00"}'.encode(),
            "6K2NDD8Hv7/GnjU8YicfdZfVyQILDFTUxiCu44U6+20=",
        ),
    ],
)
def test_published_webhooks_hold_byte_for_byte(app: App, body: bytes, signature: str) -> None:
    assert is_signed_webhook(app, body, signature)
    assert not is_signed_webhook(app, body + b" ", signature)
    for forged in ("", signature.lower(), signature[:-1], signature + "=", "é", "\ud800", "x" * 100_000):
        assert not is_signed_webhook(app, body, forged)


def test_an_empty_body_is_no_webhook() -> None:
    assert not is_signed_webhook(APP, b"", webhook_signature(b""))


@many
@given(texts, st.sampled_from([SECRET, "stranger"]), st.sampled_from([0, -80, 80, -100, 100]))
def test_queries_hold_as_they_do_for_shopify(
    in_javascript: ShopifyApi, extra: dict[str, str], secret: str, seconds: int
) -> None:
    moment = now()
    stamp = str(int(moment.timestamp()) + seconds)
    pairs = signed_query([*extra.items(), ("code", "c"), ("shop", SHOP), ("timestamp", stamp)], secret)
    holds = is_signed_query(APP, pairs, moment)
    assert holds is (secret == SECRET and abs(seconds) < 90)
    assert in_javascript.is_signed_query(written(pairs)) is holds


@many
@given(texts, st.lists(values, max_size=3), st.sampled_from([SECRET, "stranger"]), st.sampled_from([0, -80, 80, -100]))
def test_proxy_calls_hold_as_they_do_for_shopify(
    in_javascript: ShopifyApi,
    in_python: ShopifyApp,
    extra: dict[str, str],
    several: list[str],
    secret: str,
    seconds: int,
) -> None:
    moment = now()
    stamp = str(int(moment.timestamp()) + seconds)
    pairs = [*extra.items(), *(("zz-many", value) for value in several), ("shop", SHOP), ("timestamp", stamp)]
    pairs = signed_proxy(pairs, secret)
    holds = is_signed_proxy(APP, pairs, moment)
    assert holds is (secret == SECRET and abs(seconds) < 90)
    assert in_javascript.is_signed_proxy(written(pairs)) is holds
    request = {"method": "GET", "headers": {}, "url": f"https://app.example/proxy?{written(pairs)}", "body": ""}
    assert in_python.verify_app_proxy_req(request).ok is holds


@many
@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80), st.sampled_from([SECRET, "stranger"])
)
def test_webhooks_hold_as_they_do_for_shopify(
    in_javascript: ShopifyApi, in_python: ShopifyApp, body: str, secret: str
) -> None:
    signature = webhook_signature(body.encode(), secret)
    holds = is_signed_webhook(APP, body.encode(), signature)
    assert holds is (secret == SECRET)
    headers = {
        "X-Shopify-Hmac-Sha256": signature,
        "X-Shopify-Topic": "a/b",
        "X-Shopify-Shop-Domain": SHOP,
        "X-Shopify-API-Version": "2026-10",
        "X-Shopify-Webhook-Id": "w",
    }
    assert in_javascript.read_webhook(headers, body)["valid"] is holds
    assert in_python.verify_webhook_req({"method": "POST", "headers": headers, "url": "", "body": body}).ok is holds


@many
@given(st.lists(st.tuples(values, st.text(max_size=20))), st.text(max_size=70), st.binary(max_size=50))
def test_hostile_calls_are_refused_without_an_error(pairs: list[tuple[str, str]], text: str, body: bytes) -> None:
    stamped = [*pairs, ("timestamp", STAMP), ("hmac", text), ("signature", text)]
    assert not is_signed_query(APP, stamped, MOMENT)
    assert not is_signed_proxy(APP, stamped, MOMENT)
    assert not is_signed_webhook(APP, body, text)


@pytest.mark.parametrize("text", [SHOP, " First-Shop.MyShopify.com ", f"{SHOP}\n", "1.myshopify.com"])
def test_a_shop_has_a_domain_in_small_letters(text: str) -> None:
    assert find_shop_domain(text) == text.strip().lower()


@pytest.mark.parametrize(
    "text",
    [
        "attacker.example",
        "myshopify.com.evil.com",
        "test-shop.notmyshopify.com",
        "attacker.com/.myshopify.com",
        "shop.myshopify.com@evil.com",
        "myshopify.com",
        ".myshopify.com",
        "",
        "-invalid.myshopify.com",
        "a b.myshopify.com",
        "a.b.myshopify.com",
        f"{SHOP}/",
        f"{SHOP}///",
        f"{SHOP}\nevil.com",
        f"https://{SHOP}",
        f"{SHOP}:443",
        f"{SHOP}.",
        "not-admin.shopify.com/store/x",
        "\u212aite.myshopify.com",
        "évil.myshopify.com",
        f"{'a' * 64}.myshopify.com",
    ],
)
def test_nobody_else_passes_for_a_shop(text: str) -> None:
    assert find_shop_domain(text) == ""


@many
@given(
    st.text("ab1-.", min_size=1, max_size=12), st.sampled_from([".myshopify.com", ".myshopify.com.evil.com", ".com"])
)
def test_shops_are_those_of_shopify(in_javascript: ShopifyApi, name: str, end: str) -> None:
    assert find_shop_domain(name + end) == in_javascript.find_shop(name + end)
