"""Shopify's export of customers: of each we take the number, the e-mail address, the country and the consent."""

from collections.abc import Iterator, Sequence

from shopconnect.connectors.files.exports import cells
from shopconnect.connectors.files.exports.types import ExportFormat, ExportRow, ReadingContext
from shopconnect.connectors.files.values import ID_LENGTH
from shopconnect.connectors.types import CustomerDraft


def _read(rows: Sequence[ExportRow], _context: ReadingContext) -> Iterator[CustomerDraft]:
    row = rows[0]
    email = cells.cut(row, "email", 254)
    yield CustomerDraft(
        # An apostrophe keeps spreadsheets from rounding the number.
        external_id=cells.needed_text(row, "customer id", ID_LENGTH).lstrip("'"),
        email=email if "@" in email else "",
        country=cells.cut(row, "default address country code", 80),
        marketing_consent=cells.flag(row, "accepts email marketing"),
    )


SHOPIFY_CUSTOMERS = ExportFormat(
    platform="Shopify",
    kind="customers",
    columns=frozenset({"email", "first name", "last name", "total spent", "accepts email marketing"}),
    renamed={"accepts marketing": "accepts email marketing", "default address country": "default address country code"},
    group=lambda row: ("",),
    read=_read,
)
