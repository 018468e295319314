"""Shopify's export of products: a product's rows share its handle; its own words stand on the first only."""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from shopconnect.connectors.files.exports import cells
from shopconnect.connectors.files.exports.offers import Offer, product_of, read_offers
from shopconnect.connectors.files.exports.types import ExportFormat, ExportRow, ReadingContext
from shopconnect.connectors.files.values import ID_LENGTH
from shopconnect.connectors.types import ProductDraft, VariantDraft

ONLY_VARIANT = "Default Title"  # of a product without options, which no person ever sees
# The columns of the new template, as they were called before.
RENAMED = {
    "url handle": "handle",
    "description": "body (html)",
    "published on online store": "published",
    "sku": "variant sku",
    "price": "variant price",
    "compare-at price": "variant compare at price",
    "inventory tracker": "variant inventory tracker",
    "inventory quantity": "variant inventory qty",
    "continue selling when out of stock": "variant inventory policy",
    "product image url": "image src",
}


def _read(rows: Sequence[ExportRow], context: ReadingContext) -> Iterator[ProductDraft]:
    first = next((row for row in rows if row.get("title")), rows[0])
    handle = cells.needed_text(first, "handle", ID_LENGTH)
    title = cells.needed_text(first, "title", 2000)
    # Further rows may hold nothing but a picture.
    sold = [row for row in rows if row is first or row.get("variant price") or row.get("option1 value")]
    yield product_of(
        read_offers(sold, _offer),
        external_id=handle,
        title=title,
        currency=context.currency,
        description=cells.description(first, "body (html)"),
        vendor=cells.cut(first, "vendor", ID_LENGTH),
        category=cells.path(first.get("product category") or first.get("type", "")),
        tags=cells.texts(first, "tags"),
        image=_image(rows),
        url=f"/products/{quote(handle)}",
        is_shown=_is_on_sale(first),
        is_gift_card=cells.flag(first, "gift card") is True,
    )


def _offer(row: ExportRow) -> Offer:
    options = [option for number in "123" if (option := row.get(f"option{number} value", "").strip())]
    name = " / ".join(options) or ONLY_VARIANT
    stock = cells.number(row, "variant inventory qty") if row.get("variant inventory tracker") else None
    sells_on = row.get("variant inventory policy", "").strip().casefold() in ("continue", "true")
    variant = VariantDraft(
        external_id=name[:ID_LENGTH],
        sku=cells.sku(row, "variant sku"),
        title="" if name == ONLY_VARIANT else name[:2000],
        price=cells.needed_amount(row, "variant price"),
        compare_at_price=cells.spared(cells.amount, row, "variant compare at price"),
        cost=cells.spared(cells.amount, row, "cost per item"),
        stock=stock,
    )
    return Offer(variant, row, stock is None or stock > 0 or sells_on)


def _is_on_sale(first: ExportRow) -> bool:
    return first.get("status", "active").strip().casefold() == "active" and cells.flag(first, "published") is not False


def _image(rows: Iterable[ExportRow]) -> str:
    pictures = [row for row in rows if row.get("image src")]
    first = next((row for row in pictures if row.get("image position", "").strip() == "1"), next(iter(pictures), None))
    return cells.web_address(first, "image src", first["image src"].strip()) if first else ""


SHOPIFY_PRODUCTS = ExportFormat(
    platform="Shopify",
    kind="products",
    columns=frozenset({"handle", "title", "variant price"}),
    renamed=RENAMED,
    group=lambda row: (row.get("handle", "").strip(),),
    read=_read,
)
