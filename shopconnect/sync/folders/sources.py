"""What lies in a folder: files of ours, exports of platforms, and what is neither."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from shopconnect.catalog import selectors as catalog
from shopconnect.connectors.files.exports.index import CatalogIndex
from shopconnect.connectors.files.exports.reading import ExportFile, RecognisedExport, recognise
from shopconnect.connectors.files.exports.types import ReadingContext
from shopconnect.connectors.files.reading import BadLine, FolderFile, find_file, leads_out
from shopconnect.connectors.files.values import BadRow
from shopconnect.connectors.types import CustomerDraft, ProductDraft
from shopconnect.core.security.crypto import person_key
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders import selectors as orders
from shopconnect.sync.folders.files import all_files
from shopconnect.sync.folders.refusals import FolderRefusal
from shopconnect.sync.folders.runs import Findings
from shopconnect.sync.registry import SyncFile
from shopconnect.sync.types import RecognisedFile

NO_FOLDER = gettext_noop("The folder %(folder)s doesn’t exist.")
NOT_READ = gettext_noop("Skipped: neither its name nor its columns match a file or an export that we know.")
SPREADSHEETS = frozenset({".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".numbers"})
SPREADSHEET = gettext_noop("Skipped: it’s a spreadsheet. Open it and save it as CSV, then import that file.")
ARCHIVES = frozenset({".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar"})
ARCHIVE = gettext_noop("Skipped: it’s an archive. Unpack it, then import the files in it.")
WEB_PAGE = gettext_noop("Skipped: it’s a web page, such as a sign-in page. Sign in and download the export again.")
IMAGE = gettext_noop("Skipped: it’s an image. It’s only used where a product in the files names it.")
PDF = gettext_noop("Skipped: it’s a PDF. Export as CSV instead.")
EMPTY = gettext_noop("Skipped: the file is empty.")
# How files begin, whatever they are called, in small letters.
BEGINNINGS = (
    (b"\xd0\xcf\x11\xe0", SPREADSHEET),  # .xls
    (b"pk\x03\x04", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"%pdf", PDF),
    (b"\x89png", IMAGE),
    (b"\xff\xd8\xff", IMAGE),
    (b"gif8", IMAGE),
    (b"<svg", IMAGE),
    (b"<!doctype html", WEB_PAGE),
    (b"<html", WEB_PAGE),
)
LOOKED_AT = 4096  # bytes
NO_FILE = gettext_noop("Skipped: it isn’t a file.")
LEADS_OUT = gettext_noop("Skipped: it’s a link that leads out of the folder.")


@dataclass(slots=True)
class KnownShop:
    """What the lines of an order are matched with: products by SKU and title, accounts by their e-mail's keyed hash."""

    index: CatalogIndex = field(default_factory=CatalogIndex)
    accounts: dict[str, str] = field(default_factory=dict)

    def learn(self, draft: Any) -> None:
        """Enter a product or a customer."""
        if isinstance(draft, ProductDraft):
            self.index.add(draft)
        elif isinstance(draft, CustomerDraft) and (key := person_key(draft.email)):
            self.accounts[key] = draft.external_id

    def context(self, currency: str, timezone: str = "UTC") -> ReadingContext:
        """Return what the readers of exports ask for."""
        return ReadingContext(currency=currency, timezone=timezone, index=self.index, find_customer=self._find_customer)

    def _find_customer(self, email: str) -> str:
        return self.accounts.get(person_key(email) or "", "")


@dataclass(frozen=True, slots=True)
class Source:
    """One file that can be read; `export` says what it is where it is none of ours."""

    file: SyncFile
    path: Path
    export: RecognisedExport | None = None

    @property
    def name(self) -> str:
        """Return what problems call it."""
        return self.export.path.name if self.export else self.file.name

    def reading(self, context: ReadingContext) -> FolderFile[Any] | ExportFile:
        """Return its drafts, or why there are none."""
        return ExportFile(self.export, context) if self.export else FolderFile(self.path, self.file.read)

    def first_draft(self, context: ReadingContext) -> Any:
        """Return the first draft that can be read, or what is wrong with the first line, or None."""
        bad = None
        for entry in self.reading(context):
            if not isinstance(entry, BadLine):
                return entry[1]
            bad = bad or entry
        return bad


