"""What any platform can be asked, in one shape; each platform's folder answers in it. Pure: no database, no Django.

A webhook brings change notices: it says that something changed, and what holds now is then asked of the platform
itself. So the order in which webhooks arrive does not matter, one mapping serves first sync, webhooks and repair, and
no payload is kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from shopconnect.connectors.types import CustomerDraft, OrderDraft, PageDraft, ProductDraft, ShopDraft, StockDraft

Draft = ProductDraft | StockDraft | CustomerDraft | OrderDraft
_T = TypeVar("_T")


class ResourceType(StrEnum):
    """What is kept in step. A product comes with its stock by location, an order with its refunds.

    A stock item is how some platforms name the stock of a variant in webhooks; fetching it gives the product it is of.
    """

    PRODUCT = "product"
    STOCK_ITEM = "stock_item"
    CUSTOMER = "customer"
    ORDER = "order"
    SHOP = "shop"


class Ability(StrEnum):
    """What a connection can do beyond reading page by page."""

    BULK = "bulk"
    PUSH_PRICE = "push_price"
    PUSH_PRICES = "push_prices"  # many with one call
    PIXEL = "pixel"
    CUSTOMERS_BY_CHANGE = "customers_by_change"  # else webhooks and the sweep keep customers in step
    PAGES = "pages"  # the shop's own pages and policies can be read
    SUBSCRIBE = "subscribe"  # webhooks are subscribed to shop by shop, with the shop's own access


class PrivacyRequestKind(StrEnum):
    """What the law lets a person, or a shop that left, ask of us."""

    DATA_REQUEST = "data_request"
    REDACT_CUSTOMER = "redact_customer"
    REDACT_SHOP = "redact_shop"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawWebhook:
    """A webhook as it came: header names in small letters, the body's very bytes.

    `shop` is the shop that the address named, "" where it named none: nothing to believe, but enough to find the secret
    that was derived for that shop (connectors.secrets).
    """

    headers: Mapping[str, str]
    body: bytes
    shop: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Something is new or changed: ask the platform for it."""

    resource: ResourceType
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """Something was deleted on the platform."""

    resource: ResourceType
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersMerged:
    """Two customers became one: what was of `merged` is of `kept` from then on."""

    kept: str
    merged: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Uninstalled:
    """The merchant removed us, at the webhook's time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopesChanged:
    """What we may do on the platform has changed: the next tokens say how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkDone:
    """A bulk export that we asked for has ended."""

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyRequested:
    """A request under privacy law; `person_key` is the keyed hash of the address, which itself is not kept."""

    kind: PrivacyRequestKind
    reference: str = ""
    customer: str = ""
    person_key: str | None = None
    orders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenElsewhere:
    """Something that signs as this shop stands at another address: the shop moved there, or that is a copy of it."""

    address: str


