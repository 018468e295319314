"""Addresses of shops, as merchants write them and as WordPress tells them. A shop's id is its address without https."""

import re
from urllib.parse import SplitResult, urlsplit

LONGEST = 200
PORTS = (None, 80, 443)  # WordPress leaves out those of its scheme
HOST = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
PATH = re.compile(r"(?:/[A-Za-z0-9_~%-][A-Za-z0-9._~%-]*)*")
BELOW = re.compile(
    r"/(?:wp-admin|wp-login\.php|wp-json|wc-auth|index\.php)(?:/.*)?\Z"
)  # a page of the shop, not its own


def read_address(text: str) -> str:
    """Return the id of the shop at an address, "" where it is none: a host with a name, and a path where it has one.

    A number of the network, a port or a password is none; whether a name leads to a public address, the network's wall
    says with each call.
    """
    try:
        parts = urlsplit(text.strip() if "//" in text else f"//{text.strip()}")
        host = _host(parts)
    except ValueError:  # brackets or a port that make no sense, a name that cannot be written
        return ""
    path = BELOW.sub("", parts.path).rstrip("/")
    shop = f"{host}{path}"
    return shop if host and PATH.fullmatch(path) and len(shop) <= LONGEST else ""


def _host(parts: SplitResult) -> str:
    if parts.scheme not in ("", "http", "https") or parts.port not in PORTS or "@" in parts.netloc:
        return ""
    host = (parts.hostname or "").encode("idna").decode()
    return host if HOST.fullmatch(host) else ""
