"""Drafts: a shop's data as a source tells them, before they are anybody's rows. Empty text means: not said.

`updated_at` is the source's own time of the last change, by which older news never replace newer ones; it is no part
of what is said, hence of no digest.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class ConnectorError(Exception):
    """A source said no or made no sense; `permanent` says that trying again cannot help."""

    def __init__(
        self, platform: str, status: int | None, *, permanent: bool, retry_after: float | None = None, detail: str = ""
    ) -> None:
        super().__init__(f"{platform}: {detail or status}")
        self.platform, self.status, self.permanent = platform, status, permanent
        self.retry_after, self.detail = retry_after, detail


class AccessEnded(ConnectorError):
    """The platform itself says, in an answer of its own shape, that we may not enter this shop any more.

    A status alone never says so: whatever stands between (a firewall, a proxy, a site that moved) answers 401, 403 and
    404 as well, and nobody's install ends by that.
    """


class AppRefused(ConnectorError):
    """The platform does not take our app's own credentials, or the shop removed the app: no merchant can mend that."""


class ShopElsewhere(ConnectorError):
    """What answers at a shop's address says that it stands at another: the shop moved, or this is a copy of one.

    Nothing is read of it, sent to it or deleted for it until its merchant says which.
    """

    def __init__(self, platform: str, address: str) -> None:
        super().__init__(platform, None, permanent=False, detail=f"stands at {address}")
        self.address = address


class OrderKind(StrEnum):
    """What an entry of the order list is: which way goods and money went."""

    ORDER = "order"
    REFUND = "refund"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopDraft:
    """What a shop says of itself."""

    name: str
    currency: str
    timezone: str
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    prices_include_tax: bool | None = None
    number: str = field(default="", compare=False)  # the platform's own, by which its other services know the shop


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDraft:
    """A page that a shop wrote for its shoppers, as HTML; a policy is one that the law, or the platform, asks for.

    `language` and `original` are "" where the platform does not tell; pages that say the same in several languages
    share the latter.
    """

    title: str
    html: str
    is_policy: bool = False
    language: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingDraft:
    """One of the shop's settings: a name and any JSON value."""

    name: str
    value: object


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantDraft:
    """One variant of a product; amounts in the product's currency, None where the product's own holds."""

    external_id: str
    sku: str = ""
    title: str = ""
    price: Decimal | None = None
    compare_at_price: Decimal | None = None
    cost: Decimal | None = None
    stock: Decimal | None = None
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationDraft:
    """A product's words in one language."""

    language: str
    title: str = ""
    description: str = ""
    category: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDraft:
    """A product; `image` is an address or a path inside the folder; `available` None means: not said."""

    external_id: str
    title: str
    price: Decimal
    currency: str
    description: str = ""
    vendor: str = ""
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    image: str = ""
    url: str = ""
    available: bool = True
    created_at: datetime | None = None
    deleted_at: datetime | None = None
    cost: Decimal | None = None
    stock: Decimal | None = None
    is_gift_card: bool = False
    translations: tuple[TranslationDraft, ...] = ()
    variants: tuple[VariantDraft, ...] = ()
    updated_at: datetime | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceDraft:
    """From when a price held."""

    product: str
    variant: str
    at: datetime
    currency: str
    price: Decimal
    compare_at_price: Decimal | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockDraft:
    """How much there was at a place and a time."""

    product: str
    variant: str
    location: str
    at: datetime
    level: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDraft:
    """One account of the platform."""

    external_id: str
    email: str = ""
    country: str = ""
    language: str = ""
    created_at: datetime | None = None
    marketing_consent: bool | None = None
    updated_at: datetime | None = field(default=None, repr=False, compare=False)


class LineDraft(NamedTuple):
    """One line of an order. A plain tuple, because there are millions.

    `price` is per unit before discount, `discount` is off the whole line. Price times quantity has at most six
    decimals.
    """

    product: str
    quantity: Decimal
    price: Decimal
    discount: Decimal
    variant: str = ""
    external_id: str = ""

    @property
    def total(self) -> Decimal:
        """What the line cost after discount."""
        return self.price * self.quantity - self.discount


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentDraft:
    """A parcel."""

    at: datetime | None = None
    carrier: str = ""
    tracking_url: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """An order or a refund; `customer` is empty for a guest; `refunds` is the id of the order that is refunded.

    `arm` is the letter of the experiment's arm that the buyer was in; `signed_arm` is what the cart says of that, which
    counts where we signed it. `checkout` is a digest of the platform's name for the checkout, which nobody else knows.
    """

    external_id: str
    kind: OrderKind
    placed_at: datetime
    currency: str
    number: str = ""
    status: str = ""
    channel: str = ""
    is_test: bool = False
    cancelled_at: datetime | None = None
    customer: str = ""
    email: str = ""
    country: str = ""
    refunds: str = ""
    arm: str = ""
    signed_arm: str = ""
    checkout: str = ""
    lines: tuple[LineDraft, ...] = ()
    shipments: tuple[ShipmentDraft, ...] = ()
    is_erased: bool = field(default=False, repr=False, compare=False)  # the platform took its buyer off it
    updated_at: datetime | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """What a shopper did. `shelf`, `model` and `reasons` are of suggestions that were seen.

    `order` is the id of the order that a purchase claims to be, which counts once the platform knows such an order, of
    the same `checkout` where it names one.
    Reasons go by product, in the order of `products`: the keys of what weighed most, with commas between them.
    """

    id: UUID
    name: str
    at: datetime
    visit: str
    visitor: str = ""
    customer: str = ""
    product: str = ""
    products: tuple[str, ...] = ()
    query: str = ""
    page: str = ""
    source: str = ""
    medium: str = ""
    campaign: str = ""
    value: Decimal | None = None
    currency: str = ""
    order: str = ""
    checkout: str = ""
    shelf: str = ""
    model: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentDraft:
    """A yes or a no of a visitor or a customer to a purpose."""

    visitor: str
    customer: str
    purpose: str
    is_given: bool
    at: datetime
    source: str = ""
