"""Tokens: what is asked word for word, what is read of an answer, and the state that guards an install."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import responses
from hypothesis import given, settings
from hypothesis import strategies as st

from shopconnect.connectors.base import Tokens
from shopconnect.connectors.shopify import oauth
from shopconnect.connectors.shopify.signatures import is_signed_webhook
from shopconnect.connectors.shopify.types import App
from shopconnect.connectors.types import ConnectorError
from tests.connectors.shopify.signing import APP, OLD_SECRET, SECRET, SHOP

MOMENT = datetime(2026, 11, 1, 12, tzinfo=UTC)
URL = f"https://{SHOP}/admin/oauth/access_token"
WHOLE = {
    "access_token": "shpat_1",
    "scope": "read_products, read_orders",
    "expires_in": 3600,
    "refresh_token": "shprt_1",
    "refresh_token_expires_in": 7776000,
}
HAD = Tokens(access="shpat_0", refresh="shprt_0", refresh_expires_at=MOMENT + timedelta(days=9))
US = {"client_id": APP.client_id, "client_secret": SECRET}


@pytest.fixture
def endpoint() -> Any:
    """Shopify's address for tokens, with nobody behind it yet."""
    with responses.RequestsMock() as mock:
        yield mock


def test_a_session_token_is_exchanged_word_for_word(endpoint: Any) -> None:
    endpoint.post(URL, json=WHOLE)
    tokens = oauth.exchange_session_token(APP, SHOP, "token", MOMENT)
    assert tokens == Tokens(
        access="shpat_1",
        scopes=("read_products", "read_orders"),
        expires_at=MOMENT + timedelta(hours=1),
        refresh="shprt_1",
        refresh_expires_at=MOMENT + timedelta(days=90),
    )
    asked = endpoint.calls[0].request
    assert (asked.headers["Content-Type"], asked.headers["Accept"]) == ("application/json", "application/json")
    assert json.loads(asked.body) == US | {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": "token",
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
        "expiring": "1",
    }


@pytest.mark.parametrize(
    ("person", "is_owner"),
    [
        ({"account_owner": True}, True),
        ({"account_owner": False}, False),
        ({"account_owner": "true"}, False),
        (None, False),
    ],
)
def test_an_online_token_says_who_owns_the_account(endpoint: Any, person: Any, is_owner: bool) -> None:
    endpoint.post(URL, json={"access_token": "shpat_1", "expires_in": 86399, "associated_user": person})
    assert oauth.is_account_owner(APP, SHOP, "token") is is_owner
    assert json.loads(endpoint.calls[0].request.body) == US | {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": "token",
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        "requested_token_type": "urn:shopify:params:oauth:token-type:online-access-token",
    }


def test_a_code_is_exchanged_word_for_word(endpoint: Any) -> None:
    endpoint.post(URL, json=WHOLE)
    assert oauth.exchange_code(APP, SHOP, "code", MOMENT).access == "shpat_1"
    assert json.loads(endpoint.calls[0].request.body) == US | {"code": "code", "expiring": "1"}


def test_a_pair_is_refreshed_word_for_word(endpoint: Any) -> None:
    endpoint.post(URL, json=WHOLE)
    assert oauth.refresh(APP, SHOP, HAD, MOMENT).refresh == "shprt_1"
    assert json.loads(endpoint.calls[0].request.body) == US | {
        "grant_type": "refresh_token",
        "refresh_token": "shprt_0",
    }


def test_a_refresh_token_is_kept_when_none_comes(endpoint: Any) -> None:
    endpoint.post(URL, json={"access_token": "shpat_1", "expires_in": 3600})
    tokens = oauth.refresh(APP, SHOP, HAD, MOMENT)
    assert (tokens.access, tokens.refresh, tokens.refresh_expires_at) == ("shpat_1", "shprt_0", HAD.refresh_expires_at)


def test_without_a_refresh_token_nobody_is_asked(endpoint: Any) -> None:
    with pytest.raises(ConnectorError) as refusal:
        oauth.refresh(APP, SHOP, replace(HAD, refresh=""), MOMENT)
    assert (refusal.value.permanent, len(endpoint.calls)) == (True, 0)


@pytest.mark.parametrize("lasting", [None, "3600", True, -1, 0, 1e999, float("nan"), [], 10**30])
def test_tokens_that_do_not_say_how_long_they_last_are_over_soon(endpoint: Any, lasting: Any) -> None:
    endpoint.post(URL, body=json.dumps(WHOLE | {"expires_in": lasting}))
    assert oauth.exchange_code(APP, SHOP, "code", MOMENT).expires_at == MOMENT


