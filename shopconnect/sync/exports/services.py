"""The export of a whole shop: asked for on a page, made by a worker, fetched by an owner, removed after a week."""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from shopconnect.core.clock import now
from shopconnect.core.errors import Missing
from shopconnect.core.jobs.work import add_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.lists import Latest, latest_of
from shopconnect.notifications import notices
from shopconnect.shops import audit
from shopconnect.sync.exports.counting import counts_written
from shopconnect.sync.models import Export
from shopconnect.sync.services import export_folder
from shopconnect.sync.types import ExportState, ExportSummary

RETENTION_DAYS, SHOWN_AT_MOST = 7, 10
MAKE, DROP = "make_export", "drop_export"
READY = "export_ready"  # the notice
COMING = (ExportState.WAITING, ExportState.RUNNING)
GIVEN_UP_AFTER = timedelta(hours=2)  # longer than a worker tries; one that is killed each time leaves no other word


def ask_export(shop_id: ShopId, user_id: int) -> None:
    """Have a worker write the whole shop into a file; while one is being made, asking again changes nothing.

    One that was given up is marked as failed, and a new one is made.
    """
    with shop_scope(shop_id):
        late = Export.objects.filter(state__in=COMING, asked_at__lt=now() - GIVEN_UP_AFTER)
        late.update(state=ExportState.FAILED)
        row, made = Export.objects.get_or_create(
            state__in=COMING, defaults={"state": ExportState.WAITING, "asked_by_id": user_id, "asked_at": now()}
        )
        if made:
            audit.note(user_id, "asked_export")
            add_due(MAKE, row.pk)


def list_exports(shop_id: ShopId) -> Latest[ExportSummary]:
    """Return the latest exports of a shop, newest first."""
    with shop_scope(shop_id):
        return latest_of(Export.objects.order_by("-asked_at", "-id"), SHOWN_AT_MOST, _summary)


def make_export(shop_id: ShopId, export_id: int) -> None:
    """Write the shop into its file and tell who asked; a second run finds it made, or makes the same file again."""
    with shop_scope(shop_id):
        row = Export.objects.filter(pk=export_id, state__in=COMING).first()
        if row is None:
            return
        Export.objects.filter(pk=row.pk).update(state=ExportState.RUNNING)
    with _marked_when_it_fails(shop_id, export_id), tempfile.TemporaryDirectory() as place:
        folder, packed = Path(place) / "shop", Path(place) / "shop.zip"
        with counts_written(shop_id, export_id) as note:
            counts = export_folder(shop_id, folder, progress=note).counts
        _pack(folder, packed)
        size = packed.stat().st_size
        _store(_name(shop_id, row.public_id), packed)
    with shop_scope(shop_id):
        ends = now() + timedelta(days=RETENTION_DAYS)
        Export.objects.filter(pk=export_id).update(
            state=ExportState.READY, finished_at=now(), expires_at=ends, counts=dict(counts), size_bytes=size
        )
        notices.tell(row.asked_by_id, READY, {}, key=f"export-{row.public_id}")
        add_due(DROP, export_id, at=ends)


def drop_export(shop_id: ShopId, export_id: int) -> None:
    """Remove the file of an export whose time is over; a second run finds it removed."""
    with shop_scope(shop_id):
        row = Export.objects.filter(pk=export_id, state=ExportState.READY, expires_at__lte=now()).first()
        if row is None:
            return
        Export.objects.filter(pk=row.pk).update(state=ExportState.EXPIRED)
    default_storage.delete(_name(shop_id, row.public_id))


def open_export(shop_id: ShopId, user_id: int, public_id: int) -> IO[bytes]:
    """Return the file of an export and note who fetched it; raises Missing when it is not ready, or no longer."""
    with shop_scope(shop_id):
        row = Export.objects.filter(public_id=public_id, state=ExportState.READY, expires_at__gt=now()).first()
        if row is None or not default_storage.exists(_name(shop_id, public_id)):
            raise Missing(_("This export is no longer available. Request a new one."))
        audit.note(user_id, "fetched_export")
    file: IO[bytes] = default_storage.open(_name(shop_id, public_id))
    return file


@contextmanager
def _marked_when_it_fails(shop_id: ShopId, export_id: int) -> Iterator[None]:
    """Show the failure on the page until the work is tried again; the exception goes on to the worker."""
    made = False
    try:
        yield
        made = True
    finally:
        if not made:
            with shop_scope(shop_id):
                Export.objects.filter(pk=export_id).update(state=ExportState.WAITING)


def _pack(folder: Path, packed: Path) -> None:
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(file, file.relative_to(folder))


def _store(name: str, packed: Path) -> None:
    default_storage.delete(name)
    with packed.open("rb") as content:
        default_storage.save(name, File(content))


def _name(shop_id: ShopId, public_id: int) -> str:
    return f"shop/{shop_id}/exports/{public_id}.zip"


def _summary(row: Export) -> ExportSummary:
    is_given_up = row.state in COMING and row.asked_at < now() - GIVEN_UP_AFTER
    state = ExportState.FAILED if is_given_up else ExportState(row.state)
    return ExportSummary(
        public_id=row.public_id,
        state=state,
        asked_at=row.asked_at,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
        counts=row.counts,
        size_bytes=row.size_bytes,
    )
