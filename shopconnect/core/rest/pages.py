"""Lists page by page: a cursor is where the last page ended, encrypted, so that it is opaque and cannot be made up."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from shopconnect.core.crypto import CannotDecrypt, decrypt, encrypt
from shopconnect.core.errors import Refusal
from shopconnect.core.rest.callers import Caller
from shopconnect.core.rest.errors import BadFields

DEFAULT_LIMIT, MOST_LIMIT = 50, 200


@dataclass(frozen=True, slots=True)
class PageAsked:
    """Which page of which list: rows after a row's id, `limit` of them."""

    place: str
    after_id: int
    limit: int


def page_asked(request: Request, place: str) -> PageAsked:
    """Read `limit` and `cursor`; raises BadFields, or Refusal(bad_cursor) for a cursor of another list or shop."""
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_LIMIT):
        raise BadFields({"limit": [_("Write a whole number from 1 to %(most)d.") % {"most": MOST_LIMIT}]})
    caller: Caller = request.auth  # type: ignore[assignment]
    place = f"{caller.shop_id}:{place}"
    cursor = request.query_params.get("cursor")
    return PageAsked(place, 0 if cursor is None else _read(cursor, place), int(text))


def paged(rows: Sequence[Any], asked: PageAsked, serializer: type[Serializer]) -> dict[str, Any]:
    """Return {"data", "next"}; `rows` are one more than asked where there is a next page, and have an `id`."""
    shown = rows[: asked.limit]
    more = len(rows) > asked.limit
    return {
        "data": serializer(shown, many=True).data,
        "next": encrypt(json.dumps([asked.place, shown[-1].id])) if more else None,
    }


def _read(cursor: str, place: str) -> int:
    try:
        there, after_id = json.loads(decrypt(cursor))
    except (CannotDecrypt, ValueError):
        there, after_id = None, 0
    if there != place:
        raise Refusal("bad_cursor", _("This cursor is not from this list. Begin again without one."), 400)
    return int(after_id)
