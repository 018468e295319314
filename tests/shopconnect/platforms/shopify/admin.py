"""Shopify's admin as far as our pages see it: session tokens, signed queries, and the address where tokens are had."""

import hashlib
import hmac
import time
import tomllib
from typing import Any
from urllib.parse import quote

import jwt
import responses

from tests.servers import ROOT
from tests.shopconnect.shops.platforms import SHOP

CLIENT, SECRET = "our-client-id", "hush" * 10  # as tests/settings.py says
MANIFEST = ROOT / "shopconnect" / "connectors" / "shopify" / "app" / "shopify.app.toml"
GRANTED = tomllib.loads(MANIFEST.read_text())["access_scopes"]["scopes"]


def session_token(shop: str = SHOP, user: str = "90255635", *, secret: str = SECRET, **changes: Any) -> str:
    """What App Bridge gives a page."""
    moment = int(time.time())
    claims = {
        "iss": f"https://{shop}/admin",
        "dest": f"https://{shop}",
        "aud": CLIENT,
        "sub": user,
        "sid": "s1",
        "iat": moment,
        "nbf": moment,
        "exp": moment + 60,
        "jti": "j1",
    }
    return jwt.encode({**claims, **changes}, secret, algorithm="HS256")


def bearer(**changes: Any) -> dict[str, str]:
    """The header of what a page in the admin fetches."""
    return {"Authorization": f"Bearer {session_token(**changes)}"}


def signed(**query: str) -> dict[str, str]:
    """A query as Shopify signs it."""
    query = {"timestamp": str(int(time.time())), **query}
    text = "&".join(f"{name}={quote(query[name], safe='')}" for name in sorted(query))
    return {**query, "hmac": hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()}


def give_tokens(shop: str = SHOP, scope: str = GRANTED, status: int = 200, **answer: Any) -> None:
    """Have the shop's token address answer; call inside `responses.activate`."""
    said = answer or {
        "access_token": "shpat_1",
        "scope": scope,
        "expires_in": 3600,
        "refresh_token": "shprt_1",
        "refresh_token_expires_in": 7_776_000,
    }
    responses.add(responses.POST, f"https://{shop}/admin/oauth/access_token", json=said, status=status)


def exchanges() -> list[bytes]:
    """What was asked at token addresses."""
    return [call.request.body for call in responses.calls]
