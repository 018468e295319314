"""The cart: a cookie of the front's own, set only when something is put into it, and read by nobody else."""

import json
from urllib.parse import quote, unquote

from django.http import HttpRequest, HttpResponse

MOST_LINES, MOST_OF_ONE = 30, 99


def read_cart(request: HttpRequest, slug: str) -> dict[str, int]:
    """Return quantities by product id; an unreadable cookie is an empty cart."""
    try:
        found = json.loads(unquote(request.COOKIES.get(_name(slug), "{}")))
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        str(id): quantity
        for id, quantity in list(found.items())[:MOST_LINES]
        if isinstance(quantity, int) and 0 < quantity <= MOST_OF_ONE
    }


def write_cart(response: HttpResponse, slug: str, cart: dict[str, int], path: str) -> None:
    """Keep a cart until the browser closes; an empty one leaves nothing behind."""
    if cart:
        response.set_cookie(_name(slug), quote(json.dumps(cart)), path=path, samesite="Lax", httponly=True)
    else:
        response.delete_cookie(_name(slug), path=path, samesite="Lax")


def _name(slug: str) -> str:
    return f"cart_{slug}"
