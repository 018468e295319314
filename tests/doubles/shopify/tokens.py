"""Tokens of one app at one shop: exchange, code, refresh with rotation, expiry; and the session tokens of the admin.

Signed by our own few lines, so that a mistake in the product's cannot cancel out.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from tests.doubles.shopify.clock import Clock

ACCESS_SECONDS, REFRESH_SECONDS, AGAIN_SECONDS, SESSION_SECONDS = 3600, 7_776_000, 2_592_000, 60
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
WANTED = {
    "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
    "expiring": "1",
    "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
}
ONLINE = "urn:shopify:params:oauth:token-type:online-access-token"

Answer = tuple[int, dict[str, Any]]


@dataclass(slots=True)
class _Pair:
    access: str
    refresh: str
    access_ends: float
    refresh_ends: float
    scopes: str


@dataclass(slots=True)
class Grants:
    """What one shop gave the app. `forget_expiry` leaves expires_in out of answers; `refuse` names an error for all.

    `owner` is the number of the person who owns the shop's account.

    A refresh token that was used serves for 30 more days, unless the one that came in its place is used before. While
    the app is not on the shop it is no client there: a refresh is refused in the same word as under a wrong secret.
    """

    clock: Clock
    shop: str
    client_id: str
    secret: str
    scopes: str
    forget_expiry: bool = False
    refuse: str = ""
    refreshes: int = 0
    is_left: bool = False
    owner: str = "42"
    codes: set[str] = field(default_factory=set)
    _pairs: list[_Pair] = field(default_factory=list)
    _lock: Any = field(default_factory=threading.RLock)

    def is_valid(self, access: str) -> bool:
        """Say whether an access token opens the API."""
        moment = self.clock.now().timestamp()
        with self._lock:
            return any(pair.access == access and pair.access_ends > moment for pair in self._pairs)

    def answer(self, asked: Mapping[str, Any]) -> Answer:
        """Answer POST /admin/oauth/access_token."""
        if asked.get("client_id") != self.client_id or asked.get("client_secret") != self.secret:
            return 400, {"error": "invalid_client", "error_description": "The client is unknown."}
        if self.refuse:
            return 400, {"error": self.refuse, "error_description": "The grant was revoked."}
        if asked.get("grant_type") == "refresh_token":
            return self._refresh(str(asked.get("refresh_token") or ""))
        if asked.get("grant_type") == EXCHANGE:
            return self._exchange(asked)
        if asked.get("code") in self.codes and asked.get("expiring") == "1":
            self.codes.discard(str(asked["code"]))
            return 200, self._given(self._new_pair())
        return 400, {"error": "invalid_request", "error_description": "There is no such grant."}

    def new_code(self) -> str:
        """Return a code with which a merchant is sent back."""
        code = secrets.token_hex(16)
        self.codes.add(code)
        return code

    def leave(self) -> None:
        """Have the app removed: it is no client of the shop until it is installed again."""
        self.is_left = True
        self.revoke()

    def revoke(self) -> None:
        """End every token."""
        with self._lock:
            self._pairs.clear()

    def _exchange(self, asked: Mapping[str, Any]) -> Answer:
        claims = read_token(str(asked.get("subject_token") or ""), self.secret)
        if asked.get("requested_token_type") == ONLINE and self._holds(claims):
            return 200, self._of_person(claims["sub"])
        if any(asked.get(name) != value for name, value in WANTED.items()):
            return 400, {"error": "invalid_request", "error_description": "Ask for an expiring offline token."}
        if not self._holds(claims):
            return 400, {"error": "invalid_subject_token", "error_description": "The id token does not hold."}
        return 200, self._given(self._new_pair())

    def _of_person(self, number: str) -> dict[str, Any]:
        """Return an online token, which ends after a day, and whose it is."""
        person = {"id": int(number), "account_owner": number == self.owner, "collaborator": False}
        person |= {"first_name": "Camille", "last_name": "Roche", "email": "camille@example.com", "locale": "fr"}
        token = f"shpat_{secrets.token_hex(16)}"
        scopes = {"scope": self.scopes, "associated_user_scope": self.scopes}
        return {"access_token": token, "expires_in": 86_399, **scopes, "associated_user": person}

    def _holds(self, claims: Mapping[str, Any]) -> bool:
        """Say whether a session token is of this shop, for this app and of now."""
        hosts = {urlsplit(str(claims.get(name))).hostname for name in ("iss", "dest")}
        is_ours = claims.get("aud") == self.client_id and hosts == {self.shop}
        return is_ours and claims["nbf"] <= self.clock.now().timestamp() < claims["exp"]

    def _refresh(self, token: str) -> Answer:
        moment = self.clock.now().timestamp()
        with self._lock:
            self.refreshes += 1
            if self.is_left:
                return 400, {"error": "invalid_client", "error_description": "The app is not installed."}
            used = next((one for one in self._pairs if one.refresh == token and one.refresh_ends > moment), None)
            if used is None:
                return 400, {"error": "invalid_grant", "error_description": "The refresh token is not known, or over."}
            for earlier in self._pairs[: self._pairs.index(used)]:
                earlier.refresh_ends = 0
            used.refresh_ends = min(used.refresh_ends, moment + AGAIN_SECONDS)
            return 200, self._given(self._new_pair())

    def _new_pair(self) -> _Pair:
        moment = self.clock.now().timestamp()
        pair = _Pair(
            f"shpat_{secrets.token_hex(16)}",
            f"shprt_{secrets.token_hex(16)}",
            moment + ACCESS_SECONDS,
            moment + REFRESH_SECONDS,
            self.scopes,
        )
        with self._lock:
            self.is_left = False
            self._pairs.append(pair)
        return pair

    def _given(self, pair: _Pair) -> dict[str, Any]:
        lasts = (
            {} if self.forget_expiry else {"expires_in": ACCESS_SECONDS, "refresh_token_expires_in": REFRESH_SECONDS}
        )
        return {"access_token": pair.access, "scope": pair.scopes, "refresh_token": pair.refresh, **lasts}


def session_token(clock: Clock, shop: str, client_id: str, secret: str, *, user: str = "42", **more: Any) -> str:
    """Return a session token of the admin (HS256)."""
    moment = int(clock.now().timestamp())
    claims = {
        "iss": f"https://{shop}/admin",
        "dest": f"https://{shop}",
        "aud": client_id,
        "sub": user,
        "exp": moment + SESSION_SECONDS,
        "nbf": moment,
        "iat": moment,
        "jti": secrets.token_hex(8),
        "sid": "s1",
        **more,
    }
    head = _part({"alg": "HS256", "typ": "JWT"})
    body = _part(claims)
    return f"{head}.{body}.{_sign(f'{head}.{body}', secret)}"


def read_token(token: str, secret: str) -> dict[str, Any]:
    """Return the claims of a token that this secret signed, else nothing."""
    head, _, rest = token.partition(".")
    body, _, sign = rest.partition(".")
    if not sign or not hmac.compare_digest(_sign(f"{head}.{body}", secret), sign):
        return {}
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found


def _part(what: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(what).encode()).rstrip(b"=").decode()


def _sign(text: str, secret: str) -> str:
    made = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def signed_query(secret: str, pairs: Mapping[str, str]) -> dict[str, str]:
    """Return a query with the `hmac` that Shopify's admin adds; it is made over what is percent-encoded."""
    message = "&".join(f"{_percent(name)}={_percent(pairs[name])}" for name in sorted(pairs))
    return {**pairs, "hmac": hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()}


def _percent(text: str) -> str:
    return quote(text, safe="*").replace("~", "%7E")


def signed_proxy(secret: str, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return a query with the `signature` that the app proxy adds."""
    joined: dict[str, list[str]] = {}
    for name, value in pairs:
        joined.setdefault(name, []).append(value)
    message = "".join(f"{name}={','.join(joined[name])}" for name in sorted(joined))
    return [*pairs, ("signature", hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest())]
