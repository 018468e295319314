"""Signatures made in the tests' own words, so that a mistake of ours cannot cancel out."""

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import quote

import jwt

from shopconnect.connectors.shopify.types import App

SECRET, OLD_SECRET = "shpss_0123456789abcdef0123456789abcdef", "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"
APP = App(client_id="client", secret=SECRET, old_secret=OLD_SECRET)
SHOP = "first-shop.myshopify.com"
Pairs = list[tuple[str, str]]


def digest(secret: str, message: str | bytes) -> bytes:
    """HMAC-SHA256."""
    return hmac.digest(secret.encode(), message if isinstance(message, bytes) else message.encode(), hashlib.sha256)


def webhook_signature(body: bytes, secret: str = SECRET) -> str:
    """What Shopify puts into the header of a webhook."""
    return base64.b64encode(digest(secret, body)).decode()


def signed_query(pairs: Pairs, secret: str = SECRET) -> Pairs:
    """A query as Shopify's admin sends it."""
    message = "&".join(f"{percent(name)}={percent(value)}" for name, value in sorted(pairs))
    return [*pairs, ("hmac", digest(secret, message).hex())]


def signed_proxy(pairs: Pairs, secret: str = SECRET) -> Pairs:
    """A query as the app proxy hands it on."""
    joined = {name: ",".join(value for key, value in pairs if key == name) for name, _ in pairs}
    message = "".join(f"{name}={joined[name]}" for name in sorted(joined))
    return [*pairs, ("signature", digest(secret, message).hex())]


def written(pairs: Pairs) -> str:
    """A query string."""
    return "&".join(f"{percent(name)}={percent(value)}" for name, value in pairs)


def percent(text: str) -> str:
    """Percent-encoded as Shopify does it."""
    return quote(text, safe="*").replace("~", "%7E")


def claims(moment: float, **changed: Any) -> dict[str, Any]:
    """What a session token says; a claim changed to None is left out."""
    usual = {
        "iss": f"https://{SHOP}/admin",
        "dest": f"https://{SHOP}",
        "aud": APP.client_id,
        "sub": "42",
        "sid": "s-1",
        "exp": int(moment) + 60,
        "nbf": int(moment),
        "iat": int(moment),
        "jti": "j-1",
    }
    return {name: value for name, value in (usual | changed).items() if value is not None}


def session_token(said: dict[str, Any], secret: str = SECRET, algorithm: str = "HS256") -> str:
    """A session token."""
    return jwt.encode(said, secret if algorithm != "none" else None, algorithm=algorithm)
