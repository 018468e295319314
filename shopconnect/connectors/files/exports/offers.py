"""What is sold of a product, row by row of an export, and what that makes of the product as a whole."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shopconnect.connectors.files.exports.types import ExportRow
from shopconnect.connectors.files.values import LARGEST_QUANTITY, MISSING, BadRow, gettext_noop
from shopconnect.connectors.types import ProductDraft, VariantDraft

STANDS_TWICE = gettext_noop("The same variant is already on an earlier line of this product.")


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant, the row that it stands on, and whether it can be bought."""

    variant: VariantDraft
    row: ExportRow
    is_available: bool


def read_offers(rows: Iterable[ExportRow], read: Callable[[ExportRow], Offer]) -> list[Offer]:
    """Return what is sold; a row that cannot be read is left out. Raises BadRow where none remains."""
    offers: dict[str, Offer] = {}
    for row in rows:
        try:
            offer = read(row)
            if offer.variant.external_id in offers:
                raise BadRow(STANDS_TWICE)
            offers[offer.variant.external_id] = offer
        except BadRow as error:
            row.error = error
    if not offers:
        raise next((row.error for row in rows if row.error), BadRow(MISSING, key="price"))
    return list(offers.values())


def product_of(offers: Sequence[Offer], *, is_shown: bool = True, **words: Any) -> ProductDraft:
    """Return the product of some offers: its price and cost are the lowest, its stock is the sum of what is counted."""
    variants = tuple(offer.variant for offer in offers)
    stocks = [variant.stock for variant in variants if variant.stock is not None]
    stock = sum(stocks, Decimal(0)) if stocks else None
    return ProductDraft(
        price=min(variant.price for variant in variants if variant.price is not None),
        cost=min((variant.cost for variant in variants if variant.cost is not None), default=None),
        stock=stock if stock is None or abs(stock) <= LARGEST_QUANTITY else None,
        available=is_shown and any(offer.is_available for offer in offers),
        variants=variants,
        **words,
    )
