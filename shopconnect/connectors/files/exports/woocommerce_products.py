"""WooCommerce's export of products: a variation is a row of its own that names its parent by SKU or as `id:12`."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from shopconnect.connectors.files.exports import cells
from shopconnect.connectors.files.exports.offers import Offer, product_of, read_offers
from shopconnect.connectors.files.exports.types import ExportFormat, ExportRow, ReadingContext
from shopconnect.connectors.files.values import ID_LENGTH, BadRow, gettext_noop
from shopconnect.connectors.types import ProductDraft, VariantDraft
from shopconnect.core.clock import now

NO_PARENT = gettext_noop("The product that this variation belongs to is not in the file.")
GROUPED = gettext_noop("A grouped product has no price of its own: only its parts are imported.")

ATTRIBUTES = "1234"
FRENCH = {
    "ugs": "sku",
    "nom": "name",
    "publié": "published",
    "visibilité dans le catalogue": "visibility in catalog",
    "description courte": "short description",
    "date de début de promo": "date sale price starts",
    "date de fin de promo": "date sale price ends",
    "en stock ?": "in stock?",
    "tarif promo": "sale price",
    "tarif régulier": "regular price",
    "catégories": "categories",
    "étiquettes": "tags",
    "marques": "brands",
}


def _types(row: ExportRow) -> set[str]:
    return {part.strip() for part in row.get("type", "").casefold().split(",")}


def _group(row: ExportRow) -> tuple[str, ...]:
    """Return the SKU of the parent, else its id as variations write it."""
    if "variation" in _types(row):
        return (row.get("parent", "").strip(),)
    by_id = f"id:{row.get('id', '').strip()}"
    sku = row.get("sku", "").strip()
    return (sku, by_id) if sku and not cells.is_rounded(sku) else (by_id,)


def _read(rows: Sequence[ExportRow], context: ReadingContext) -> Iterator[ProductDraft]:
    parent = next((row for row in rows if "variation" not in _types(row)), None)
    if parent is None:
        raise BadRow(NO_PARENT)
    if "grouped" in _types(parent):
        raise BadRow(GROUPED)
    for row in rows:
        if row is not parent and "variation" not in _types(row):
            row.error = BadRow(cells.SAME_SKU)
    children = [row for row in rows if row is not parent] if "variable" in _types(parent) else [parent]
    product = product_of(
        read_offers(children, _offer),
        external_id=cells.needed_text(parent, "id", ID_LENGTH),
        title=cells.needed_text(parent, "name", 2000),
        currency=context.currency,
        description=cells.description(parent, "description", "short description"),
        vendor=cells.cut(parent, "brands", ID_LENGTH),
        category=_category(parent),
        tags=cells.texts(parent, "tags"),
        image=_image(parent),
        is_shown=_is_shown(parent),
    )
    # Stock may be counted for all variations together.
    stock = cells.number(parent, "stock")
    yield product if stock is None else replace(product, stock=stock)


def _offer(row: ExportRow) -> Offer:
    regular, sale = cells.needed_amount(row, "regular price"), cells.spared(cells.amount, row, "sale price")
    is_reduced = sale is not None and cells.is_between(
        row, "date sale price starts", "date sale price ends", now().date()
    )
    options = [value for number in ATTRIBUTES if (value := row.get(f"attribute {number} value(s)", "").strip())]
    variant = VariantDraft(
        external_id=cells.needed_text(row, "id", ID_LENGTH),
        sku=cells.sku(row, "sku"),
        title=" / ".join(options)[:2000] if "variation" in _types(row) else "",
        price=sale if is_reduced else regular,
        compare_at_price=regular if is_reduced else None,
        stock=cells.number(row, "stock"),
    )
    return Offer(variant, row, row.get("in stock?", "1").strip().casefold() not in ("0", "no", "false"))


def _is_shown(parent: ExportRow) -> bool:
    is_visible = parent.get("visibility in catalog", "visible").strip().casefold() != "hidden"
    return is_visible and bool(parent.get("published", "1").strip() == "1")


def _category(parent: ExportRow) -> tuple[str, ...]:
    """Return the deepest of the categories that the product is in, the first of those."""
    return max(map(cells.path, cells.texts(parent, "categories")), key=len, default=())


def _image(parent: ExportRow) -> str:
    return cells.web_address(parent, "images", next(iter(cells.texts(parent, "images", most=2000)), ""))


WOOCOMMERCE_PRODUCTS = ExportFormat(
    platform="WooCommerce",
    kind="products",
    columns=frozenset({"id", "type", "name", "regular price", "categories"}),
    renamed=FRENCH | {f"valeur(s) de l'attribut {number}": f"attribute {number} value(s)" for number in ATTRIBUTES},
    group=_group,
    read=_read,
)
