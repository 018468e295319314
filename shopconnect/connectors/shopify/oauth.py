"""How tokens of a shop are had: by a session token, by the code of an install outside the admin, by the pair before.

Offline tokens last an hour and their refresh tokens 90 days; each refresh gives a new pair. The state that guards an
install is signed under a key of its own, so that it can never pass for a signature of Shopify's.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from json import loads
from typing import Any
from urllib.parse import urlencode

from shopconnect.connectors.base import Tokens
from shopconnect.connectors.shopify.signatures import find_shop_domain
from shopconnect.connectors.shopify.types import PLATFORM, App
from shopconnect.connectors.types import AccessEnded, AppRefused, ConnectorError
from shopconnect.core import http
from shopconnect.core.security.crypto import random_token

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105  the name of a kind, not a token
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
ONLINE = "urn:shopify:params:oauth:token-type:online-access-token"
STATE_SECONDS = 60
MOST_BYTES = 100_000
MOST_LASTING = 10**8
PASSES = (408, 429, 430)
# A secret of ours that is wrong refuses every shop: none of them need sign in again, we need the right one.
OUR_FAULT, OUR_FAULT_SECONDS = "invalid_client", 600.0


def exchange_session_token(app: App, shop: str, token: str, moment: datetime) -> Tokens:
    """Return tokens of a shop for a session token of it that holds."""
    return _tokens(_request_tokens(app, shop, {**_exchange(token, OFFLINE), "expiring": "1"}), moment)


def is_account_owner(app: App, shop: str, token: str) -> bool:
    """Say whether the shop's account at Shopify is owned by whom a session token of it names.

    Only an online token says so; it serves for nothing else, and neither it nor what it says of the person is kept.
    """
    person = _request_tokens(app, shop, _exchange(token, ONLINE)).get("associated_user")
    return isinstance(person, dict) and person.get("account_owner") is True


def exchange_code(app: App, shop: str, code: str, moment: datetime) -> Tokens:
    """Return tokens of a shop for the code that its admin sent the merchant back with."""
    return _tokens(_request_tokens(app, shop, {"code": code, "expiring": "1"}), moment)


def refresh(app: App, shop: str, tokens: Tokens, moment: datetime) -> Tokens:
    """Return the pair that follows; AccessEnded says that somebody must sign in at Shopify again.

    When an answer is lost the old refresh token still serves, until the pair that it gave is first used.
    """
    if not tokens.refresh:
        raise AccessEnded(PLATFORM, 401, permanent=True, detail="There is no refresh token.")
    asked = {"grant_type": "refresh_token", "refresh_token": tokens.refresh}
    fresh = _tokens(_request_tokens(app, shop, asked), moment)
    if fresh.refresh:
        return fresh
    return replace(fresh, refresh=tokens.refresh, refresh_expires_at=tokens.refresh_expires_at)


def authorize_url(app: App, shop: str, scopes: Iterable[str], back: str, state: str) -> str:
    """Return the page of a shop's admin on which a merchant agrees, and which then leads back to us."""
    query = {
        "client_id": app.client_id,
        "scope": ",".join(scopes),
        "redirect_uri": back,
        "state": state,
        "grant_options[]": "",
    }
    return f"{_address(app, shop, 'authorize')}?{urlencode(query)}"


def make_state(app: App, shop: str, moment: datetime) -> tuple[str, str]:
    """Return a state for one install of one shop, and what the merchant's browser keeps in a cookie to prove it."""
    state, ends = random_token(32), int(moment.timestamp()) + STATE_SECONDS
    return state, f"{ends}.{_state_sign(app.secret, shop, state, ends)}"


def is_our_state(app: App, shop: str, state: str, cookie: str, moment: datetime) -> bool:
    """Say whether this browser began this install within the last minute."""
    ends, _, sign = cookie.partition(".")
    if not (state and ends.isascii() and ends.isdigit() and len(ends) < 12 and int(ends) >= moment.timestamp()):
        return False
    made = [_state_sign(secret, shop, state, int(ends)).encode() for secret in app.secrets]
    return sum(hmac.compare_digest(one, sign.encode(errors="replace")) for one in made) > 0


def _state_sign(secret: str, shop: str, state: str, ends: int) -> str:
    key = hashlib.sha256(f"shopconnect install state {secret}".encode()).digest()
    return hmac.new(key, f"{shop} {state} {ends}".encode(errors="replace"), hashlib.sha256).hexdigest()


def _address(app: App, shop: str, page: str) -> str:
    """Return a page of a shop's admin; for nobody but a shop, since our secret is sent there."""
    if not shop or find_shop_domain(shop) != shop:
        raise ConnectorError(PLATFORM, None, permanent=True, detail="This is no shop of Shopify's.")
    return app.address(shop, f"/admin/oauth/{page}")


def _exchange(token: str, kind: str) -> dict[str, str]:
    return {
        "grant_type": EXCHANGE,
        "subject_token": token,
        "subject_token_type": ID_TOKEN,
        "requested_token_type": kind,
    }


def _request_tokens(app: App, shop: str, what: Mapping[str, str]) -> Mapping[str, Any]:
    sent = {"client_id": app.client_id, "client_secret": app.secret, **what}
    try:
        answer = http.call(
            "POST",
            _address(app, shop, "access_token"),
            json=sent,
            headers={"Accept": "application/json"},
            most_bytes=MOST_BYTES,
        )
    except http.NetworkError as error:
        raise ConnectorError(PLATFORM, None, permanent=False, detail=type(error).__name__) from error
    payload = _object(answer.body)
    if answer.status != 200:  # noqa: PLR2004
        raise _refusal(answer.status, payload)
    if not isinstance(payload.get("access_token"), str) or not payload["access_token"]:
        raise ConnectorError(PLATFORM, 200, permanent=False, detail="The answer holds no token.")
    return payload


def _tokens(payload: Mapping[str, Any], moment: datetime) -> Tokens:
    """Read a pair; one that does not say how long it lasts is taken to be over soon, never to last for ever."""
    refresh_lasts = payload.get("refresh_token_expires_in")
    return Tokens(
        access=payload["access_token"],
        scopes=tuple(filter(None, map(str.strip, str(payload.get("scope") or "").split(",")))),
        expires_at=moment + timedelta(seconds=_lasting(payload.get("expires_in"))),
        refresh=str(payload.get("refresh_token") or ""),
        refresh_expires_at=None if refresh_lasts is None else moment + timedelta(seconds=_lasting(refresh_lasts)),
    )


def _lasting(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value <= MOST_LASTING else 0.0


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        payload = loads(body)
    except (ValueError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}


def _refusal(status: int, payload: Mapping[str, Any]) -> ConnectorError:
    """Return why there are no tokens: for good when Shopify says so in a word of its own, else worth another try."""
    word = str(payload.get("error") or "")[:60]
    is_final = 400 <= status < 500 and status not in PASSES and word != ""  # noqa: PLR2004
    detail = f"{word} {payload.get('error_description') or ''}".strip()[:200]
    if is_final and word == OUR_FAULT:
        return AppRefused(PLATFORM, status, permanent=False, retry_after=OUR_FAULT_SECONDS, detail=detail)
    kind = AccessEnded if is_final else ConnectorError
    return kind(PLATFORM, status, permanent=is_final, detail=detail)
