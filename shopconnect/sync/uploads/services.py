"""Verbs of files that a merchant sends: they come in chunks, are checked, brought in on a yes, and removed in a day."""

import gzip
import tempfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shopconnect.connectors.files.descriptor import FILES
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.jobs.work import add_due
from shopconnect.core.observability.progress import FolderPercent
from shopconnect.core.progress import Progress
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops import audit
from shopconnect.shops.selectors import platform_of_shop, slug_of_shop
from shopconnect.shops.services import hold_shop
from shopconnect.sync.folders.loading import LoadProgress
from shopconnect.sync.folders.refusals import FolderRefusal
from shopconnect.sync.models import Upload
from shopconnect.sync.selectors import files_of, upload_summary
from shopconnect.sync.services import check_folder, load_folder
from shopconnect.sync.types import ALIVE, UploadedFile, UploadState, UploadSummary
from shopconnect.sync.uploads.chunks import are_whole, chunk_size, join_chunks, remove_chunks, save_chunk

CHECK, LOAD, DROP = "check_upload", "load_upload", "drop_upload"
MOST_FILES, MOST_BYTES, MOST_NAME_BYTES = 50, 500_000_000, 200
MOST_UNPACKED_BYTES, MOST_LINES, READ_BYTES = 2_000_000_000, 5_000_000, 1_000_000
RETENTION = timedelta(days=1)
HAS_PLATFORM = gettext_noop("This shop’s data comes from its platform.")
TOO_LARGE = gettext_noop("These files are too large to import here.")
KEPT_FOR_A_DAY = gettext_noop("The files were kept for a day and then deleted.")
# What a merchant's own files may say; experiments, settings and visits come from an operator's folder alone.
FROM_BROWSER = frozenset({"shop", "products", "prices", "stock", "customers", "orders", "consents", "faq"})


def begin_upload(shop_id: ShopId, user_id: int, files: Sequence[UploadedFile]) -> int:
    """Make room for files that a person is about to send; returns the upload's public id.

    What was sent before and not brought in makes way. Raises Refusal: bad_files, load_running, has_platform.
    """
    named = _named(files)
    with shop_scope(shop_id):
        hold_shop(shop_id)
        _refuse_platform()
        before = Upload.objects.select_for_update().filter(state__in=ALIVE).first()
        if before is not None:
            _give_up(before)
        row = Upload.objects.create(
            sent_by_id=user_id, state=UploadState.COMING, files=[asdict(file) for file in named], sent_at=now()
        )
        add_due(DROP, row.pk, at=row.sent_at + RETENTION)
    return int(row.public_id)


def store_chunk(shop_id: ShopId, public_id: int, number: int, offset: int, content: bytes) -> None:
    """Store a chunk of a file; the same one once more changes nothing. Raises Missing, Refusal(bad_chunk)."""
    upload = find_upload(shop_id, public_id)
    is_known = upload.state == UploadState.COMING and 0 <= number < len(upload.files)
    size = chunk_size(upload.files[number], offset) if is_known else 0
    if not size or len(content) != size:
        raise Refusal("bad_chunk", _("The file changed while it was being sent. Choose it again."), 400)
    save_chunk(shop_id, public_id, number, offset, content)


def ask_check(shop_id: ShopId, public_id: int) -> None:
    """Have a worker read the files once all of them have come; asking again changes nothing.

    Raises Missing, Refusal(not_whole).
    """
    upload = find_upload(shop_id, public_id)
    if not are_whole(shop_id, public_id, upload.files):
        raise Refusal("not_whole", _("Some of the files didn’t arrive. Send them again."), 400)
    _go_on(shop_id, public_id, UploadState.COMING, UploadState.CHECKING, CHECK)


def ask_load(shop_id: ShopId, user_id: int, public_id: int) -> None:
    """Have a worker bring checked files in; asking again changes nothing. Raises Missing."""
    find_upload(shop_id, public_id)
    if _go_on(shop_id, public_id, UploadState.CHECKED, UploadState.LOADING, LOAD):
        with shop_scope(shop_id):
            audit.note(user_id, "brought_in_files")


def discard_upload(shop_id: ShopId, public_id: int) -> None:
    """Have files removed that are not wanted after all; raises Refusal(load_running)."""
    with shop_scope(shop_id):
        row = Upload.objects.select_for_update().filter(public_id=public_id, state__in=ALIVE).first()
        if row is not None:
            _give_up(row)


def find_upload(shop_id: ShopId, public_id: int) -> UploadSummary:
    """Return files on their way in; raises Missing for those of another shop, or invented ones."""
    with shop_scope(shop_id):
        row = Upload.objects.filter(public_id=public_id).first()
        if row is None:
            raise Missing(_("These files are no longer here. Send them again."))
        return upload_summary(row)


def check_upload(shop_id: ShopId, upload_id: int) -> None:
    """Read the files to their end and write down what is in them; nothing else is stored. A second run reads again."""

    def check(slug: str, folder: Path, progress: LoadProgress) -> None:
        _refuse_too_much(folder)
        report = check_folder(slug, folder, only=FROM_BROWSER, progress=progress)
        with shop_scope(shop_id):
            Upload.objects.filter(pk=upload_id).update(report=asdict(report))

    _work(shop_id, upload_id, UploadState.CHECKING, UploadState.CHECKED, check)


def load_upload(shop_id: ShopId, upload_id: int) -> None:
    """Bring checked files in and remove them; a second run changes nothing."""

    def load(slug: str, folder: Path, progress: LoadProgress) -> None:
        with shop_scope(shop_id):
            _refuse_platform()
        load_folder(slug, folder, only=FROM_BROWSER, progress=progress)

    _work(shop_id, upload_id, UploadState.LOADING, UploadState.DONE, load)
    drop_upload(shop_id, upload_id)


