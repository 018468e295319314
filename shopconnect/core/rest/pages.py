"""Lists page by page: a cursor is where the last page ended, encrypted, so that it is opaque and cannot be made up."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from shopconnect.core.errors import Refusal
from shopconnect.core.rest.callers import Caller
from shopconnect.core.rest.errors import BadFields
from shopconnect.core.security.crypto import CannotDecrypt, decrypt, encrypt

DEFAULT_LIMIT, MOST_LIMIT = 50, 200


@dataclass(frozen=True, slots=True)
class RequestedPage:
    """Which page of which list: rows after a row's id, `limit` of them."""

    place: str
    after_id: int
    limit: int


def requested_number(request: Request, name: str, default: int, most: int) -> int:
    """Read a whole number from 1 to `most` out of the query; raises BadFields."""
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
        raise BadFields({name: [_("Enter a whole number from 1 to %(most)d.") % {"most": most}]})
    return int(text)


def requested_page(request: Request, place: str) -> RequestedPage:
    """Read `limit` and `cursor`; raises BadFields, or Refusal(bad_cursor) for a cursor of another list or shop."""
    limit = requested_number(request, "limit", DEFAULT_LIMIT, MOST_LIMIT)
    caller: Caller = request.auth  # type: ignore[assignment]
    place = f"{caller.shop_id}:{place}"
    cursor = request.query_params.get("cursor")
    return RequestedPage(place, 0 if cursor is None else _read(cursor, place), limit)


def paged(
    rows: Sequence[Any], page: RequestedPage, serializer: type[Serializer], *, ids: Sequence[int] | None = None
) -> dict[str, Any]:
    """Return {"data", "next"}; there is one more row than asked where there is a next page.

    `ids` are the rows' own ids where the rows do not carry them as `id`.
    """
    shown, more = rows[: page.limit], len(rows) > page.limit
    last = (ids[len(shown) - 1] if ids else shown[-1].id) if more else 0
    return {
        "data": serializer(shown, many=True).data,
        "next": encrypt(json.dumps([page.place, last])) if more else None,
    }


def _read(cursor: str, place: str) -> int:
    try:
        there, after_id = json.loads(decrypt(cursor))
    except (CannotDecrypt, ValueError):
        there, after_id = None, 0
    if there != place:
        raise Refusal("bad_cursor", _("This cursor doesn’t belong to this list. Start again without one."), 400)
    return int(after_id)