@pytest.mark.parametrize(
    ("status", "said", "permanent"),
    [
        (400, {"error": "invalid_grant", "error_description": "over"}, True),
        (400, {"error": "invalid_subject_token"}, True),
        (401, {"error": "invalid_subject_token"}, True),
        (400, {"error": "invalid_request"}, True),
        (400, {"error": "invalid_client"}, False),
        (401, {"error": "invalid_client"}, False),
        (400, {}, False),
        (400, ["error"], False),
        (404, "<html>Not found</html>", False),
        (403, "", False),
        (429, {"error": "invalid_grant"}, False),
        (500, {"error": "invalid_grant"}, False),
        (503, "", False),
        (520, "<html>", False),
        (200, "<html>", False),
        (200, '{"access_tok', False),
        (200, {}, False),
        (200, {"access_token": ""}, False),
        (200, {"access_token": 7}, False),
        (200, "[" * 90_000, False),
        (200, '{"expires_in": ' + "9" * 5000 + "}", False),
        (200, b"\xff\xfe", False),
    ],
)
def test_only_shopifys_own_no_is_for_good(endpoint: Any, status: int, said: Any, permanent: bool) -> None:
    body = said if isinstance(said, str | bytes) else json.dumps(said)
    endpoint.post(URL, body=body, status=status)
    with pytest.raises(ConnectorError) as refusal:
        oauth.refresh(APP, SHOP, HAD, MOMENT)
    assert (refusal.value.status, refusal.value.permanent) == (status, permanent)
    assert not [secret for secret in (SECRET, "shprt_0") if secret in str(refusal.value)]


@pytest.mark.parametrize("error", [requests.Timeout(), requests.ConnectionError(f"{SECRET} shprt_0")])
def test_a_network_that_fails_is_not_for_good(endpoint: Any, error: Exception) -> None:
    endpoint.post(URL, body=error)
    with pytest.raises(ConnectorError) as refusal:
        oauth.refresh(APP, SHOP, HAD, MOMENT)
    assert (refusal.value.status, refusal.value.permanent) == (None, False)
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize(
    "shop", ["evil.com", f"{SHOP}.evil.com", f"evil.com/{SHOP}", f"x@{SHOP}", f"{SHOP}:1", "", f" {SHOP}"]
)
def test_our_secret_goes_to_shops_only(endpoint: Any, shop: str) -> None:
    for ask in (
        lambda: oauth.exchange_session_token(APP, shop, "token", MOMENT),
        lambda: oauth.exchange_code(APP, shop, "code", MOMENT),
        lambda: oauth.refresh(APP, shop, HAD, MOMENT),
        lambda: oauth.authorize_url(APP, shop, ["read_products"], "https://app.example/back", "state"),
    ):
        with pytest.raises(ConnectorError):
            ask()
    assert len(endpoint.calls) == 0


def test_tokens_and_secrets_are_not_shown_when_printed() -> None:
    shown = f"{APP} {HAD}"
    assert not [text for text in (SECRET, OLD_SECRET, "shpat_0", "shprt_0") if text in shown]


def test_the_page_to_agree_on() -> None:
    url = oauth.authorize_url(APP, SHOP, ["read_products", "read_orders"], "https://app.example/back?a=1&b", "a state")
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"https://{SHOP}/admin/oauth/authorize"
    assert dict(parse_qsl(parts.query, keep_blank_values=True)) == {
        "client_id": APP.client_id,
        "scope": "read_products,read_orders",
        "state": "a state",
        "grant_options[]": "",
        "redirect_uri": "https://app.example/back?a=1&b",
    }


def test_a_state_holds_for_its_browser_its_shop_and_a_minute() -> None:
    state, cookie = oauth.make_state(APP, SHOP, MOMENT)
    other, another = oauth.make_state(APP, SHOP, MOMENT)
    assert oauth.is_our_state(APP, SHOP, state, cookie, MOMENT + timedelta(seconds=60))
    assert not oauth.is_our_state(APP, SHOP, state, cookie, MOMENT + timedelta(seconds=61))
    assert not oauth.is_our_state(APP, "second-shop.myshopify.com", state, cookie, MOMENT)
    assert not oauth.is_our_state(APP, SHOP, other, cookie, MOMENT)
    assert not oauth.is_our_state(APP, SHOP, state, another, MOMENT)
    later = f"{int(cookie.partition('.')[0]) + 600}.{cookie.partition('.')[2]}"
    assert not oauth.is_our_state(APP, SHOP, state, later, MOMENT)


def test_a_state_holds_while_the_secret_changes_and_under_no_empty_one() -> None:
    state, cookie = oauth.make_state(App(client_id="client", secret=OLD_SECRET), SHOP, MOMENT)
    assert oauth.is_our_state(APP, SHOP, state, cookie, MOMENT)
    unset = App(client_id="client", secret="")
    state, cookie = oauth.make_state(unset, SHOP, MOMENT)
    assert not oauth.is_our_state(unset, SHOP, state, cookie, MOMENT)


def test_a_state_never_passes_for_a_signed_webhook() -> None:
    """Its signature, in hexadecimal or as the bytes that it stands for, fits no body that its parts could make."""
    state, cookie = oauth.make_state(APP, SHOP, MOMENT)
    ends, _, sign = cookie.partition(".")
    signatures = (state, cookie, sign, base64.b64encode(bytes.fromhex(sign)).decode())
    for body in (state, cookie, ends, SHOP, f"{SHOP} {state} {ends}", f"{state}.{ends}"):
        assert not [one for one in signatures if is_signed_webhook(APP, body.encode(), one)]


@settings(max_examples=200, deadline=None)
@given(st.text(), st.text() | st.from_regex(r"\A[0-9]{1,20}\.[0-9a-f]{0,64}\Z"))
def test_hostile_states_are_refused_without_an_error(state: str, cookie: str) -> None:
    assert not oauth.is_our_state(APP, SHOP, state, cookie, MOMENT)
