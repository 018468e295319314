"""Magento's export of products: a configurable product names its children; a row with a store view overrides words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from urllib.parse import quote

from shopconnect.connectors.files.exports import cells
from shopconnect.connectors.files.exports.offers import Offer, product_of, read_offers
from shopconnect.connectors.files.exports.types import ExportFormat, ExportRow, ReadingContext
from shopconnect.connectors.files.values import ID_LENGTH, BadRow, gettext_noop
from shopconnect.connectors.types import ProductDraft, TranslationDraft, VariantDraft
from shopconnect.core.clock import now

HIDDEN = "not visible individually"
ROOT = re.compile(r"^(default category|root catalog)(/|$)", re.IGNORECASE)
LANGUAGE = re.compile(r"([a-z]{2})(?:[_-][a-z]{2})?", re.IGNORECASE)
ALONE = gettext_noop("The product isn’t visible on its own, and no configurable product in the file refers to it.")
OTHER_VIEW = gettext_noop("The store view doesn’t name a language, so its texts are skipped.")
ONLY_WORDS = gettext_noop("This line only has a store view’s texts, and no line of the file has their product.")
LACKS_CHILDREN = gettext_noop("Variations of this product that aren’t in the file: %(skus)s.")
MOST_NAMED = 5


def _children(row: ExportRow) -> dict[str, str]:
    """Return what a configurable product says of its children: their options, by SKU."""
    children = {}
    for child in row.get("configurable_variations", "").split("|"):
        pairs = dict(part.split("=", 1) for part in child.split(",") if "=" in part)
        sku = pairs.pop("sku", "").strip()
        if sku:
            children[sku] = " / ".join(value.strip() for value in pairs.values())
    return children


def _group(row: ExportRow) -> tuple[str, ...]:
    return row.get("sku", "").strip(), *_children(row)


def _read(rows: Sequence[ExportRow], context: ReadingContext) -> Iterator[ProductDraft]:
    if cells.is_rounded(rows[0].get("sku", "").strip()):
        raise BadRow(cells.IS_ROUNDED, key="sku")
    own = [row for row in rows if not row.get("store_view_code")] or list(rows)
    parent = next((row for row in own if _children(row)), own[0])
    if parent.get("store_view_code") and not parent.get("price"):
        raise BadRow(ONLY_WORDS)
    options = _children(parent)
    if not options and parent.get("visibility", "").strip().casefold() == HIDDEN:
        raise BadRow(ALONE)
    children = [row for row in own if row is not parent] if options else [parent]
    if lacking := _lacking(options, children):
        if not children:
            raise lacking
        parent.faults.append(lacking)
    for row in own:
        if row is not parent and not options and not row.get("store_view_code"):
            row.error = BadRow(cells.SAME_SKU)
    yield product_of(
        read_offers(children, partial(_offer, options)),
        external_id=cells.needed_text(parent, "sku", ID_LENGTH),
        title=cells.needed_text(parent, "name", 2000),
        currency=context.currency,
        description=cells.description(parent, "description", "short_description"),
        category=_category(parent),
        url=f"/{quote(key)}.html" if (key := cells.cut(parent, "url_key", ID_LENGTH)) else "",
        is_shown=_is_shown(parent),
        is_gift_card=parent.get("product_type", "").strip().casefold() == "giftcard",
        translations=tuple(_translations([row for row in rows if row.get("store_view_code")], parent)),
    )


def _lacking(options: Mapping[str, str], children: Sequence[ExportRow]) -> BadRow | None:
    """Return what is wrong where a product names children that have no row."""
    present = {row.get("sku", "").strip() for row in children}
    skus = [sku for sku in options if sku not in present]
    if not skus:
        return None
    return BadRow(LACKS_CHILDREN, skus=", ".join(skus[:MOST_NAMED]) + (", …" if len(skus) > MOST_NAMED else ""))


def _offer(options: Mapping[str, str], row: ExportRow) -> Offer:
    sku = cells.needed_text(row, "sku", ID_LENGTH)
    price, special = cells.needed_amount(row, "price"), cells.spared(cells.amount, row, "special_price")
    is_reduced = (
        special is not None
        and special < price
        and cells.is_between(row, "special_price_from_date", "special_price_to_date", now().date())
    )
    is_counted = row.get("manage_stock", "1").strip() != "0"
    variant = VariantDraft(
        external_id=sku,
        sku=sku,
        title=options.get(sku, "")[:2000],
        price=special if is_reduced else price,
        compare_at_price=price if is_reduced else None,
        cost=cells.spared(cells.amount, row, "cost"),
        stock=cells.number(row, "qty") if is_counted else None,
    )
    return Offer(variant, row, cells.flag(row, "is_in_stock") is not False and _is_enabled(row))


def _translations(rows: Sequence[ExportRow], parent: ExportRow) -> Iterator[TranslationDraft]:
    known: set[str] = set()
    for row in rows:
        view = LANGUAGE.fullmatch(row["store_view_code"].strip())
        language = view[1].lower() if view else ""
        if not language:
            row.faults.append(BadRow(OTHER_VIEW))
        elif row.get("sku") == parent.get("sku") and language not in known:
            known.add(language)
            title, seen = cells.cut(row, "name", 2000), cells.description(row, "description")
            if title or seen:
                yield TranslationDraft(language=language, title=title, description=seen)


def _is_shown(parent: ExportRow) -> bool:
    return _is_enabled(parent) and parent.get("visibility", "").strip().casefold() != HIDDEN


def _is_enabled(row: ExportRow) -> bool:
    return bool(row.get("product_online", "1").strip() != "2")


def _category(parent: ExportRow) -> tuple[str, ...]:
    """Return the deepest of the categories that the product is in, below the root, the first of those."""
    paths = [cells.path(ROOT.sub("", name), "/") for name in cells.texts(parent, "categories")]
    return max(paths, key=len, default=())


MAGENTO_PRODUCTS = ExportFormat(
    platform="Magento",
    kind="products",
    columns=frozenset({"sku", "product_type", "name", "price", "attribute_set_code"}),
    group=_group,
    read=_read,
)
