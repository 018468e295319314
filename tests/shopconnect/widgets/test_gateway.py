"""The gateway of every shopper-facing endpoint."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import TimeoutError as RedisTimeout

from recommender.products.types import SUGGESTIONS
from shopconnect.billing.usage import usage_field, usage_key
from shopconnect.core.cache.redis import client, shop_key
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.web.client_ip import client_ip, client_network
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.widgets import limits
from shopconnect.widgets.types import Rate, WidgetResponse
from tests.shopconnect.widgets.conftest import ORIGIN, Stub


def post(shopper: Client, key: str, body: object, **headers: str):
    return shopper.post(f"/w/{key}/stub", body, content_type="application/json", headers=headers)


def test_an_endpoint_learns_shop_language_and_words(shopper: Client, key: str, shop: ShopId, stub: Stub):
    answer = post(shopper, key, {"lang": "en", "text": "  hello  "})
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    (ask,) = stub.asks
    assert (ask.shop_id, ask.method, ask.language, ask.text("text")) == (shop, "POST", "en", "hello")
    assert ask.text("text", 2) == "he"
    assert ask.text("nothing") == ""
    assert len(ask.caller) == 64


def test_an_answer_names_exactly_the_page_that_asked(shopper: Client, key: str, stub: Stub):
    answer = shopper.get(f"/w/{key}/stub")
    assert answer["Access-Control-Allow-Origin"] == ORIGIN
    assert "Origin" in answer["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_a_reply_may_be_kept_for_a_while(shopper: Client, key: str, stub: Stub):
    stub.does = lambda ask: WidgetResponse({}, keep_seconds=60)
    assert shopper.get(f"/w/{key}/stub")["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    "origin",
    ["https://elsewhere.example", "null", "https://localhost.elsewhere.example", "file://localhost", "http://["],
)
def test_a_page_of_another_site_is_refused(origin: str, key: str, stub: Stub):
    answer = Client(headers={"origin": origin}).get(f"/w/{key}/stub", {"lang": "en"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "origin")
    assert "Access-Control-Allow-Origin" not in answer
    assert stub.asks == []


def test_our_own_origin_is_enough_in_the_demo_only(key: str, stub: Stub, settings):
    settings.ALLOWED_HOSTS = ["*"]
    own = Client(headers={"origin": "http://shop.test", "host": "shop.test"})
    assert own.get(f"/w/{key}/stub").status_code == 200
    settings.DEMO = False
    assert own.get(f"/w/{key}/stub").status_code == 403


def test_without_an_origin_only_a_same_site_get_passes(key: str, stub: Stub):
    client = Client()
    assert client.get(f"/w/{key}/stub").status_code == 200
    assert client.get(f"/w/{key}/stub", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post(f"/w/{key}/stub", {}, content_type="application/json").status_code == 403
    assert len(stub.asks) == 1


def test_a_preflight_is_answered_without_calling_the_endpoint(shopper: Client, key: str, stub: Stub):
    answer = shopper.options(f"/w/{key}/stub", headers={"access-control-request-method": "POST"})
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Methods"] == "GET, POST"
    assert answer["Access-Control-Allow-Headers"] == "content-type"
    assert answer["Access-Control-Allow-Origin"] == ORIGIN
    assert stub.asks == []


def test_a_made_up_key_asks_no_database(shopper: Client, key: str, django_assert_num_queries: Any):
    with django_assert_num_queries(0):
        assert shopper.get("/w/pk_unknown123/stub").status_code == 404
        assert shopper.get(f"/w/{key[:-1]}{'0' if key[-1] != '0' else '1'}/stub").status_code == 404


def test_unknown_keys_names_and_methods_are_refused(shopper: Client, key: str, stub: Stub):
    assert shopper.get("/w/pk_unknown123/stub").json()["error"]["code"] == "unknown_key"
    assert shopper.get(f"/w/{key}/nothing").status_code == 404
    assert shopper.delete(f"/w/{key}/stub").status_code == 405
    assert stub.asks == []


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ("no json", "application/json", 400, "not_json"),
        ("[1]", "application/json", 400, "not_json"),
        ("{}", "text/plain", 415, "not_json"),
        ("[" * 8000, "application/json", 400, "not_json"),
        ('{"text": "' + "x" * 17_000 + '"}', "application/json", 413, "too_large"),
    ],
)
def test_what_is_no_small_json_object_is_refused(shopper: Client, key: str, stub: Stub, body, kind, status, code):
    answer = shopper.post(f"/w/{key}/stub", body, content_type=kind)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer["Access-Control-Allow-Origin"] == ORIGIN
    assert stub.asks == []


FORM = "application/x-www-form-urlencoded"


def test_a_form_brings_its_fields_and_a_get_its_address(shopper: Client, key: str, form: Stub):
    shopper.post(f"/w/{key}/form?more=1", "lang=en&views=tea,caf%C3%A9&views=mug%2C1", FORM + ";charset=UTF-8")
    shopper.get(f"/w/{key}/form", {"lang": "fr", "product": "tea"})
    posted, got = form.asks
    assert (posted.language, posted.body, posted.query) == ("en", {"lang": "en", "views": "mug,1"}, {})
    assert (got.language, got.body, got.query) == ("fr", {}, {"lang": "fr", "product": "tea"})


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ('{"views": "tea"}', "application/json", 415, "not_form"),
        ("views=tea", "text/plain", 415, "not_form"),
        (b"views=\xff", FORM, 400, "not_form"),
        ("a=1&" * 51, FORM, 400, "not_form"),
        ("views=" + "x" * 17_000, FORM, 413, "too_large"),
    ],
)
def test_what_is_no_small_form_is_refused(shopper: Client, key: str, form: Stub, body, kind, status, code):
    answer = shopper.post(f"/w/{key}/form", body, content_type=kind)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert form.asks == []


def test_what_says_something_of_a_person_is_refused_in_an_address(shopper: Client, key: str, form: Stub):
    address = f"/w/{key}/form?lang=fr&visitor=v1&views=tea&product=mug"
    for answer in (shopper.get(address), shopper.post(address, "views=tea", FORM)):
        assert (answer.status_code, answer["Cache-Control"]) == (400, "no-store")
        error = answer.json()["error"]
        assert error["code"] == "private"
        assert error["message"].startswith("Envoyez ces éléments dans le corps d’une requête POST")
        assert error["message"].endswith("\u00a0: views, visitor.")
    assert form.asks == []


def test_a_length_that_lies_allocates_nothing(shopper: Client, key: str, stub: Stub):
    answer = shopper.post(
        f"/w/{key}/stub", "{}", content_type="application/json", headers={"content-length": str(10**12)}
    )
    assert answer.status_code == 413
    assert stub.asks == []


def test_the_sixth_call_of_a_minute_waits(shopper: Client, key: str, stub: Stub):
    assert [shopper.get(f"/w/{key}/stub").status_code for _ in range(6)] == [200] * 5 + [429]
    refused = shopper.get(f"/w/{key}/stub", {"lang": "fr"})
    assert refused.json()["error"] == {
        "code": "too_many",
        "message": "Trop de requêtes à la fois. Réessayez dans un instant.",
    }
    assert 1 <= int(refused["Retry-After"]) <= 61
    assert shopper.get(f"/w/{key}/stub", REMOTE_ADDR="198.51.100.7").status_code == 200
    assert len(stub.asks) == 6


def test_shops_are_counted_apart(shopper: Client, key: str, other_shop: ShopId, stub: Stub):
    for _ in range(6):
        shopper.get(f"/w/{key}/stub")
    other_key = keys_of_shop(other_shop, KeyKind.WIDGET)[0]
    assert shopper.get(f"/w/{other_key}/stub").status_code == 200
    assert stub.asks[-1].shop_id == other_shop


def test_what_counts_calls_goes_by_itself_and_calls_of_a_shop_are_no_other_shops(shop: ShopId, other_shop: ShopId):
    counted = [limits.count_call(one, "shelf", "somebody", Rate(2)) for one in (shop, shop, shop, other_shop)]
    assert [one.today for one in counted] == [1, 2, 0, 1]
    assert [one.wait > 0 for one in counted] == [False, False, True, False]
    redis = client()
    lives = {key.split(b":")[2]: redis.ttl(key) for key in redis.scan_iter(match=shop_key(shop, "*"))}
    assert 0 < lives[b"rate"] <= 61
    assert 61 < lives[b"today"] <= limits.DAY_SECONDS


def test_what_one_process_counted_holds_in_another(shop: ShopId):
    calls = [limits.count_call(shop, "shelf", "somebody", Rate(2)) for _ in range(2)]
    limits.forget()  # as a process that has seen nobody yet
    calls += [limits.count_call(shop, "shelf", "somebody", Rate(2))]
    assert [one.wait > 0 for one in calls] == [False, False, True]


def test_redis_is_told_of_calls_once_a_second_and_of_each_once(
    shop: ShopId, settings: Any, monkeypatch: pytest.MonkeyPatch
):
    settings.NOTED_SECONDS = 3600.0
    asked: list[int] = []

    def once() -> Any:
        asked.append(1)
        return client()

    monkeypatch.setattr(limits, "quick_client", once)
    counted = [limits.count_call(shop, "shelf", "somebody", Rate(9)) for _ in range(4)]
    assert ([one.today for one in counted], len(asked)) == ([1, 2, 3, 4], 1)
    settings.NOTED_SECONDS = 0.0  # the second is over
    assert limits.count_call(shop, "shelf", "somebody", Rate(9)).today == 5
    (day,) = client().scan_iter(match=shop_key(shop, "today", "*"))
    assert (client().get(day), len(asked)) == (b"5", 2)


def test_what_redis_may_have_heard_is_told_no_more_and_stays_known(
    shop: ShopId, settings: Any, monkeypatch: pytest.MonkeyPatch
):
    def late() -> Any:
        pipe = client().pipeline(transaction=False)
        execute = pipe.execute

        def lost(*_: Any) -> None:
            execute()
            raise RedisTimeout

        monkeypatch.setattr(pipe, "execute", lost)
        return SimpleNamespace(pipeline=lambda **_: pipe)

    with monkeypatch.context() as slow:
        slow.setattr(limits, "quick_client", late)
        assert [limits.count_call(shop, "shelf", "somebody", Rate(9)).today for _ in range(3)] == [1, 2, 3]
    (day,) = client().scan_iter(match=shop_key(shop, "today", "*"))
    assert client().get(day) == b"1"  # and Redis was left alone since
    limits.forget()  # as after a pause, and in another process
    assert [limits.count_call(shop, "shelf", "somebody", Rate(9)).today for _ in range(2)] == [2, 3]


def test_what_was_used_is_as_fresh_as_what_redis_was_told(
    shop: ShopId, other_shop: ShopId, settings: Any, monkeypatch: pytest.MonkeyPatch
):
    client().hset(usage_key(shop), usage_field(SUGGESTIONS), 50)
    assert limits.count_call(shop, "shelf", "somebody", Rate(9), SUGGESTIONS).used == 50
    limits.count_call(other_shop, "shelf", "somebody", Rate(9), SUGGESTIONS)
    settings.NOTED_SECONDS = 3600.0
    assert limits.count_call(shop, "shelf", "somebody", Rate(9), SUGGESTIONS).used == 0  # a row may hold it by now


def test_the_rate_holds_while_redis_is_away(shopper: Client, key: str, stub: Stub, monkeypatch):
    calls: list[int] = []

    def away() -> None:
        calls.append(1)
        raise RedisAway

    monkeypatch.setattr(limits, "quick_client", away)
    assert [shopper.get(f"/w/{key}/stub").status_code for _ in range(6)] == [200] * 5 + [429]
    assert len(calls) == 1  # Redis is left alone for some seconds


def test_no_request_asks_the_database_for_the_shop(shopper: Client, key: str, stub: Stub, django_assert_num_queries):
    shopper.get(f"/w/{key}/stub")
    with django_assert_num_queries(0):
        assert shopper.get(f"/w/{key}/stub").status_code == 200


def test_a_refusal_is_a_sentence_with_its_status(shopper: Client, key: str, stub: Stub):
    def refuse(ask):
        raise Refusal("closed", "The shop is closed.", 409)

    stub.does = refuse
    answer = shopper.get(f"/w/{key}/stub")
    assert (answer.status_code, answer.json()) == (409, {"error": {"code": "closed", "message": "The shop is closed."}})


@pytest.mark.parametrize(
    ("error", "status", "code"), [(OperationalError("gone"), 503, "away"), (KeyError("secret"), 500, "failed")]
)
def test_what_breaks_is_said_calmly_and_reveals_nothing(shopper: Client, key: str, stub: Stub, error, status, code):
    def fail(ask):
        raise error

    stub.does = fail
    answer = shopper.get(f"/w/{key}/stub", {"lang": "en"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert "secret" not in answer.text
    assert "gone" not in answer.text
    assert answer["Access-Control-Allow-Origin"] == ORIGIN


def test_the_language_is_the_pages_then_the_shops(shopper: Client, key: str, stub: Stub):
    shopper.get(f"/w/{key}/stub", {"lang": "en-GB"})
    shopper.get(f"/w/{key}/stub", {"lang": "de"})
    assert [ask.language for ask in stub.asks] == ["en", "fr"]


def test_behind_a_proxy_the_address_is_the_one_our_proxy_saw(rf, settings):
    request = rf.get("/", headers={"x-forwarded-for": "6.6.6.6, 203.0.113.9"}, REMOTE_ADDR="10.0.0.1")
    assert client_ip(request) == "10.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert client_ip(request) == "203.0.113.9"


def test_what_is_no_text_reaches_no_view(shopper: Client, key: str, stub: Stub):
    assert post(shopper, key, '{"text": "\\ud800a\\u0000b"}').status_code == 200
    assert stub.asks[0].text("text") == "ab"


def test_half_a_character_in_a_customers_name_signs_nobody_in(shopper: Client, key: str, stub: Stub):
    sent = '{"customer": "\\ud800.1999999999.%s"}' % ("0" * 64)
    assert post(shopper, key, sent).status_code == 200
    assert stub.asks[0].customer == ""


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_limits_count_a_whole_half_of_ipv6_as_one(address: str, counted: str):
    assert client_network(address) == counted


def test_another_address_of_the_same_household_has_the_same_limit(shopper: Client, key: str, stub: Stub):
    for number in range(5):
        assert shopper.get(f"/w/{key}/stub", REMOTE_ADDR=f"2001:db8:1:2::{number}").status_code == 200
    assert shopper.get(f"/w/{key}/stub", REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 429
    assert shopper.get(f"/w/{key}/stub", REMOTE_ADDR="2001:db8:1:3::1").status_code == 200
