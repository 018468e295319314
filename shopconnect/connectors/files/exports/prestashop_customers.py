"""PrestaShop's list of customers, as its admin exports it: we take the id, the e-mail address and the consent."""

from collections.abc import Iterator, Sequence

from shopconnect.connectors.files.exports import cells
from shopconnect.connectors.files.exports.types import ExportFormat, ExportRow, ReadingContext
from shopconnect.connectors.files.values import ID_LENGTH
from shopconnect.connectors.types import CustomerDraft


def _read(rows: Sequence[ExportRow], _context: ReadingContext) -> Iterator[CustomerDraft]:
    row = rows[0]
    email = cells.cut(row, "email address", 254)
    yield CustomerDraft(
        external_id=cells.needed_text(row, "id", ID_LENGTH),
        email=email if "@" in email else "",
        created_at=cells.spared(cells.time, row, "registration"),
        marketing_consent=cells.flag(row, "newsletter"),
    )


PRESTASHOP_CUSTOMERS = ExportFormat(
    platform="PrestaShop",
    kind="customers",
    columns=frozenset({"id", "email address", "newsletter", "partner offers"}),
    renamed={
        "adresse e-mail": "email address",
        "adresse email": "email address",
        "offres partenaires": "partner offers",
        "inscription": "registration",
        "date d'inscription": "registration",
    },
    group=lambda row: ("",),
    read=_read,
)
