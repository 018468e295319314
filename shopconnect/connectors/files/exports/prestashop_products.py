"""PrestaShop's products, as its import and the list in its admin write them; a product is a row."""

from collections.abc import Iterator, Sequence

from shopconnect.connectors.files.exports import cells
from shopconnect.connectors.files.exports.offers import Offer, product_of, read_offers
from shopconnect.connectors.files.exports.types import ExportFormat, ExportRow, ReadingContext
from shopconnect.connectors.files.values import ID_LENGTH, gettext_noop
from shopconnect.connectors.types import ProductDraft, VariantDraft

ROOTS = frozenset({"home", "accueil", "root"})
# What its French admin and the French sample of its import call the columns.
FRENCH = {
    "id produit": "product id",
    "actif (0/1)": "active (0/1)",
    "état": "active (0/1)",
    "nom": "name",
    "catégorie": "categories (x,y,z...)",
    "catégories (x,y,z...)": "categories (x,y,z...)",
    "prix ht": "price tax excluded",
    "prix (ht)": "price tax excluded",
    "prix hors taxe": "price tax excluded",
    "prix ttc": "price tax included",
    "prix (ttc)": "price tax included",
    "prix d'achat": "wholesale price",
    "prix de gros": "wholesale price",
    "référence": "reference #",
    "référence #": "reference #",
    "fournisseur": "supplier",
    "fournisseurs": "supplier",
    "marque": "manufacturer",
    "quantité": "quantity",
    "résumé": "summary",
    "mots-clés (x,y,z...)": "tags (x,y,z...)",
    "url des images (x,y,z...)": "image urls (x,y,z...)",
}
NET = gettext_noop("Prices in this file exclude tax and are imported as they are: no tax is added.")


def _read(rows: Sequence[ExportRow], context: ReadingContext) -> Iterator[ProductDraft]:
    row = rows[0]
    yield product_of(
        read_offers(rows, _offer),
        external_id=cells.needed_text(row, "product id", ID_LENGTH),
        title=cells.needed_text(row, "name", 2000),
        currency=context.currency,
        description=cells.description(row, "description", "summary"),
        vendor=cells.cut(row, "manufacturer", ID_LENGTH) or cells.cut(row, "supplier", ID_LENGTH),
        category=_category(row),
        tags=cells.texts(row, "tags (x,y,z...)"),
        image=_image(row),
        is_shown=cells.flag(row, "active (0/1)") is not False,
    )


def _offer(row: ExportRow) -> Offer:
    gross, stock = cells.amount(row, "price tax included"), cells.number(row, "quantity")
    variant = VariantDraft(
        external_id=cells.needed_text(row, "product id", ID_LENGTH),
        sku=cells.sku(row, "reference #"),
        price=cells.needed_amount(row, "price tax excluded") if gross is None else gross,
        cost=cells.spared(cells.amount, row, "wholesale price") or None,  # 0 where nobody entered one
        stock=stock,
    )
    return Offer(variant, row, stock is None or stock > 0)


def _category(row: ExportRow) -> tuple[str, ...]:
    return tuple(name for name in cells.texts(row, "categories (x,y,z...)") if name.casefold() not in ROOTS)


def _image(row: ExportRow) -> str:
    return cells.web_address(
        row, "image urls (x,y,z...)", next(iter(cells.texts(row, "image urls (x,y,z...)", most=2000)), "")
    )


PRESTASHOP_PRODUCTS = ExportFormat(
    platform="PrestaShop",
    kind="products",
    columns=frozenset({"product id", "name", "price tax excluded"}),
    renamed={
        "id": "product id",
        "price (tax excl.)": "price tax excluded",
        "price (tax incl.)": "price tax included",
        "reference": "reference #",
        "category": "categories (x,y,z...)",
        "status": "active (0/1)",
        "brand": "manufacturer",
        **FRENCH,
    },
    group=lambda row: ("",),
    read=_read,
    lacking={"price tax included": NET},
)
