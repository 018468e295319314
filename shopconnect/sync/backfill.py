"""The first bringing-in of a shop from its platform: a row a resource, a step a turn, each step safe to run twice.

waiting > asked (the platform writes an export) > written > downloaded (stored slice by slice) > done; or, where there
is no export to be had, waiting > paged > done. A step writes its outcome only where its row is as it found it.

A worker that dies between asking for an export and keeping its reference leaves one that nobody fetches. That is
harmless: it only reads, and the platform drops it after days; until it is written it counts among the five at once.
"""

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zlib import crc32

from django.conf import settings

from shopconnect.connectors.base import Ability, BulkState, Connection, Draft, ResourceType
from shopconnect.connectors.pages import lots_of_pages
from shopconnect.connectors.types import ConnectorError, CustomerDraft, OrderDraft, OrderKind, ProductDraft, StockDraft
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import add_due
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.bulk import flush_counts, refresh_statistics
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.tenancy.shop_model import ShopQuerySet
from shopconnect.shops.installs import connected
from shopconnect.shops.types import NotConnected
from shopconnect.sync.models import Backfill
from shopconnect.sync.registry import listeners
from shopconnect.sync.storing import store_drafts
from shopconnect.sync.types import BackfillState, Blocker
from shopconnect.sync.watermarks import watch_from

KIND = "backfill"
RESOURCES = (
    ResourceType.SHOP,
    ResourceType.PRODUCT,
    ResourceType.CUSTOMER,
    ResourceType.ORDER,
)  # what others point at first
ENDED = (BackfillState.DONE, BackfillState.STOPPED)
SLICE_SECONDS, LOT_AT_FIRST, LOT_AT_MOST = 15, 1000, 8000
POLL, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
MOST_EXPORTS = 3  # that fail, before all is read page by page, which takes days in a large shop
# What stood still for so long is asked for anew: it may name people who are erased by now. Their erasing waits for a
# day longer, so that no step that began before comes after it.
OLD_AFTER, FORGOTTEN_AFTER = timedelta(days=6), timedelta(days=7)
FRESH: Mapping[str, object] = {
    "state": BackfillState.WAITING,
    "reference": "",
    "is_partial": False,
    "failed_exports": 0,
    "size_bytes": 0,
    "cursor": "",
    "count": 0,
    "total": 0,
    "asked_at": None,
}
NO_BLOCKER: Mapping[str, object] = {"blocker": "", "detail": "", "tries": 0, "again_at": None}

log = get_logger(__name__)


def start_backfill(shop_id: ShopId) -> None:
    """Bring everything in from the beginning; run in the scope of a shop that was installed, again perhaps."""
    # A round of its own: whatever step of the round before still runs finds another row, and writes nothing.
    for resource in RESOURCES:
        row, made = Backfill.objects.get_or_create(resource=resource, defaults={"moved_at": now(), **FRESH})
        if not made:
            Backfill.objects.filter(pk=row.pk).update(round=row.round + 1, moved_at=now(), **FRESH, **NO_BLOCKER)
        add_due(KIND, row.pk)


def stop_backfill(shop_id: ShopId) -> None:
    """Stop where it is and have the files removed; run in the shop's scope, when the shop leaves."""
    for row in Backfill.objects.exclude(state__in=ENDED).order_by("id"):
        Backfill.objects.filter(pk=row.pk).update(state=BackfillState.STOPPED, moved_at=now(), **NO_BLOCKER)
        add_due(KIND, row.pk)


def retry_backfill_now(shop_id: ShopId) -> None:
    """Look at once at all that is under way, since the platform told of an export or somebody asked; in the scope."""
    for pk in Backfill.objects.exclude(state__in=ENDED).order_by("id").values_list("pk", flat=True):
        add_due(KIND, pk)


def is_coming_in() -> bool:
    """Say whether what the platform said some days ago at most may still be stored; run in the shop's scope."""
    started = Backfill.objects.exclude(asked_at=None).exclude(state__in=ENDED)
    return bool(started.filter(moved_at__gt=now() - FORGOTTEN_AFTER).exists())