ChangeNotice = (
    Changed | Deleted | CustomersMerged | Uninstalled | ScopesChanged | BulkDone | PrivacyRequested | SeenElsewhere
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A webhook whose signature holds; `delivery_id` is the same when it is sent again, `shop` is its external id."""

    platform: str
    delivery_id: str
    topic: str
    shop: str
    at: datetime | None
    notices: tuple[ChangeNotice, ...]


@dataclass(frozen=True, slots=True)
class Page(Generic[_T]):
    """Some items, and where to go on ("" at the end)."""

    items: tuple[_T, ...]
    next_cursor: str = ""


@dataclass(frozen=True, slots=True)
class Listing(Page[str]):
    """A page of ids, with what a platform says beside them, by id.

    `stock` is how much there is of a product in all; `changed_at` is when a customer changed, where nothing else lists
    what changed of them.
    """

    stock: Mapping[str, Decimal] = field(default_factory=dict)
    changed_at: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What holds now of the resources asked for by id, and the ids that the platform no longer knows."""

    drafts: tuple[Draft, ...]
    missing: tuple[str, ...] = ()


class BulkState(StrEnum):
    """How far a bulk export is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """A bulk export: `url` is empty when it holds nothing; `detail` says in the platform's words why it failed.

    `objects` counts the resources themselves, not their variants or lines. One that failed may still have the `url` of
    what was written before.
    """

    reference: str
    state: BulkState
    url: str = ""
    objects: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """A price to be set on the platform, and the one it is to replace: where that is no more, nothing is changed."""

    product: str
    variant: str
    price: Decimal
    compare_at_price: Decimal | None
    expected: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the platform said of a change: done, or refused and why, in its words or in a text of ours to translate."""

    is_done: bool
    reference: str = ""
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What opens a shop's platform: a pair that is renewed, or a key with its secret that lasts until it is revoked.

    `refresh` and the times are empty for the latter, `secret` for the former. Kept whole and encrypted as one text, so
    that a pair is never half new. Not shown when printed.
    """

    access: str = field(repr=False)
    secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None
    refresh: str = field(default="", repr=False)
    refresh_expires_at: datetime | None = None

    @property
    def is_renewed(self) -> bool:
        """Whether they end by themselves, and others are had for them."""
        return bool(self.refresh) or self.expires_at is not None


MOST_FETCHED, MOST_PAGES = 250, 300


class Connection(Protocol):
    """One shop on its platform. Each call may take seconds and raises ConnectorError; none may run inside a scope."""

    can: frozenset[Ability]

    def read_shop(self) -> ShopDraft:
        """Return what the shop says of itself."""
        ...

    def read_pages(self) -> Sequence[PageDraft]:
        """Return what a shop wrote for its shoppers to read, MOST_PAGES at most; asked of those only who can PAGES."""
        ...

    def fetch(self, resource: ResourceType, external_ids: Sequence[str]) -> Fetched:
        """Return what holds now of up to MOST_FETCHED resources."""
        ...

    def list_changed(self, resource: ResourceType, since: datetime, cursor: str = "") -> Page[Draft]:
        """Return a page of what changed since a time, oldest change first.

        Of customers only where there is the ability CUSTOMERS_BY_CHANGE.
        """
        ...

    def list_changed_ids(self, resource: ResourceType, since: datetime, cursor: str = "") -> Page[str]:
        """Return the ids of what changed since a time, from a place of `list_changed` on, where that cannot be read."""
        ...

    def list_ids(self, resource: ResourceType, cursor: str = "") -> Listing:
        """Return a page of the ids of all there is, with what Listing holds besides where that costs no more.

        `cursor` names the last id that was seen, or a key in their order, never how many lie before it: what is deleted
        or changed behind it moves nothing.
        """
        ...

    def count(self, resource: ResourceType) -> int:
        """Return about how many there are, for a bar that fills; 0 where the platform does not tell."""
        ...

    def start_bulk(self, resource: ResourceType) -> str:
        """Have the platform write all there is into a file; returns the reference to look for."""
        ...

    def find_bulk(self, reference: str) -> Bulk:
        """Return how far a bulk export is."""
        ...

    def download_bulk(self, bulk: Bulk, path: Path) -> bool:
        """Stream the file of a bulk export that is done to disk, going on after what is there; say whether it is whole.

        Returns after some minutes at the latest, to be called again for the rest.
        """
        ...

    def prepare_bulk(self, path: Path, seconds: float) -> bool:
        """Do, for so many seconds, what must be done once before a downloaded file is read; say whether it is done.

        What it leaves beside the file goes with the file's folder.
        """
        ...

    def read_bulk(self, resource: ResourceType, path: Path, skip: int = 0) -> Iterator[Draft]:
        """Yield the drafts of a downloaded file, whatever the order of its lines, in bounded memory.

        They come in the same order each time, so that who has stored some goes on after them with `skip`, cheaply.
        """
        ...

    def subscribe_webhooks(self, address: str) -> int:
        """Have webhooks sent to an address, each topic once: what is there stays, what is switched off is made anew.

        Returns how many the platform had switched off. Asked of those only who can SUBSCRIBE, as is the next.
        """
        ...

    def unsubscribe_webhooks(self, address: str) -> None:
        """Have nothing sent to an address any more; once is as good as twice."""
        ...

    def set_pixel(self, settings: Mapping[str, str]) -> Receipt:
        """Switch our web pixel on in the shop, or give the one that is on new settings."""
        ...

    def push_price(self, change: PriceChange, key: str) -> Receipt:
        """Set a price, once for each idempotency key."""
        ...

    def push_prices(self, changes: Sequence[PriceChange]) -> Sequence[Receipt]:
        """Set many prices, each of another variant, and return a receipt for each; a repeat changes nothing."""
        ...


class WithoutBulk:
    """Of a connection that cannot BULK: nobody asks it, and its platform says no more of it."""

    def start_bulk(self, resource: ResourceType) -> str:
        """Not asked."""
        raise NotImplementedError

    def find_bulk(self, reference: str) -> Bulk:
        """Not asked."""
        raise NotImplementedError

    def download_bulk(self, bulk: Bulk, path: Path) -> bool:
        """Not asked."""
        raise NotImplementedError

    def prepare_bulk(self, path: Path, seconds: float) -> bool:
        """Not asked."""
        raise NotImplementedError

    def read_bulk(self, resource: ResourceType, path: Path, skip: int = 0) -> Iterator[Draft]:
        """Not asked."""
        raise NotImplementedError


class WithoutPixel:
    """Of a connection that has no PIXEL of ours to switch on."""

    def set_pixel(self, settings: Mapping[str, str]) -> Receipt:
        """Not asked."""
        raise NotImplementedError


class WithoutPriceBatch:
    """Of a connection that cannot PUSH_PRICES."""

    def push_prices(self, changes: Sequence[PriceChange]) -> Sequence[Receipt]:
        """Not asked."""
        raise NotImplementedError


def lists_changes(connection: Connection, resource: ResourceType) -> bool:
    """Say whether a connection tells what changed of a kind of resource since a time."""
    return resource is not ResourceType.CUSTOMER or Ability.CUSTOMERS_BY_CHANGE in connection.can


class Platform(Protocol):
    """One platform, for all its shops."""

    name: str

    def verify(self, raw: RawWebhook) -> Webhook:
        """Return a webhook whose signature holds, and read nothing before; else a ConnectorError, status 401 or 400."""
        ...

    def renew(self, shop: str, tokens: Tokens) -> Tokens:
        """Exchange tokens that expire for new ones; AccessEnded says that the shop must sign in again.

        Never asked for tokens that last until they are revoked.
        """
        ...

    def connect(self, shop: str, tokens: Tokens) -> Connection:
        """Return the connection of a shop, by its external id."""
        ...
