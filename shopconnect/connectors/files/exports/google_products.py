"""A Google Merchant feed, RSS or tab-separated: items of one group are the variants of a product."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from shopconnect.connectors.files.exports import cells
from shopconnect.connectors.files.exports.numerals import read_numeral, sole_currency, split_price
from shopconnect.connectors.files.exports.offers import Offer, product_of, read_offers
from shopconnect.connectors.files.exports.types import ExportFormat, ExportRow, ReadingContext
from shopconnect.connectors.files.values import ID_LENGTH, BadRow, gettext_noop, read_amount
from shopconnect.connectors.types import ProductDraft, VariantDraft

NO_PRICE = gettext_noop('"%(key)s" must be an amount and its currency, as in 12.50 EUR.')
TWO_CURRENCIES = gettext_noop("The items of this product have prices in more than one currency.")
OPTIONS = ("color", "size", "material", "pattern")
ON_SALE = frozenset({"in stock", "preorder", "backorder", "available for order"})
COLUMNS = (*OPTIONS, "sale_price", "item_group_id", "image_link", "product_type", "google_product_category", "brand")


def _price(row: ExportRow, column: str = "price") -> tuple[Decimal, str]:
    """Return an amount, in which a lone point is always the decimal point, and its currency."""
    written, word = split_price(cells.needed_text(row, column)) or ("", "")
    numeral, currency = read_numeral(written), sole_currency(word)
    amount = read_amount(numeral.plain) if numeral else None
    if numeral is None or amount is None or not currency or (numeral.is_ambiguous and "," in written):
        raise BadRow(NO_PRICE, key=column)
    return amount, currency


def _read(rows: Sequence[ExportRow], _context: ReadingContext) -> Iterator[ProductDraft]:
    offers = read_offers(rows, _offer)
    first = offers[0].row
    currencies = {_price(offer.row)[1] for offer in offers}
    if len(currencies) > 1:
        raise BadRow(TWO_CURRENCIES)
    yield product_of(
        offers,
        external_id=(first.get("item_group_id") or first["id"]).strip()[:ID_LENGTH],
        title=cells.needed_text(first, "title", 2000),
        currency=currencies.pop(),
        description=cells.description(first, "description"),
        vendor=cells.cut(first, "brand", ID_LENGTH),
        category=cells.path(first.get("product_type") or first.get("google_product_category", "")),
        image=cells.web_address(first, "image_link", first.get("image_link", "").strip()),
        url=cells.web_address(first, "link", first.get("link", "").strip()),
    )


def _offer(row: ExportRow) -> Offer:
    item_id, (price, currency) = cells.needed_text(row, "id", ID_LENGTH), _price(row)
    sale, sale_currency = _price(row, "sale_price") if row.get("sale_price") else (price, currency)
    is_reduced = sale < price and sale_currency == currency
    variant = VariantDraft(
        external_id=item_id,
        sku=item_id,
        title=" / ".join(option for name in OPTIONS if (option := row.get(name, "").strip()))[:2000],
        price=sale if is_reduced else price,
        compare_at_price=price if is_reduced else None,
    )
    return Offer(variant, row, _is_on_sale(row))


def _is_on_sale(row: ExportRow) -> bool:
    return row.get("availability", "in stock").strip().casefold().replace("_", " ") in ON_SALE


GOOGLE_PRODUCTS = ExportFormat(
    platform="Google Merchant",
    kind="products",
    columns=frozenset({"id", "title", "link", "price"}),
    renamed={
        name: column
        for column in ("id", "title", "description", "link", "price", "availability", *COLUMNS)
        for name in (f"g:{column}", column.replace("_", " "), f"g:{column.replace('_', ' ')}")
    },
    group=lambda row: ((row.get("item_group_id") or row.get("id", "")).strip(),),
    read=_read,
    has_currency=True,
)
