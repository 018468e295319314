"""Shopify's signatures: of webhooks, of queries, of what its app proxy hands on; and which domains are its shops'.

Each is an HMAC-SHA256 under the app's secret and is compared in constant time. Queries come as decoded pairs, in order.
"""

import base64
import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import quote

from shopconnect.connectors.shopify.types import App

Pairs = Sequence[tuple[str, str]]

AGE_SECONDS = 90
ONCE_ONLY = ("shop", "timestamp", "signature", "hmac")
_NAME = r"[a-z0-9][a-z0-9-]{0,62}"
_SHOP = re.compile(rf"{_NAME}\.myshopify\.com", re.ASCII | re.IGNORECASE)
_IN_A_QUERY = re.compile(rf"&shop={_NAME}\.myshopify\.com&")
_TIME = re.compile(r"[0-9]{1,12}")


def find_shop_domain(text: str) -> str:
    """Return a shop's domain in small letters, or "" when the text is none."""
    domain = text.strip()
    return domain.lower() if _SHOP.fullmatch(domain) else ""


def is_signed_webhook(app: App, body: bytes, signature: str) -> bool:
    """Say whether a webhook's very bytes bear this signature (base64)."""
    made = (base64.b64encode(_digest(secret, body)) for secret in app.secrets)
    return bool(body) and _is_any(made, signature)


def is_signed_query(app: App, pairs: Pairs, moment: datetime) -> bool:
    """Say whether a query of Shopify's admin is signed (`hmac`, hexadecimal) and young; it names nothing twice."""
    names = Counter(name for name, _ in pairs)
    if any(count > 1 and not name.endswith("[]") or f"{name}[]" in names for name, count in names.items()):
        return False
    return _is_signed(app, pairs, "hmac", (_encoded(pairs), _decoded(pairs)), moment)


def is_signed_proxy(app: App, pairs: Pairs, moment: datetime) -> bool:
    """Say whether the app proxy signed this query (`signature`, hexadecimal) and it is young.

    Of its parameters only `shop` and `logged_in_customer_id` may be trusted: the others are the shopper's, and they are
    joined without a sign between them.
    """
    joined: dict[str, list[str]] = {}
    for name, value in pairs:
        if name != "signature":
            joined.setdefault(name, []).append(value)
    # Shopify's own libraries sort by name or by the whole text: that differs where a name begins another one.
    by_name = "".join(f"{name}={','.join(joined[name])}" for name in sorted(joined))
    by_text = "".join(sorted(f"{name}={','.join(values)}" for name, values in joined.items()))
    # A query of the admin, which a merchant sees with its signature and adds words to, would pass here cut up anew.
    is_cut = _IN_A_QUERY.search(by_name) is not None
    return not is_cut and _is_signed(app, pairs, "signature", (by_name, by_text), moment)


def _is_signed(app: App, pairs: Pairs, field: str, messages: Iterable[str], moment: datetime) -> bool:
    counts, found = Counter(name for name, _ in pairs), dict(pairs)
    if any(counts[name] > 1 for name in ONCE_ONLY) or not _is_young(found.get("timestamp", ""), moment):
        return False
    made = (_digest(secret, _bytes(message)).hex().encode() for secret in app.secrets for message in messages)
    return _is_any(list(made), found.get(field, ""))


def _is_young(timestamp: str, moment: datetime) -> bool:
    return bool(_TIME.fullmatch(timestamp)) and abs(moment.timestamp() - int(timestamp)) <= AGE_SECONDS


def _is_any(made: Iterable[bytes], signature: str) -> bool:
    given, found = _bytes(signature), False
    for one in made:  # all of them, whichever fits
        found |= hmac.compare_digest(one, given)
    return found


def _encoded(pairs: Pairs) -> str:
    """Write a query as Shopify's JavaScript signs it: percent-encoded, a blank as %20."""
    signed = sorted((name, value) for name, value in pairs if name not in ("hmac", "signature"))
    return "&".join(f"{_percent(name)}={_percent(value)}" for name, value in signed)


def _percent(text: str) -> str:
    return quote(text, safe="*", errors="replace").replace("~", "%7E")


def _decoded(pairs: Pairs) -> str:
    """Write a query as Shopify's older libraries sign it: only what would end a name or a value is encoded."""
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in ("hmac", "signature"):
            lists.setdefault(name, []).append(value)
    plain = {
        name.removesuffix("[]"): "[" + ", ".join(f'"{value}"' for value in values) + "]"
        if name.endswith("[]")
        else values[-1]
        for name, values in lists.items()
    }
    written = {_escaped(name).replace("=", "%3D"): _escaped(value) for name, value in plain.items()}
    return "&".join(f"{name}={written[name]}" for name in sorted(written))


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("&", "%26")


def _digest(secret: str, message: bytes) -> bytes:
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")
