"""The exports that are known, and which of them a file is by its header."""

import re
from collections.abc import Sequence

from shopconnect.connectors.files.exports.google_products import GOOGLE_PRODUCTS
from shopconnect.connectors.files.exports.magento_products import MAGENTO_PRODUCTS
from shopconnect.connectors.files.exports.prestashop_customers import PRESTASHOP_CUSTOMERS
from shopconnect.connectors.files.exports.prestashop_orders import LISTS, NO_LINES, PRESTASHOP_ORDERS
from shopconnect.connectors.files.exports.prestashop_products import PRESTASHOP_PRODUCTS
from shopconnect.connectors.files.exports.shopify_customers import SHOPIFY_CUSTOMERS
from shopconnect.connectors.files.exports.shopify_orders import SHOPIFY_ORDERS
from shopconnect.connectors.files.exports.shopify_products import SHOPIFY_PRODUCTS
from shopconnect.connectors.files.exports.types import ExportFormat
from shopconnect.connectors.files.exports.woocommerce_products import WOOCOMMERCE_PRODUCTS
from shopconnect.connectors.files.values import BadRow, gettext_noop

FORMATS = (
    SHOPIFY_PRODUCTS,
    SHOPIFY_ORDERS,
    SHOPIFY_CUSTOMERS,
    WOOCOMMERCE_PRODUCTS,
    PRESTASHOP_PRODUCTS,
    PRESTASHOP_ORDERS,
    PRESTASHOP_CUSTOMERS,
    MAGENTO_PRODUCTS,
    GOOGLE_PRODUCTS,
)
# Columns that any table may have, by which alone nothing is known.
COMMON = frozenset({"id", "name", "title", "type", "price", "link", "email", "currency"})
LACKS_COLUMN = gettext_noop("Skipped: it looks like an export from %(platform)s, but the column “%(key)s” is missing.")
_SPACES = re.compile(r"\s+")


def find_format(titles: Sequence[str]) -> tuple[ExportFormat, tuple[str, ...]] | None:
    """Return the export that a header is of, and its columns as the format names them; None for any other header.

    Letter case, spaces, kinds of apostrophe, the columns' order and columns that the format does not know make no
    difference. Raises BadRow for an export that says too little.
    """
    names = _names(titles)
    for one in FORMATS:
        columns = _columns(one, names)
        if one.columns <= set(columns):
            return one, columns
    if any(known <= set(names) for known in LISTS):
        raise BadRow(NO_LINES)
    return None


def find_lack(titles: Sequence[str]) -> BadRow | None:
    """Return why a header is of no export, where a single column of one that we know is missing; else None."""
    names = _names(titles)
    for one in FORMATS:
        lacking = sorted(one.columns - set(_columns(one, names)))
        if len(lacking) == 1 and one.columns & set(names) - COMMON:
            return BadRow(LACKS_COLUMN, platform=one.platform, key=lacking[0])
    return None


def _names(titles: Sequence[str]) -> list[str]:
    return [_SPACES.sub(" ", title).strip("\ufeff *").replace("’", "'").casefold() for title in titles]


def _columns(one: ExportFormat, names: Sequence[str]) -> tuple[str, ...]:
    """Return what a format calls some columns; of two that mean the same, the first does; of a repeated one too."""
    found: list[str] = []
    for name in names:
        meant = name if name in one.columns else one.renamed.get(name, name)
        found.append(next((one for one in (meant, name) if one not in found), ""))
    return tuple(found)