def drop_upload(shop_id: ShopId, upload_id: int) -> None:
    """Remove the files of an upload that is in, was refused, or was left for a day; a second run finds them removed."""
    with shop_scope(shop_id):
        row = Upload.objects.select_for_update().filter(pk=upload_id).first()
        if row is None:
            return
        # What is being imported just then has one day more.
        ends = row.sent_at + (2 * RETENTION if row.state == UploadState.LOADING else RETENTION)
        if now() < ends:
            add_due(DROP, row.pk, at=ends)  # once more then: a chunk that was on its way may come after we looked
        if row.state in ALIVE and now() < ends:
            return
        if row.state in ALIVE:
            _fail(row)
        remove_chunks(shop_id, row.public_id, files_of(row))


def _work(
    shop_id: ShopId,
    upload_id: int,
    state: UploadState,
    after: UploadState,
    verb: Callable[[str, Path, LoadProgress], None],
) -> None:
    """Do something with the files of an upload that is in a state; what is refused fails it, with the reason."""
    with shop_scope(shop_id):
        row = Upload.objects.filter(pk=upload_id, state=state).first()
    if row is None:
        return
    outcome = {"state": after, "percent": 0}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        try:
            join_chunks(shop_id, row.public_id, files_of(row), folder)
            verb(slug_of_shop(shop_id), folder, FolderPercent(folder, _percents(shop_id, upload_id)))
        except Refusal as refusal:
            if refusal.code == "load_running":  # a worker that died may still hold the shop: the work is tried again
                raise
            outcome = {"state": UploadState.FAILED, **_told(refusal)}
    with shop_scope(shop_id):
        Upload.objects.filter(pk=upload_id, state=state).update(**outcome)


def _told(refusal: Refusal) -> dict[str, Any]:
    """Return why files are not brought in as it is stored: whoever reads it may speak another language."""
    if isinstance(refusal, FolderRefusal):
        return {"refusal": refusal.text, "refusal_params": refusal.params}
    return {"refusal": refusal.message}


def _percents(shop_id: ShopId, upload_id: int) -> Progress:
    """Return what writes each new percent down, for those who watch."""
    last = 0

    def note(_step: str, percent: int) -> None:
        nonlocal last
        if percent != last:
            last = percent
            with shop_scope(shop_id):
                Upload.objects.filter(pk=upload_id).update(percent=percent)

    return note


def _go_on(shop_id: ShopId, public_id: int, before: UploadState, after: UploadState, kind: str) -> bool:
    with shop_scope(shop_id):
        row = Upload.objects.select_for_update().filter(public_id=public_id, state=before).first()
        if row is None:
            return False
        Upload.objects.filter(pk=row.pk).update(state=after, percent=0)
        add_due(kind, row.pk)
        return True


def _refuse_platform() -> None:
    if platform_of_shop().name != FILES.name:
        raise FolderRefusal("has_platform", HAS_PLATFORM, status=409)


def _refuse_too_much(folder: Path) -> None:
    """Refuse files that are small only while they are packed; raises Refusal(bad_files)."""
    size = lines = 0
    for path in folder.iterdir():
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            try:
                while piece := file.read(READ_BYTES):
                    size, lines = size + len(piece), lines + piece.count(b"\n")
                    if size > MOST_UNPACKED_BYTES or lines > MOST_LINES:
                        raise FolderRefusal("bad_files", TOO_LARGE)
            except (gzip.BadGzipFile, EOFError, zlib.error):
                continue  # the reader says what is wrong with it


def _fail(row: Upload) -> None:
    Upload.objects.filter(pk=row.pk).update(state=UploadState.FAILED, refusal=KEPT_FOR_A_DAY)


def _give_up(row: Upload) -> None:
    """Have files that were sent before make way, in the shop's scope; raises Refusal(load_running)."""
    if row.state == UploadState.LOADING and row.sent_at > now() - 2 * RETENTION:
        raise Refusal("load_running", _("Your last files are still being imported. Wait until it’s done."))
    Upload.objects.filter(pk=row.pk).update(state=UploadState.FAILED)
    add_due(DROP, row.pk)


def _named(files: Sequence[UploadedFile]) -> list[UploadedFile]:
    """Return files by the last part of their names; raises Refusal(bad_files) for too many or too large."""
    named = [
        UploadedFile(name=PurePosixPath(file.name.replace("\\", "/")).name, size_bytes=file.size_bytes)
        for file in files
    ]
    if any(len(file.name.encode(errors="replace")) > MOST_NAME_BYTES for file in named):
        sentence = _("A file’s name is too long: shorten it to %(most)d characters.")
        raise Refusal("bad_files", sentence % {"most": MOST_NAME_BYTES}, 400)
    for file in named:
        if not _is_name(file.name):
            sentence = _("%(file)s can’t be sent: its name starts with a dot or has invisible characters. Rename it.")
            raise Refusal("bad_files", sentence % {"file": file.name or "?"}, 400)
    if not any(file.size_bytes > 0 for file in named):  # an empty one among others is told with what is in those
        raise Refusal("bad_files", _("Choose at least one file that is not empty."), 400)
    if len(named) > MOST_FILES or sum(file.size_bytes for file in named) > MOST_BYTES:
        sentence = _("Send at most %(files)d files and %(megabytes)d MB at once.")
        raise Refusal("bad_files", sentence % {"files": MOST_FILES, "megabytes": MOST_BYTES // 1_000_000}, 400)
    if len({file.name for file in named}) < len(named):
        raise Refusal("bad_files", _("Two of the files have the same name."), 400)
    return named


def _is_name(name: str) -> bool:
    return bool(name) and name.isprintable() and not name.startswith(".")
