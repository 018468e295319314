"""Prices that are set in a shop, many with one call, each only in the place of the one that was expected there."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from shopconnect.connectors.base import PriceChange, Receipt
from shopconnect.connectors.html import plain_text
from shopconnect.connectors.texts import OTHER_CURRENCY, OTHER_PRICE, PRODUCT_GONE
from shopconnect.connectors.types import ConnectorError
from shopconnect.connectors.woocommerce.client import NOT_FOUND, ShopRefused
from shopconnect.connectors.woocommerce.payloads import WooBatchItem, WooVariation, read_resources
from shopconnect.connectors.woocommerce.reading import WooReader
from shopconnect.connectors.woocommerce.types import PLATFORM
from shopconnect.core.clock import now
from shopconnect.core.money import write_amount

PRICE_FIELDS = "id,price,regular_price,sale_price,date_on_sale_from_gmt"
MOST_CHARACTERS = 300  # of WooCommerce's own words


def push_prices(reader: WooReader, changes: Sequence[PriceChange]) -> list[Receipt]:
    """Set prices where they still are the expected ones, and return what came of each, in the order of the changes.

    A repeat finds the wanted prices and changes nothing.
    """
    settled: dict[PriceChange, Receipt] = {}
    for path, some in _by_path(changes).items():
        found = _found(reader, path, some)
        open_changes = []
        for change in some:
            receipt = _settle(reader, found.get(change.variant), change)
            if receipt is None:
                open_changes.append(change)
            else:
                settled[change] = receipt
        settled |= _set_prices(reader, path, open_changes)
    return [settled[change] for change in changes]


def _by_path(changes: Iterable[PriceChange]) -> Mapping[str, list[PriceChange]]:
    """Group changes by the list in which the shop keeps what they are of."""
    groups: dict[str, list[PriceChange]] = {}
    for change in changes:
        # A product without variations bears its price itself.
        path = "/products" if change.variant == change.product else f"/products/{change.product}/variations"
        groups.setdefault(path, []).append(change)
    return groups


def _found(reader: WooReader, path: str, changes: Sequence[PriceChange]) -> Mapping[str, WooVariation]:
    """Return what is there, by id; lists hold nothing of what is in the trash."""
    try:
        rows = reader.included(path, PRICE_FIELDS, [int(change.variant) for change in changes])
    except ShopRefused as error:
        if error.status != NOT_FOUND:
            raise
        rows = []
    return {str(one.id): one for one in read_resources(WooVariation, rows)}


def _settle(reader: WooReader, found: WooVariation | None, change: PriceChange) -> Receipt | None:
    """Return what comes of a change without writing, None where its price is to be written."""
    if found is None:
        return Receipt(is_done=False, refusal=PRODUCT_GONE)
    if reader.currency != change.currency:
        return Receipt(is_done=False, refusal=OTHER_CURRENCY)
    if (found.price, found.regular_price) == (change.price, _regular(change)):
        return Receipt(is_done=True, reference=change.variant)
    is_another = change.expected is not None and found.price != change.expected
    if is_another or found.plans_a_sale(now()):  # the merchant's own sale, which ours would overwrite
        return Receipt(is_done=False, refusal=OTHER_PRICE)
    return None


def _regular(change: PriceChange) -> Decimal:
    return change.compare_at_price or change.price


def _set_prices(reader: WooReader, path: str, changes: Sequence[PriceChange]) -> Mapping[PriceChange, Receipt]:
    """Write prices, as many with one call as the shop's machine bears."""
    receipts: dict[PriceChange, Receipt] = {}
    for start in range(0, len(changes), reader.most_items):
        lot = changes[start : start + reader.most_items]
        answer = reader.send("POST", f"{path}/batch", {"update": [_written(change) for change in lot]})
        items = answer.get("update") if isinstance(answer, dict) else None
        answered = {str(one.id): one for one in read_resources(WooBatchItem, items if isinstance(items, list) else [])}
        for change in lot:
            receipts[change] = _receipt(answered.get(change.variant), change)
    return receipts


def _written(change: PriceChange) -> Mapping[str, object]:
    """Write a price: as a text, for a number is refused, and as a reduction where there is one to compare with."""
    regular = _regular(change)
    sale = write_amount(change.price) if regular > change.price else ""
    return {"id": int(change.variant), "regular_price": write_amount(regular), "sale_price": sale}


def _receipt(item: WooBatchItem | None, change: PriceChange) -> Receipt:
    if item is None:
        raise ConnectorError(PLATFORM, None, permanent=False, detail="a batch without an answer for each")
    if item.error is None:
        return Receipt(is_done=True, reference=change.variant)
    return Receipt(is_done=False, refusal=plain_text(item.error.message)[:MOST_CHARACTERS] or item.error.code)
