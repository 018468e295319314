"""The exports that are known, and which of them a file is by its header."""

import re
from collections.abc import Sequence

from shopconnect.connectors.files.exports.google_products import GOOGLE_PRODUCTS
from shopconnect.connectors.files.exports.magento_products import MAGENTO_PRODUCTS
from shopconnect.connectors.files.exports.prestashop_products import PRESTASHOP_PRODUCTS
from shopconnect.connectors.files.exports.shopify_customers import SHOPIFY_CUSTOMERS
from shopconnect.connectors.files.exports.shopify_orders import SHOPIFY_ORDERS
from shopconnect.connectors.files.exports.shopify_products import SHOPIFY_PRODUCTS
from shopconnect.connectors.files.exports.types import ExportFormat
from shopconnect.connectors.files.exports.woocommerce_products import WOOCOMMERCE_PRODUCTS

FORMATS = (
    SHOPIFY_PRODUCTS,
    SHOPIFY_ORDERS,
    SHOPIFY_CUSTOMERS,
    WOOCOMMERCE_PRODUCTS,
    PRESTASHOP_PRODUCTS,
    MAGENTO_PRODUCTS,
    GOOGLE_PRODUCTS,
)
_SPACES = re.compile(r"\s+")


def find_format(titles: Sequence[str]) -> tuple[ExportFormat, tuple[str, ...]] | None:
    """Return the export that a header is of, and its columns as the format names them; None for any other header.

    Letter case, spaces, kinds of apostrophe, the columns' order and columns that the format does not know make no
    difference.
    """
    names = [_SPACES.sub(" ", title).strip("\ufeff *").replace("’", "'").casefold() for title in titles]
    for one in FORMATS:
        columns = tuple(name if name in one.columns else one.renamed.get(name, name) for name in names)
        if one.columns <= set(columns):
            return one, columns
    return None
