"""Session tokens: who may speak, and that Shopify's own libraries say the same where they look at all.

They do not compare `iss` and `dest`, and take a token without `nbf`, or whose `dest` is no shop: we refuse all three.
"""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shopify_app import ShopifyApp

from shopconnect.connectors.shopify.session_tokens import read_session
from shopconnect.connectors.shopify.types import App, Session
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.clock import now
from tests.connectors.shopify.signing import APP, OLD_SECRET, SECRET, SHOP, claims, digest, session_token
from tests.peers.shopify_api import ShopifyApi

MOMENT = datetime(2026, 11, 1, 12, tzinfo=UTC)
START = int(MOMENT.timestamp())
many = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


def is_taken(token: str, app: App = APP, moment: datetime = MOMENT) -> bool:
    """Whether a token holds; a refusal is always a 401 for good that shows nothing of the token."""
    try:
        read_session(app, token, moment)
    except ConnectorError as error:
        refusal = error
    else:
        return True
    assert (refusal.status, refusal.permanent) == (401, True)
    assert len(token) < 9 or token not in str(refusal)
    return False


def test_a_token_says_who_speaks() -> None:
    ends = datetime.fromtimestamp(START + 60, UTC)
    expected = Session(shop=SHOP, user="42", session_id="s-1", expires_at=ends)
    assert read_session(APP, session_token(claims(START)), MOMENT) == expected


@pytest.mark.parametrize(
    ("changed", "holds"),
    [
        ({"exp": START - 9}, True),
        ({"exp": START - 10}, False),
        ({"exp": START - 11}, False),
        ({"exp": None}, False),
        ({"exp": "soon"}, False),
        ({"exp": True}, False),
        ({"exp": float("inf")}, False),
        ({"exp": 10**30}, False),
        ({"exp": -1}, False),
        ({"nbf": START + 9}, True),
        ({"nbf": START + 11}, False),
        ({"nbf": None}, False),
        ({"nbf": "now"}, False),
        ({"aud": "another"}, False),
        ({"aud": None}, False),
        ({"aud": [APP.client_id]}, False),
        ({"aud": ""}, False),
        ({"sub": None}, True),
        ({"sid": None}, True),
        ({"iss": "https://second-shop.myshopify.com/admin"}, False),
        ({"iss": None}, False),
        ({"iss": f"https://{SHOP}.evil.com/admin"}, False),
        ({"iss": f"http://{SHOP}/admin"}, False),
        ({"dest": "https://second-shop.myshopify.com"}, False),
        ({"dest": None}, False),
        ({"dest": SHOP}, False),
        ({"dest": "https://evil.com", "iss": "https://evil.com/admin"}, False),
        ({"dest": f"https://{SHOP}@evil.com", "iss": f"https://{SHOP}@evil.com/admin"}, False),
        ({"dest": f"https://x@{SHOP}", "iss": f"https://x@{SHOP}/admin"}, False),
        ({"dest": f"https://{SHOP}:8443", "iss": f"https://{SHOP}:8443/admin"}, False),
        ({"dest": f"https://{SHOP}:port"}, False),
        ({"dest": "https://["}, False),
        ({"dest": [SHOP]}, False),
        ({"dest": "https://First-Shop.myshopify.com"}, True),
    ],
)
def test_each_claim_is_looked_at(changed: dict[str, Any], holds: bool) -> None:
    assert is_taken(session_token(claims(START, **changed))) is holds


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("algorithm", ["HS384", "HS512", "none"])
def test_no_other_way_to_sign_is_taken(in_javascript: ShopifyApi, algorithm: str) -> None:
    token = session_token(claims(now().timestamp()), algorithm=algorithm)
    assert not is_taken(token, moment=now())
    assert in_javascript.read_session(token) is None


