"""Browsers in which somebody signed in before: a cookie says so that only we can write."""

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from shopconnect.core.security.crypto import person_key, random_token

COOKIE, SALT = "shopconnect_browser", "accounts.browser"
COOKIE_SECONDS, MOST_PEOPLE = 31_536_000, 5


def known_browser(request: HttpRequest, email: str) -> str:
    """Return the name of a browser in which the person of an address signed in within a year; "" for any other."""
    found = _read(request)
    return str(found["id"]) if person_key(email) in found["people"] else ""


def remember_browser(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Have a browser be known as one in which the person of an address signed in, and the few before them."""
    found, key = _read(request), person_key(email)
    people = [key, *(one for one in found["people"] if one != key)][:MOST_PEOPLE]
    response.set_cookie(
        COOKIE,
        signing.dumps({"id": found["id"], "people": people}, salt=SALT),
        max_age=COOKIE_SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        found: dict[str, Any] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return {"id": random_token(12), "people": []}
    return found
