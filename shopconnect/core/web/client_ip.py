"""Who calls, as far as a limit needs it: a network address, and what counts as one caller."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str:
    """Return the caller's address; behind a proxy, the one that our own proxy saw."""
    return address_in(request.META)


def address_in(environ: Mapping[str, Any]) -> str:
    """Return the caller's address in a WSGI environment, of which no request was made yet."""
    forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", ""))
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return str(environ.get("REMOTE_ADDR", ""))


def client_network(address: str) -> str:
    """Return what limits count by: an address, or of IPv6 its first half, for whoever has one there has all of it."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return address
    return str(found.ipv4_mapped or IPv6Network((int(found) >> 64 << 64, 64)))