def bring_in(shop_id: ShopId, row_id: int) -> None:
    """Take the next step of one resource's bringing-in, and ask for the one after it."""
    with shop_scope(shop_id):
        row = Backfill.objects.filter(pk=row_id).first()
        if row is None or not _is_its_turn(row):
            return None  # the one before wakes it when it ends
    if row.state in ENDED:
        return _forget_files(shop_id, row)
    # An old file may name people who were erased since: none of it is stored any more.
    if row.state != BackfillState.WAITING and row.moved_at < now() - OLD_AFTER:
        return _begin_anew(shop_id, row)
    with _noted_when_it_fails(shop_id, row):
        try:
            with connected(shop_id) as connection:
                STEPS[BackfillState(row.state)](shop_id, row, connection)
        except NotConnected:
            _wait(shop_id, row, Blocker.SIGN_IN)
        except ConnectorError as error:
            log.warning(
                "backfill_held_up", shop_id=shop_id, resource=row.resource, status=error.status, detail=error.detail
            )
            is_final = error.permanent and error.status != 401  # for 401 the tokens are renewed before the next try
            _wait(shop_id, row, Blocker.REFUSED if is_final else Blocker.AWAY, error)


def _begin_anew(shop_id: ShopId, row: Backfill) -> None:
    _forget_files(shop_id, row)
    _move(shop_id, row, BackfillState.WAITING, cursor="", count=0, total=0, asked_at=None)


def _begin(shop_id: ShopId, row: Backfill, connection: Connection) -> None:
    if row.resource == ResourceType.SHOP:
        store_drafts(shop_id, [connection.read_shop()])
        return _end(shop_id, row)
    if row.asked_at is not None:
        log.warning("bulk_asked_again", shop_id=shop_id, resource=row.resource)
    # Before the platform is asked: what changes from now on may be missing in what it writes.
    _keep(shop_id, row, asked_at=now())
    if Ability.BULK not in connection.can:
        return _move(shop_id, row, BackfillState.PAGED, total=connection.count(ResourceType(row.resource)))
    return _move(shop_id, row, BackfillState.ASKED, reference=connection.start_bulk(ResourceType(row.resource)))


def _look(shop_id: ShopId, row: Backfill, connection: Connection) -> None:
    bulk = connection.find_bulk(row.reference)
    if bulk.state == BulkState.RUNNING:
        # Only progress counts as movement, so an export that stands still grows old and is asked for anew.
        moved_at = row.moved_at if bulk.objects == row.total else now()
        _keep(shop_id, row, total=bulk.objects, moved_at=moved_at, at=now() + POLL)
    elif bulk.url:
        # A part is better than nothing: shown first, and completed afterwards.
        is_partial = bulk.state == BulkState.FAILED
        _move(shop_id, row, BackfillState.WRITTEN, total=bulk.objects, is_partial=is_partial)
    elif bulk.state == BulkState.FAILED:
        log.warning("bulk_failed", shop_id=shop_id, resource=row.resource, detail=bulk.detail)
        _try_again(shop_id, row, connection)
    else:
        _end(shop_id, row)


def _try_again(shop_id: ShopId, row: Backfill, connection: Connection) -> None:
    """Ask for another export after one that failed, and read page by page after several of them."""
    failed = row.failed_exports + 1
    is_paged = failed >= MOST_EXPORTS
    state = BackfillState.PAGED if is_paged else BackfillState.WAITING
    total = connection.count(ResourceType(row.resource)) if is_paged else 0
    _move(shop_id, row, state, failed_exports=failed, is_partial=False, cursor="", count=0, total=total)


def _download(shop_id: ShopId, row: Backfill, connection: Connection) -> None:
    bulk, path = connection.find_bulk(row.reference), _path(shop_id, row)
    if not bulk.url:  # the platform keeps a file for some days only, and a shop may be parked for longer
        return _move(shop_id, row, BackfillState.WAITING, cursor="", count=0, total=0)
    # Of this export, so that going on after a slice or a kill never mixes two.
    part = path.with_name(f"{crc32(row.reference.encode()):08x}.part")
    if not part.exists():
        _forget_files(shop_id, row)  # what a reader left beside an older file would be taken for this one's
        path.parent.mkdir(parents=True)
        part.touch()
    before = part.stat().st_size
    if not connection.download_bulk(bulk, part):
        # What a server begins anew each time stands still, and is asked for anew when it is old.
        is_more = part.stat().st_size > before
        return _keep(shop_id, row, moved_at=now() if is_more else row.moved_at, at=now())
    size = part.stat().st_size
    # Renamed when it is whole, so that no reader ever meets half a file.
    part.replace(path)
    return _move(shop_id, row, BackfillState.DOWNLOADED, size_bytes=size)


