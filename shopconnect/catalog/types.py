"""What may cross the wall of the catalog room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

READ_CATALOG = "read:catalog"  # a scope of tokens


class ProductState(StrEnum):
    """Whether a product can be bought."""

    AVAILABLE = "available"
    UNAVAILABLE = "unavailable"
    DELETED = "deleted"


class PriceOrder(StrEnum):
    """Which end of the prices is looked for."""

    CHEAPEST = "cheapest"
    DEAREST = "dearest"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFeatures:
    """A product as suggestions, shelves and answers need it; `titles`, `urls` and `descriptions` are by language.

    Of a description the beginning is here.
    """

    id: int
    public_id: int
    external_id: str
    title: str
    titles: Mapping[str, str]
    category: tuple[str, ...]
    vendor: str
    price: Decimal
    currency: str
    available: bool
    is_gift_card: bool
    image: str
    urls: Mapping[str, str]
    url: str
    description: str
    descriptions: Mapping[str, str]
    tags: tuple[str, ...]
    cost: Decimal | None = None
    stock: Decimal | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductWords:
    """A product's words in one language; `language` is "" for the words of the product itself."""

    product_id: int
    language: str
    title: str
    description: str
    category: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRow:
    """A product as lists show it."""

    id: int
    public_id: int
    external_id: str
    title: str
    vendor: str
    category: tuple[str, ...]
    tags: tuple[str, ...]
    image: str
    url: str
    available: bool
    is_gift_card: bool
    currency: str
    price_amount: Decimal
    cost: Decimal | None  # the merchant's own where it is known, else the platform's
    stock_level: Decimal | None
    created_at: datetime | None
    deleted_at: datetime | None

    @property
    def state(self) -> ProductState:
        """Return whether it can be bought."""
        if self.deleted_at is not None:
            return ProductState.DELETED
        return ProductState.AVAILABLE if self.available else ProductState.UNAVAILABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantRow:
    """A variant as a change of its price needs it; `price_amount` is the product's where it has none of its own."""

    external_id: str
    title: str
    sku: str
    price_amount: Decimal
    compare_at_amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCounts:
    """How much is sold; deleted products are left out of the first two."""

    products: int
    available: int
    deleted: int
    variants: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueFilter:
    """Which products a list shows; what is empty narrows nothing."""

    text: str = ""
    state: ProductState | None = None
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDetails:
    """A product as its page shows it, with the prices and levels of the shown variant from when they held."""

    product: ProductRow
    variants: tuple[VariantRow, ...]
    shown: VariantRow | None
    prices: tuple[tuple[datetime, Decimal], ...]
    stock: tuple[tuple[datetime, Decimal], ...]
    timezone: str


class LedgerEntry(NamedTuple):
    """From when a price held, in the shop's currency; `variant` is "" of a product itself."""

    product_id: int
    variant: str
    at: datetime
    price: float


class PricedVariant(NamedTuple):
    """A variant with its price and cost, the product's where it has none of its own."""

    product_id: int
    external_id: str
    price: Decimal
    cost: Decimal | None
