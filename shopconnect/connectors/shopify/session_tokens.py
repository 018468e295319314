"""Session tokens: what App Bridge gives our pages in Shopify's admin, instead of cookies.

A token is a JWT under the app's secret that lives for a minute. The shop is read from it and from nothing else.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import jwt

from shopconnect.connectors.shopify.signatures import find_shop_domain
from shopconnect.connectors.shopify.types import PLATFORM, App, Session
from shopconnect.connectors.types import ConnectorError

LEEWAY_SECONDS = 10
MOST_CHARACTERS = 4096
_UNCHECKED: Any = {f"verify_{claim}": False for claim in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}


def read_session(app: App, token: str, moment: datetime) -> Session:
    """Return who speaks, or raise ConnectorError with status 401 for a token that does not hold at this moment."""
    claims = _claims(app, token)
    expires, begins = _seconds(claims, "exp"), _seconds(claims, "nbf")
    if not begins - LEEWAY_SECONDS <= moment.timestamp() < expires + LEEWAY_SECONDS:
        raise _refused("it is over, or not begun")
    if claims.get("aud") != app.client_id:
        raise _refused("it is for another app")
    shop = _shop(claims, "dest")
    if not shop or shop != _shop(claims, "iss"):
        raise _refused("it is of no shop, or of two")
    return Session(
        shop=shop,
        user=str(claims.get("sub") or ""),
        session_id=str(claims.get("sid") or ""),
        expires_at=datetime.fromtimestamp(expires, UTC),
    )


def _claims(app: App, token: str) -> Mapping[str, Any]:
    """Return the claims of a token that one of our secrets signed; the times are ours to check, at our moment."""
    for secret in app.secrets:
        try:
            found: dict[str, Any] = jwt.decode(token[:MOST_CHARACTERS], secret, ["HS256"], options=_UNCHECKED)
        except (jwt.PyJWTError, ValueError, RecursionError):
            continue
        return found
    raise _refused("nobody we know signed it")


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**40:
        raise _refused(f"its {name} is no time")
    return float(value)


def _shop(claims: Mapping[str, Any], name: str) -> str:
    """Return the shop whose address a claim is, or ""."""
    try:
        parts = urlsplit(str(claims.get(name) or ""))
        is_plain = parts.scheme == "https" and parts.port is None and "@" not in parts.netloc
    except ValueError:
        return ""
    return find_shop_domain(parts.hostname or "") if is_plain else ""


def _refused(why: str) -> ConnectorError:
    return ConnectorError(PLATFORM, 401, permanent=True, detail=f"The session token does not hold: {why}.")