def _store_file(shop_id: ShopId, row: Backfill, connection: Connection) -> None:
    path = _path(shop_id, row)
    # The worker that downloaded it may be on another machine, or its disk lost: it is then downloaded again.
    if not path.exists() or path.stat().st_size != row.size_bytes:
        return _move(shop_id, row, BackfillState.WRITTEN)
    if not connection.prepare_bulk(path, SLICE_SECONDS):
        return _keep(shop_id, row, moved_at=now(), at=now())
    behind = int(row.cursor or 0)
    drafts = connection.read_bulk(ResourceType(row.resource), path, skip=behind)
    if _store_lots(shop_id, row, _lots_of_file(drafts, behind)):
        if row.is_partial:
            return _try_again(shop_id, row, connection)
        return _end(shop_id, row)
    return None


def _store_pages(shop_id: ShopId, row: Backfill, connection: Connection) -> None:
    if _store_lots(shop_id, row, lots_of_pages(connection, ResourceType(row.resource), row.cursor, LOT_AT_FIRST)):
        _end(shop_id, row)


def _forget_files(shop_id: ShopId, row: Backfill) -> None:
    shutil.rmtree(_path(shop_id, row).parent.parent, ignore_errors=True)


STEPS: Mapping[BackfillState, Callable[[ShopId, Backfill, Connection], None]] = {
    BackfillState.WAITING: _begin,
    BackfillState.ASKED: _look,
    BackfillState.WRITTEN: _download,
    BackfillState.DOWNLOADED: _store_file,
    BackfillState.PAGED: _store_pages,
}


def _lots_of_file(drafts: Iterable[Draft], behind: int) -> Iterator[tuple[Sequence[Draft], str]]:
    """Yield drafts in lots, few while the planner knows nothing of the tables, and how many are then behind us."""
    lot: list[Draft] = []
    weight, most = 0, LOT_AT_FIRST
    for draft in drafts:
        # A product's stock comes along with it: else it would be noted as one number before it is known by its places.
        if weight >= most and not isinstance(draft, StockDraft):
            behind += len(lot)
            yield lot, str(behind)
            lot, weight, most = [], 0, LOT_AT_MOST
        lot.append(draft)
        weight += 1 + len(getattr(draft, "lines", ())) + len(getattr(draft, "variants", ()))
    if lot:
        yield lot, str(behind + len(lot))


def _store_lots(shop_id: ShopId, row: Backfill, lots: Iterable[tuple[Sequence[Draft], str]]) -> bool:
    """Store lots until the slice's time is over, then ask for the next slice; say whether that were all."""
    ends = time.monotonic() + SLICE_SECONDS
    for drafts, cursor in lots:
        if not _store_lot(shop_id, row, drafts, cursor):
            return False
        # While tables fill from nothing, the planner goes by what they were and picks plans for the empty ones.
        refresh_statistics()
        if cursor and time.monotonic() > ends:
            with shop_scope(shop_id):
                add_due(KIND, row.pk)
            return False
    return True


def _store_lot(shop_id: ShopId, row: Backfill, drafts: Sequence[Draft], cursor: str) -> bool:
    """Store a lot and how far that is, both or neither; False where another worker or the shop's leaving came first."""
    count = (row.count if row.cursor else 0) + sum(map(_is_counted, drafts))
    with shop_scope(shop_id):
        # Held until the commit: another worker with the same step waits, finds the cursor moved, and stops.
        if _same(row).select_for_update().first() is None:
            return False
        store_drafts(shop_id, drafts)
        Backfill.objects.filter(pk=row.pk).update(
            cursor=cursor, count=count, total=max(row.total, count) if row.total else 0, moved_at=now(), **NO_BLOCKER
        )
        flush_counts()
    row.cursor, row.count = cursor, count
    return True


def _is_counted(draft: Draft) -> bool:
    """Say whether a merchant counts it: refunds and stock by location come along with what they belong to."""
    return isinstance(draft, ProductDraft | CustomerDraft) or (
        isinstance(draft, OrderDraft) and draft.kind == OrderKind.ORDER
    )


