"""PrestaShop's orders, line by line, by a query of its SQL Manager: its own export of orders names no product."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from shopconnect.connectors.files.drafts import check_line, check_total
from shopconnect.connectors.files.exports import cells
from shopconnect.connectors.files.exports.types import ExportFormat, ExportRow, ReadingContext
from shopconnect.connectors.files.values import CURRENCY, ID_LENGTH, MISSING, BadRow, gettext_noop
from shopconnect.connectors.types import LineDraft, OrderDraft, OrderKind

# By these the admin's own list of orders is known, in English and in French.
LISTS = (
    frozenset({"reference", "customer", "total", "payment", "status", "date"}),
    frozenset({"référence", "client", "total", "paiement", "état", "date"}),
)
NO_LINES = gettext_noop(
    "Skipped: this list of orders doesn’t say what was bought. Export the orders with the query in our guide."
)


def _read(rows: Sequence[ExportRow], _context: ReadingContext) -> Iterator[OrderDraft]:
    first = rows[0]
    placed_at = cells.time(first, "date_add")
    if placed_at is None:
        raise BadRow(MISSING, key="date_add")
    currency = cells.needed_text(first, "currency").upper()
    if not CURRENCY.fullmatch(currency):
        raise BadRow(gettext_noop('"%(key)s" must be three capital letters, such as "EUR".'), key="currency")
    customer = cells.cut(first, "id_customer", ID_LENGTH)
    yield OrderDraft(
        external_id=cells.needed_text(first, "id_order", ID_LENGTH),
        kind=OrderKind.ORDER,
        placed_at=placed_at,
        currency=currency,
        number=cells.cut(first, "reference", ID_LENGTH),
        customer="" if customer == "0" else customer,
        country=cells.cut(first, "country", 80),
        lines=tuple(_lines(rows)),
    )


def _lines(rows: Sequence[ExportRow]) -> list[LineDraft]:
    """Return the lines that can be read; raises BadRow where none of them can."""
    lines = []
    for row in rows:
        try:
            lines.append(_line(row))
        except BadRow as error:
            row.error = error
    if not lines:
        raise next(row.error for row in rows if row.error)
    check_total(lines)
    return lines


def _line(row: ExportRow) -> LineDraft:
    quantity, price = cells.needed_quantity(row, "product_quantity"), cells.needed_amount(row, "unit_price_tax_incl")
    check_line(price, quantity)
    return LineDraft(cells.needed_text(row, "product_id", ID_LENGTH), quantity, price, Decimal(0))


PRESTASHOP_ORDERS = ExportFormat(
    platform="PrestaShop",
    kind="orders",
    columns=frozenset({"id_order", "date_add", "currency", "product_id", "product_quantity", "unit_price_tax_incl"}),
    group=lambda row: (row.get("id_order", "").strip(),),
    read=_read,
    has_currency=True,
)
