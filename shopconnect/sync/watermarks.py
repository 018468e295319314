"""How far each kind of resource is in step with the platform. All run in a shop's scope."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.db.models.functions import Greatest

from shopconnect.connectors.base import ResourceType
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.sync.models import Watermark
from shopconnect.sync.types import Blocker

OVERLAP = timedelta(minutes=10)  # platforms find what changed a while after it did


@dataclass(frozen=True, slots=True)
class PassPosition:
    """Where a pass over what changed stands."""

    resource: ResourceType
    since: datetime
    cursor: str


def watch_from(resource: ResourceType, at: datetime) -> None:
    """Follow what changes of a kind of resource from a time on, once all of it is in."""
    fields = {"newest": at, "since": None, "cursor": "", **_moved()}
    Watermark.objects.update_or_create(resource=resource, defaults=fields)


def stop_watching(shop_id: ShopId) -> None:
    """Follow nothing any more, when the shop leaves."""
    Watermark.objects.all().delete()


def watched() -> set[str]:
    """Return which kinds of resources are followed."""
    return set(Watermark.objects.values_list("resource", flat=True))


def begin(resource: ResourceType) -> PassPosition | None:
    """Return where a pass goes on, or where a new one begins; None for what is not followed."""
    row = Watermark.objects.select_for_update().filter(resource=resource).first()
    if row is None:
        return None
    if not row.cursor or row.since is None:
        row.since, row.cursor, row.repaired = row.newest - OVERLAP, "", 0
        row.save(update_fields=["since", "cursor", "repaired"])
    return PassPosition(resource, row.since, row.cursor)


def move(position: PassPosition, cursor: str, newest: datetime | None = None, repaired: int = 0) -> PassPosition | None:
    """Write that a page is stored, and how much of it nobody had told of; returns the next position.

    It is None at the end, and where another worker was faster.
    """
    # Compare and set: only the position that still stands is moved on.
    row = Watermark.objects.filter(resource=position.resource, since=position.since, cursor=position.cursor)
    fields = _moved() | ({"repaired": F("repaired") + repaired, "repaired_at": now()} if repaired else {})
    moved = row.update(cursor=cursor, newest=Greatest("newest", newest) if newest else F("newest"), **fields)
    return PassPosition(position.resource, position.since, cursor) if moved and cursor else None


def begin_anew(position: PassPosition) -> None:
    """Have the next pass begin where the one under way began."""
    Watermark.objects.filter(resource=position.resource, since=position.since, cursor=position.cursor).update(cursor="")


def note_failure(resource: ResourceType, blocker: Blocker, detail: str) -> None:
    """Write why a pass did not come on."""
    Watermark.objects.filter(resource=resource).update(blocker=blocker, detail=detail)


def _moved() -> dict[str, Any]:
    return {"moved_at": now(), "blocker": "", "detail": ""}