def _end(shop_id: ShopId, row: Backfill) -> None:
    """Close one resource; when nothing else is under way, tell who waits for data."""
    with shop_scope(shop_id):
        done = {"state": BackfillState.DONE, "total": row.count, "moved_at": now()}
        if not _same(row).update(**done, **NO_BLOCKER):
            return
        # From when it was asked, not from now: the file says nothing of what changed while it was written.
        if row.asked_at is not None and row.resource != ResourceType.SHOP:
            watch_from(ResourceType(row.resource), row.asked_at)  # what changed meanwhile is found again
        _wake_all(row)
        if not _moving().exists():
            for listener in listeners():
                listener(shop_id)


def _is_its_turn(row: Backfill) -> bool:
    """Say whether nothing that this points at is about to come; what is held up holds nobody else up."""
    if row.state not in (BackfillState.DOWNLOADED, BackfillState.PAGED):
        return True
    return not _moving().filter(resource__in=RESOURCES[: RESOURCES.index(ResourceType(row.resource))]).exists()


def _moving() -> ShopQuerySet[Backfill]:
    rows: ShopQuerySet[Backfill] = Backfill.objects.filter(blocker="").exclude(state__in=ENDED)
    return rows


def _wake_all(row: Backfill, at: datetime | None = None) -> None:
    """Have a resource go on, now or at a time, and those that waited for it, now that it is in or held up."""
    times = dict.fromkeys(_others(row)) | {row.pk: at}
    for pk in sorted(times):
        add_due(KIND, pk, times[pk])


def _others(row: Backfill) -> list[int]:
    return list(_moving().exclude(pk=row.pk).order_by("id").values_list("pk", flat=True))


def _same(row: Backfill) -> ShopQuerySet[Backfill]:
    """Return the row as long as it stands where a step found it."""
    found = {"round": row.round, "state": row.state, "reference": row.reference, "cursor": row.cursor}
    rows: ShopQuerySet[Backfill] = Backfill.objects.filter(pk=row.pk, **found)
    return rows


def _move(shop_id: ShopId, row: Backfill, state: BackfillState, **fields: object) -> None:
    """Write a step's outcome and ask for the next step."""
    with shop_scope(shop_id):
        if _same(row).update(state=state, moved_at=now(), **NO_BLOCKER, **fields):
            add_due(KIND, row.pk)


def _keep(shop_id: ShopId, row: Backfill, at: datetime | None = None, **fields: object) -> None:
    """Write what a step learnt, and look again at a time."""
    with shop_scope(shop_id):
        if _same(row).update(**fields, **NO_BLOCKER) and at is not None:
            add_due(KIND, row.pk, at)


def _wait(shop_id: ShopId, row: Backfill, blocker: Blocker, error: ConnectorError | None = None) -> None:
    """Note what holds a resource up and try again after a growing wait; what can never go on begins anew then."""
    # The platform knows best when it will answer, and our own wait grows for the rest.
    least = timedelta(seconds=error.retry_after or 0) if error else timedelta()
    at = now() + max(least, min(LONGEST_WAIT, timedelta(minutes=2 ** min(row.tries, 12))))
    anew = FRESH if blocker == Blocker.REFUSED or row.state == BackfillState.WAITING else {}
    detail = error.detail[:500] if error else ""
    with shop_scope(shop_id):
        if _same(row).update(blocker=blocker, detail=detail, tries=row.tries + 1, again_at=at, **anew):
            _wake_all(row, at)


@contextmanager
def _noted_when_it_fails(shop_id: ShopId, row: Backfill) -> Iterator[None]:
    """Show on the pages that a step failed on our side; the exception goes on to the worker, which tries again."""
    is_well = False
    try:
        yield
        is_well = True
    finally:
        if not is_well:
            with shop_scope(shop_id):
                Backfill.objects.filter(pk=row.pk, round=row.round).exclude(state__in=ENDED).update(
                    blocker=Blocker.BROKEN
                )
                for pk in _others(row):
                    add_due(KIND, pk)


def _path(shop_id: ShopId, row: Backfill) -> Path:
    """Return where the file of a resource and a round is; what a reader leaves beside it goes with its folder."""
    folder: Path = settings.DATA_FOLDER / "shop" / str(shop_id) / "sync"
    return folder / row.resource / str(row.round) / "export.jsonl"