def test_a_head_that_says_HS256_does_not_make_it_so() -> None:  # noqa: N802
    head, body, _ = session_token(claims(START)).split(".")
    for sign in ("", base64.urlsafe_b64encode(digest("stranger", f"{head}.{body}")).decode().rstrip("=")):
        assert not is_taken(f"{head}.{body}.{sign}")
    strange: list[Any] = [
        {"alg": "none"},
        {"alg": "hs256"},
        {"alg": ["HS256"]},
        {"alg": "HS256", "crit": ["x"]},
        {},
        [],
    ]
    for said in strange:
        other = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
        sign = base64.urlsafe_b64encode(digest(SECRET, f"{other}.{body}")).decode().rstrip("=")
        assert not is_taken(f"{other}.{body}.{sign}")


def test_the_old_secret_holds_and_an_empty_one_never() -> None:
    token = session_token(claims(START), OLD_SECRET)
    assert is_taken(token)
    assert not is_taken(token, App(client_id=APP.client_id, secret=SECRET))
    unset = App(client_id="", secret="")
    head, body, _ = session_token(claims(START, aud="")).split(".")
    sign = base64.urlsafe_b64encode(digest("", f"{head}.{body}")).decode().rstrip("=")
    assert not is_taken(f"{head}.{body}.{sign}", unset)


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é.é.é", "\ud800", "x" * 1_000_000, "." * 5000])
def test_what_is_no_token_is_refused_without_an_error(token: str) -> None:
    assert not is_taken(token)


@pytest.mark.parametrize("said", ['"text"', "[]", "null", "1", "{", '{"exp": 1e999}', "[" * 2000])
def test_what_is_signed_and_says_nothing_is_refused_without_an_error(said: str) -> None:
    body = ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in ('{"alg":"HS256"}', said))
    sign = base64.urlsafe_b64encode(digest(SECRET, body)).decode().rstrip("=")
    assert not is_taken(f"{body}.{sign}")


@many
@given(
    st.integers(-100, 100),
    st.integers(-100, 100),
    st.sampled_from([APP.client_id, "another"]),
    st.sampled_from([SECRET, OLD_SECRET, "stranger-stranger-stranger-stranger"]),
)
def test_tokens_hold_as_they_do_for_shopify(
    in_javascript: ShopifyApi, in_python: ShopifyApp, exp: int, nbf: int, aud: str, secret: str
) -> None:
    moment = now()
    # A second's edge may pass between one's look at the clock and another's.
    exp, nbf = (seconds + 3 if abs(abs(seconds) - 10) < 3 and seconds > 0 else seconds for seconds in (exp, nbf))
    exp, nbf = (seconds - 3 if abs(abs(seconds) - 10) < 3 and seconds < 0 else seconds for seconds in (exp, nbf))
    start = int(moment.timestamp())
    token = session_token(claims(start, exp=start + exp, nbf=start + nbf, iat=start - 1, aud=aud), secret)
    holds = is_taken(token, moment=moment)
    assert holds is (exp > -10 and nbf < 10 and aud == APP.client_id and not secret.startswith("stranger"))
    headers = {"Authorization": f"Bearer {token}"}
    request = {"method": "GET", "url": "https://app.example/", "headers": headers, "body": ""}
    assert in_python.verify_app_home_req(request, "/patch").ok is holds
    if secret != OLD_SECRET:  # JavaScript knows one secret only
        assert (in_javascript.read_session(token) is not None) is holds


@many
@given(st.dictionaries(st.sampled_from(["exp", "nbf", "aud", "dest", "iss", "sub", "sid", "iat"]), anything))
def test_hostile_claims_are_refused_without_an_error(changed: dict[str, Any]) -> None:
    said = claims(START, **changed)
    parts = ({"alg": "HS256"}, said)
    body = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    token = f"{body}.{base64.urlsafe_b64encode(digest(SECRET, body)).decode().rstrip('=')}"
    if is_taken(token):
        assert said["aud"] == APP.client_id
        assert (said["dest"], said["iss"]) == (f"https://{SHOP}", f"https://{SHOP}/admin")
        assert said["nbf"] - 10 <= START < said["exp"] + 10
