"""Shopify's export of orders: an order's rows share its name; what is said of the whole stands on the first only."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import ROUND_DOWN, Decimal

from shopconnect.connectors.files.drafts import check_line, check_total
from shopconnect.connectors.files.exports import cells
from shopconnect.connectors.files.exports.types import ExportFormat, ExportRow, ReadingContext
from shopconnect.connectors.files.values import CURRENCY, ID_LENGTH, MISSING, BadRow, gettext_noop
from shopconnect.connectors.types import LineDraft, OrderDraft, OrderKind, ShipmentDraft

NOTHING, CENT = Decimal(0), Decimal("0.01")
CHANNELS = {"web": "web", "pos": "pos", "iphone": "pos", "android": "pos", "shopify_draft_order": "draft"}
REFUNDED = "refunded"
STANDS_AGAIN = gettext_noop("The same order is already on other lines of the file.")


def _read(rows: Sequence[ExportRow], context: ReadingContext) -> Iterator[OrderDraft]:
    first = next((row for row in rows if row.get("currency")), rows[0])
    number = cells.needed_text(first, "name", ID_LENGTH)
    placed_at = cells.time(first, "created at")
    if placed_at is None:
        raise BadRow(MISSING, key="created at")
    currency = cells.needed_text(first, "currency").upper()
    if not CURRENCY.fullmatch(currency):
        raise BadRow(gettext_noop('"%(key)s" must be three capital letters, such as "EUR".'), key="currency")
    email = cells.cut(first, "email", 254)
    order_id = first.get("id", "").strip().lstrip("'")
    cancelled_at = cells.time(first, "cancelled at")
    status = cells.cut(first, "financial status", 60).casefold()
    order = OrderDraft(
        # A spreadsheet may have rounded the number: then the order's name is its id.
        external_id=order_id if order_id.isdigit() and len(order_id) < ID_LENGTH else number,
        kind=OrderKind.ORDER,
        placed_at=placed_at,
        currency=currency,
        number=number,
        status="cancelled" if cancelled_at else status,
        channel=_channel(first),
        cancelled_at=cancelled_at,
        customer=context.find_customer(email) if "@" in email else "",
        email=email if "@" in email else "",
        country=cells.cut(first, "shipping country", 80) or cells.cut(first, "billing country", 80),
        lines=tuple(_discounted(_lines(_once(rows), context), cells.spared(cells.amount, first, "subtotal"))),
        shipments=tuple(_shipments(first)),
    )
    yield order
    yield from _refund(order, first, is_whole=status == REFUNDED)


def _once(rows: Sequence[ExportRow]) -> list[ExportRow]:
    """Return the rows of one copy of an order: files that were put together hold it once each, with its first row."""
    copies = max(sum(bool(row.get("currency")) for row in rows), 1)
    found, left = [_line_cells(row) for row in rows], Counter[frozenset[tuple[str, str]]]()
    for line, count in Counter(found).items():
        left[line] = -(-count // copies)
    kept = []
    for row, line in zip(rows, found, strict=True):
        left[line] -= 1
        if left[line] >= 0:
            kept.append(row)
        else:
            row.error = BadRow(STANDS_AGAIN)
    return kept


def _line_cells(row: ExportRow) -> frozenset[tuple[str, str]]:
    return frozenset((name, cell) for name, cell in row.items() if name.startswith("lineitem"))


def _lines(rows: Sequence[ExportRow], context: ReadingContext) -> list[LineDraft]:
    """Return the lines that can be read; raises BadRow where none of them can."""
    lines = []
    for row in rows:
        if row.get("lineitem name") or row.get("lineitem quantity"):
            try:
                lines.append(_line(row, context))
            except BadRow as error:
                row.error = error
    if not lines:
        raise next((row.error for row in rows if row.error), BadRow(MISSING, key="lineitem name"))
    check_total(lines)
    return lines


def _line(row: ExportRow, context: ReadingContext) -> LineDraft:
    sku, name = cells.sku(row, "lineitem sku"), cells.needed_text(row, "lineitem name", 4000)
    quantity, price = cells.needed_quantity(row, "lineitem quantity"), cells.needed_amount(row, "lineitem price")
    product, variant = context.index.find(sku, name) or ((sku or name)[:ID_LENGTH], "")
    check_line(price, quantity)
    discount = cells.spared(cells.amount, row, "lineitem discount") or NOTHING
    return LineDraft(product, quantity, price, min(discount, price * quantity), variant)


def _discounted(lines: Sequence[LineDraft], subtotal: Decimal | None) -> Iterator[LineDraft]:
    """Yield the lines with the order's discount spread over them as they cost, down to the subtotal."""
    total = sum((line.total for line in lines), NOTHING)
    rest = total - subtotal if subtotal is not None else NOTHING
    if rest <= 0:
        yield from lines
        return
    left = rest
    for line in lines[:-1]:
        share = min((rest * line.total / total).quantize(CENT, ROUND_DOWN), line.total)
        left -= share
        yield line._replace(discount=line.discount + share)
    yield lines[-1]._replace(discount=min(lines[-1].discount + left, lines[-1].price * lines[-1].quantity))


def _refund(order: OrderDraft, first: ExportRow, *, is_whole: bool) -> Iterator[OrderDraft]:
    """Yield what was given back: all lines of an order that was refunded whole, else an amount of no product.

    The file names no day of it: it counts on the order's.
    """
    amount = cells.spared(cells.amount, first, "refunded amount")
    if amount:
        money = LineDraft(f"refund-{order.external_id}"[:ID_LENGTH], Decimal(1), amount, NOTHING)
        yield OrderDraft(
            external_id=order.external_id,
            kind=OrderKind.REFUND,
            refunds=order.external_id,
            placed_at=order.placed_at,
            currency=order.currency,
            channel=order.channel,
            customer=order.customer,
            email=order.email,
            lines=order.lines if is_whole else (money,),
        )


def _shipments(first: ExportRow) -> Iterator[ShipmentDraft]:
    if first.get("fulfillment status", "").strip().casefold() == "fulfilled":
        yield ShipmentDraft(at=cells.spared(cells.time, first, "fulfilled at"), status="sent")


def _channel(first: ExportRow) -> str:
    """Return where it was sold; an app that sells bears a number, which says nothing to anybody."""
    name = cells.cut(first, "source", 60)
    return CHANNELS.get(name, "app" if name.isdigit() else name)


SHOPIFY_ORDERS = ExportFormat(
    platform="Shopify",
    kind="orders",
    columns=frozenset({"name", "created at", "currency", "lineitem name", "lineitem quantity", "lineitem price"}),
    group=lambda row: (row.get("name", "").strip(),),
    read=_read,
    has_currency=True,
)
