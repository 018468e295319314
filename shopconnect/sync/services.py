"""Verbs of the bridge: bring a folder in, take a shop out; higher rooms enter their files here."""

import re
import shutil
import time
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

from django.utils.translation import gettext as _

from shopconnect.catalog import services as catalog
from shopconnect.connectors.files.writing import write_file
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.tenancy.bulk import Stored
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.lists import Latest
from shopconnect.orders import services as orders
from shopconnect.shops import selectors as shops
from shopconnect.sync import selectors
from shopconnect.sync.backfill import retry_backfill_now
from shopconnect.sync.folders import opening, pictures, runs
from shopconnect.sync.folders.checking import check_contents
from shopconnect.sync.folders.files import all_files
from shopconnect.sync.folders.loading import LoadProgress, load_contents, note_useless
from shopconnect.sync.folders.refusals import FolderRefusal
from shopconnect.sync.folders.sources import KnownShop, find_contents, known_shop
from shopconnect.sync.registry import SyncFile, after_load, listeners, register_file
from shopconnect.sync.types import (
    NOTHING_SAID,
    CheckReport,
    ExportReport,
    FolderDefaults,
    LoadReport,
    RunSummary,
    SyncStatus,
    UploadSummary,
)

__all__ = ["Stored", "SyncFile", "after_load", "check_folder", "export_folder", "load_folder", "register_file"]

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
SHOWN_RUNS = 20


ExportProgress = Callable[[str, int], None]  # file, lines written


def read_status(shop_id: ShopId) -> SyncStatus:
    """Return where a shop's data comes from and how far it has come."""
    with shop_scope(shop_id):
        return selectors.sync_status()


def read_runs(shop_id: ShopId) -> Latest[RunSummary]:
    """Return the latest bringings-in of files, newest first."""
    with shop_scope(shop_id):
        return selectors.list_runs(SHOWN_RUNS)


def read_run(shop_id: ShopId, run_id: int) -> RunSummary:
    """Return one import from files; raises Missing for another shop's."""
    with shop_scope(shop_id):
        found = selectors.find_run(run_id)
    if found is None:
        raise Missing(_("This import no longer exists."))
    return found


def find_waiting_upload(shop_id: ShopId) -> UploadSummary | None:
    """Return files of a merchant's that are neither in nor given up."""
    with shop_scope(shop_id):
        return selectors.find_upload_under_way()


def retry_now(shop_id: ShopId) -> None:
    """Have what holds a first bringing-in up tried again at once."""
    with shop_scope(shop_id):
        retry_backfill_now(shop_id)


def refuse_unreadable(folder: Path) -> None:
    """Raise Refusal(no_folder, no_shop_folder) of a folder without a file that a load reads; asks no database."""
    if not find_contents(folder).sources:
        raise FolderRefusal("no_shop_folder", opening.NO_SHOP_FOLDER)


def load_folder(
    slug: str,
    folder: Path,
    *,
    defaults: FolderDefaults = NOTHING_SAID,
    only: Collection[str] | None = None,
    progress: LoadProgress = lambda *_: None,
    is_demo: bool = False,
) -> LoadReport:
    """Bring a folder of files in as the shop of a slug, which is made where it is missing; again changes nothing.

    Files are ours or platforms' exports, of `only` some kinds; `defaults` say what those do not. Each few thousand
    lines are a transaction, so that what is stored stays when the process dies; the next load does the rest. Raises
    Refusal: bad_name, no_folder, no_shop_folder, no_products, needs_currency, needs_timezone, bad_currency,
    bad_timezone, load_running.
    """
    started = time.monotonic()
    _refuse_bad_name(slug)
    opening.refuse_bad_defaults(defaults)
    contents = find_contents(folder, only)
    with runs.only_one(slug):
        shop_id, is_zoned = opening.find_or_open(slug, contents, defaults, is_demo=is_demo)
        run = runs.start(shop_id)
        contents.note(run)
        if not is_zoned:
            run.note("", opening.DAYS_ARE_UTC)
        load_contents(shop_id, contents, run, progress)
        with shop_scope(shop_id):
            orders.link_orders()
            catalog.note_prices_and_stock()
            note_useless(run)
        for missing in pictures.bring_in(shop_id, folder):
            run.complain("products", 0, pictures.NOT_THERE, {"path": missing}, is_partial=True)
        _end(shop_id, run)
    return LoadReport(
        shop_id=shop_id,
        counts=run.counts(),
        problems=tuple(run.problems_in_order()),
        notes=tuple(run.notes),
        seconds=time.monotonic() - started,
    )


def check_folder(
    slug: str,
    folder: Path,
    *,
    defaults: FolderDefaults = NOTHING_SAID,
    only: Collection[str] | None = None,
    progress: LoadProgress = lambda *_: None,
) -> CheckReport:
    """Return what load_folder would find in a folder, and what must be given with it; nothing is stored.

    Files of which none is known are no refusal: the report names them. Raises Refusal: bad_name, no_folder,
    no_shop_folder, no_products, bad_currency, bad_timezone.
    """
    _refuse_bad_name(slug)
    opening.refuse_bad_defaults(defaults)
    contents, findings = find_contents(folder, only), runs.Findings()
    shop_id = shops.find_shop(slug)
    if contents.sources:
        opening.refuse_without_products(shop_id, contents)
    draft = opening.describe(shop_id, contents, defaults)
    contents.note(findings)
    missing = opening.missing_values(draft, contents)
    if not draft.timezone and "timezone" not in missing:
        findings.note("", opening.DAYS_ARE_UTC)
    known = known_shop(shop_id) if shop_id else KnownShop()
    check_contents(contents, known, draft, findings, progress)
    return CheckReport(
        files=contents.recognised(),
        counts=findings.read_counts(),
        problems=tuple(findings.problems_in_order()),
        notes=tuple(findings.notes),
        missing=missing,
    )


def export_folder(shop_id: ShopId, folder: Path, *, progress: ExportProgress = lambda *_: None) -> ExportReport:
    """Write a shop into an empty or new folder, as it was at one moment; the same shop gives the same bytes.

    Raises Refusal(folder_not_empty); nothing is written then. An export that fails leaves the folder empty.
    """
    started = time.monotonic()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal("folder_not_empty", _("%(folder)s is not empty. Choose a new folder.") % {"folder": folder})
    folder.mkdir(parents=True, exist_ok=True)
    try:
        counts = _write_out(shop_id, folder, progress)
    except BaseException:  # half an export is not mistaken for a whole one; the folder was empty before
        for entry in folder.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        raise
    return ExportReport(counts=counts, seconds=time.monotonic() - started)


def _write_out(shop_id: ShopId, folder: Path, progress: ExportProgress) -> dict[str, int]:
    counts: dict[str, int] = {}
    with runs.one_moment(), shop_scope(shop_id):
        for file in all_files():
            count = write_file(folder, file.name, file.export(), partial(progress, file.name))
            counts |= {file.name: count} if count else {}
        named = pictures.names()
    return counts | pictures.take_out(shop_id, named, folder)


def _end(shop_id: ShopId, run: runs.Run) -> None:
    """Close the run's record and tell who waits for data, in one transaction."""
    with shop_scope(shop_id):
        if runs.finish(run):
            for listener in listeners():
                listener(shop_id)


def _refuse_bad_name(slug: str) -> None:
    if not SLUG.fullmatch(slug):
        sentence = _("A shop’s name must be 1 to 60 lowercase letters, digits, - and _, such as “my-shop”.")
        raise Refusal("bad_name", sentence, 400)
