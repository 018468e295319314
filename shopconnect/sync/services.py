"""Verbs of the bridge: bring a folder in, take a shop out; higher rooms enter their files here."""

import re
import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.utils.translation import gettext as _

from shopconnect.catalog import services as catalog
from shopconnect.connectors.files.drafts import read_product, read_shop
from shopconnect.connectors.files.reading import BadLine, FolderFile, find_file
from shopconnect.connectors.files.values import BadRow
from shopconnect.connectors.files.writing import write_file
from shopconnect.connectors.types import ShopDraft
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.bulk import Stored
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders import services as orders
from shopconnect.shops import selectors as shops
from shopconnect.shops.services import open_shop
from shopconnect.sync import selectors
from shopconnect.sync.backfill import retry_backfill_now
from shopconnect.sync.folders import pictures, runs
from shopconnect.sync.folders.files import all_files
from shopconnect.sync.folders.loading import load_file
from shopconnect.sync.registry import SyncFile, after_load, listeners, register_file
from shopconnect.sync.storing import profile
from shopconnect.sync.types import ExportReport, LoadReport, SyncStatus

__all__ = ["Stored", "SyncFile", "after_load", "export_folder", "load_folder", "register_file"]

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")

LoadProgress = Callable[[str, int, int], None]  # file, bytes behind us, bytes in all
ExportProgress = Callable[[str, int], None]  # file, lines written


def read_status(shop_id: ShopId) -> SyncStatus:
    """Return where a shop's data comes from and how far it has come."""
    with shop_scope(shop_id):
        return selectors.sync_status()


def retry_now(shop_id: ShopId) -> None:
    """Have what holds a first bringing-in up tried again at once."""
    with shop_scope(shop_id):
        retry_backfill_now(shop_id)


def load_folder(
    slug: str, folder: Path, *, progress: LoadProgress = lambda *_: None, is_demo: bool = False
) -> LoadReport:
    """Bring a folder of files in as the shop of a slug, which is made where it is missing; again changes nothing.

    Each few thousand lines are a transaction, so that what is stored stays when the process dies; the next load does
    the rest. Raises Refusal: bad_name, no_folder, no_shop_folder, load_running.
    """
    started = time.monotonic()
    _refuse_bad_name(slug)
    _refuse_bad_folder(folder)
    with runs.only_one(slug):
        shop_id = shops.find_shop(slug) or _open(slug, folder, is_demo=is_demo)
        run = runs.start(shop_id)
        for file in all_files():
            path = find_file(folder, file.name)
            if path is not None:
                load_file(shop_id, file, path, run, progress)
        with shop_scope(shop_id):
            orders.link_orders()
            catalog.note_prices_and_stock()
        for missing in pictures.bring_in(shop_id, folder):
            run.complain("products", 0, pictures.NOT_THERE, {"path": missing})
        _end(shop_id, run)
    return LoadReport(
        shop_id=shop_id,
        counts=run.counts(),
        problems=tuple(map(selectors.translate_problem, run.problems)),
        seconds=time.monotonic() - started,
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


def _refuse_bad_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise Refusal("no_folder", _("The folder %(folder)s doesn’t exist.") % {"folder": folder}, 404)
    try:
        found = {file.name: find_file(folder, file.name) for file in all_files()}
    except BadRow as bad:
        raise Refusal("no_shop_folder", _(bad.text) % bad.params, 400) from bad
    if found["products"] is None:
        sentence = _("%(folder)s isn’t a shop folder: it has neither products.jsonl nor products.jsonl.gz.")
        raise Refusal("no_shop_folder", sentence % {"folder": folder}, 400)


def _open(slug: str, folder: Path, *, is_demo: bool) -> ShopId:
    draft = _first(folder, "shop") or _guess(folder)
    if draft is None:
        sentence = _("%(folder)s gives no currency: shop.jsonl is missing or invalid, and so is every product.")
        raise Refusal("no_shop_folder", sentence % {"folder": folder}, 400)
    return open_shop(slug, profile(draft, slug, is_demo=is_demo), is_demo=is_demo)


def _first(folder: Path, name: str) -> ShopDraft | None:
    path = find_file(folder, name)
    found = (entry for entry in FolderFile(path, read_shop) if not isinstance(entry, BadLine)) if path else iter(())
    return next((draft for _number, draft in found), None)


def _guess(folder: Path) -> ShopDraft | None:
    """Take the currency of the first product that can be read, and UTC."""
    path = find_file(folder, "products")
    found = (entry for entry in FolderFile(path, read_product) if not isinstance(entry, BadLine)) if path else iter(())
    return next((ShopDraft(name="", currency=draft.currency, timezone="UTC") for _number, draft in found), None)