@dataclass(frozen=True, slots=True)
class FolderContents:
    """The sources of a folder, what others point at first, and the names of files that are none, with the reason."""

    folder: Path
    sources: tuple[Source, ...]
    unread: tuple[tuple[str, BadRow], ...]

    def of(self, name: str) -> list[Source]:
        """Return the sources of one file of a shop, ours first."""
        return [source for source in self.sources if source.file.name == name]

    @property
    def kinds(self) -> list[str]:
        """Return the files of a shop that there is something of, in the order in which they are brought in."""
        return list(dict.fromkeys(source.file.name for source in self.sources))

    @property
    def names_variants(self) -> bool:
        """Say whether orders are among them that name what was bought by SKU or title, and who bought by e-mail."""
        return any(source.export for source in self.of("orders"))

    @property
    def has_exports(self) -> bool:
        """Say whether a platform's export is among them."""
        return any(source.export for source in self.sources)

    def recognised(self) -> tuple[RecognisedFile, ...]:
        """Return what each file is."""
        return tuple(
            RecognisedFile(
                name=source.path.name,
                kind=source.file.name,
                platform=source.export.format.platform if source.export else "",
            )
            for source in self.sources
        )

    def note(self, findings: Findings) -> None:
        """Note what was not read, and what should be known of what was."""
        for name, why in self.unread:
            findings.note(name, why.text, why.params)
        for source in self.sources:
            for text in source.export.notes if source.export else ():
                findings.note(source.name, text)


def find_contents(folder: Path, only: Collection[str] | None = None) -> FolderContents:
    """Return what lies in a folder, of `only` some kinds of files; raises Refusal(no_folder, no_shop_folder)."""
    if not folder.is_dir():
        raise FolderRefusal("no_folder", NO_FOLDER, {"folder": str(folder)}, 404)
    files = [file for file in all_files() if only is None or file.name in only]
    try:
        own = [Source(file, path) for file in files if (path := find_file(folder, file.name))]
    except BadRow as bad:
        raise FolderRefusal("no_shop_folder", bad.text, bad.params) from bad
    known = {source.path for source in own}
    exports, unread = [], []
    for path in sorted(folder.iterdir()):
        if path in known or path.name.startswith(".") or (path.is_dir() and not path.suffix):  # as that of pictures is
            continue
        found = _recognised(folder, path)
        if isinstance(found, RecognisedExport):
            exports += [Source(file, path, found) for file in files if file.name == found.format.kind]
        else:
            unread.append((printable(path.name), found))
    order = [file.name for file in files]
    sources = sorted([*own, *exports], key=lambda source: order.index(source.file.name))
    return FolderContents(folder, tuple(sources), tuple(unread))


def printable(name: str) -> str:
    """Return a file's name as it can be shown and stored: whatever is no letter or sign is a question mark."""
    return "".join(sign if sign.isprintable() else "?" for sign in name)


def known_shop(shop_id: ShopId) -> KnownShop:
    """Return what a shop has already that orders may name."""
    with shop_scope(shop_id):
        return KnownShop(CatalogIndex(catalog.iter_products()), orders.account_ids())


def _recognised(folder: Path, path: Path) -> RecognisedExport | BadRow:
    if leads_out(folder, path):
        return BadRow(LEADS_OUT)
    if path.suffix.lower() in SPREADSHEETS:
        return BadRow(SPREADSHEET)  # of Numbers, on some machines a folder
    if not path.is_file():
        return BadRow(NO_FILE)
    if path.suffix.lower() in ARCHIVES:
        return BadRow(ARCHIVE)
    if foreign := _foreign(path):
        return BadRow(foreign)
    try:
        return recognise(path) or BadRow(NOT_READ)
    except BadRow as bad:
        return bad


def _foreign(path: Path) -> str:
    """Return why a file cannot be a table or a feed by what it begins with, "" where it can."""
    with path.open("rb") as stored:
        start = stored.read(LOOKED_AT).lower()
    if start.startswith(b"pk") and b"[content_types].xml" in start:
        return SPREADSHEET
    begins = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not begins and len(start) < LOOKED_AT:
        return EMPTY
    if start.startswith(b"riff") and start[8:12] == b"webp":
        return IMAGE
    return next((why for sign, why in BEGINNINGS if begins.startswith(sign)), "")
