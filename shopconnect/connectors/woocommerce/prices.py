"""A price that is set in a shop, once, and only in the place of the one that was expected there."""

from decimal import Decimal

from shopconnect.connectors.base import PriceChange, Receipt
from shopconnect.connectors.texts import OTHER_CURRENCY, OTHER_PRICE, PRODUCT_GONE
from shopconnect.connectors.woocommerce.client import NOT_FOUND, ShopRefused
from shopconnect.connectors.woocommerce.payloads import WooVariation, read_resource
from shopconnect.connectors.woocommerce.reading import WooReader
from shopconnect.core.clock import now
from shopconnect.core.money import write_amount

PRICE_FIELDS = "id,status,price,regular_price,sale_price,date_on_sale_from_gmt"


def push_price(reader: WooReader, change: PriceChange) -> Receipt:
    """Set a price where it still is the expected one; a repeat finds the wanted price and changes nothing."""
    path = f"/products/{change.product}"
    if change.variant != change.product:  # a product without variations bears its price itself
        path += f"/variations/{change.variant}"
    try:
        found = read_resource(WooVariation, reader.get(path, _fields=PRICE_FIELDS))
    except ShopRefused as error:
        if error.status != NOT_FOUND:
            raise
        return Receipt(is_done=False, refusal=PRODUCT_GONE)
    if found.status == "trash":
        return Receipt(is_done=False, refusal=PRODUCT_GONE)
    if reader.currency != change.currency:
        return Receipt(is_done=False, refusal=OTHER_CURRENCY)
    regular = change.compare_at_price or change.price
    if (found.price, found.regular_price) == (change.price, regular):
        return Receipt(is_done=True, reference=change.variant)
    if change.expected is not None and found.price != change.expected:
        return Receipt(is_done=False, refusal=OTHER_PRICE)
    if found.plans_a_sale(now()):  # the merchant's own, which ours would overwrite
        return Receipt(is_done=False, refusal=OTHER_PRICE)
    return _set_price(reader, path, change, regular)


def _set_price(reader: WooReader, path: str, change: PriceChange, regular: Decimal) -> Receipt:
    """Write a price: as a text, for a number is refused, and as a reduction where there is one to compare with."""
    sale = write_amount(change.price) if regular > change.price else ""
    try:
        reader.send("PUT", path, {"regular_price": write_amount(regular), "sale_price": sale})
    except ShopRefused as error:
        return Receipt(is_done=False, refusal=error.message[:300] or error.code)
    return Receipt(is_done=True, reference=change.variant)
