"""One shop on WooCommerce: what connectors.base can ask of it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from shopconnect.connectors.base import (
    MOST_PAGES,
    Ability,
    Draft,
    Fetched,
    Listing,
    Page,
    PriceChange,
    Receipt,
    ResourceType,
    Tokens,
    WithoutBulk,
    WithoutPixel,
)
from shopconnect.connectors.secrets import webhook_secret
from shopconnect.connectors.texts import PRODUCT_GONE
from shopconnect.connectors.types import PageDraft, ShopDraft
from shopconnect.connectors.woocommerce import health, mapper, prices, subscriptions
from shopconnect.connectors.woocommerce.client import WooClient
from shopconnect.connectors.woocommerce.health import WooHealth
from shopconnect.connectors.woocommerce.payloads import WooCustomer, WooProduct, read_resources
from shopconnect.connectors.woocommerce.places import ChangePlace, IdPlace, WooRow
from shopconnect.connectors.woocommerce.reading import WooReader, is_cart
from shopconnect.connectors.woocommerce.types import PLATFORM, READ_WRITE

MOST_DIGITS = 18  # PHP reads a longer number as one with a fraction, and refuses the list


class WooConnection(WithoutBulk, WithoutPixel):
    """One shop, seen through its REST API."""

    def __init__(self, shop: str, tokens: Tokens, client: WooClient) -> None:
        self._shop, self._reader = shop, WooReader(client)
        may_write = READ_WRITE in tokens.scopes
        writing = {Ability.PUSH_PRICE, Ability.PUSH_PRICES, Ability.SUBSCRIBE} if may_write else set()
        self.can = frozenset({Ability.PAGES} | writing)

    @property
    def _reading(self) -> WooReader:
        """What answers, once it is seen to be this shop: whatever is read, sent or deleted goes through here."""
        self._reader.check_home(self._shop)
        return self._reader

    def read_shop(self) -> ShopDraft:
        """Return what the shop says of itself."""
        draft = self._reader.shop()  # the key first: a bad one is told before an address that is wrong as well
        self._reader.check_home(self._shop)
        return draft

    def read_pages(self) -> list[PageDraft]:
        """Return the pages that WordPress shows to anybody; terms and privacy are pages like others there."""
        return list(islice(self._reading.pages(), MOST_PAGES))

    def examine(self, address: str) -> WooHealth:
        """Look how the shop fares, whose webhooks go to an address."""
        return health.examine(self._reader, self._shop, address)

    def set_up_plugin(self, key: str, secret: str) -> bool:
        """Give our plugin the key of the shop's pages, and what its server signs with; False where it is not active."""
        return self._reading.set_up_plugin(key, secret)

    def fetch(self, resource: ResourceType, external_ids: Sequence[str]) -> Fetched:
        """Return what holds now of up to 250 resources; an id that WooCommerce cannot have given is missing.

        Of a product in one language the product in all of them comes.
        """
        return self._reading.bearably(lambda: self._fetch(resource, external_ids))

    def list_changed(self, resource: ResourceType, since: datetime, cursor: str = "") -> Page[Draft]:
        """Return a page of what changed since a time, oldest change first."""
        return self._reading.bearably(lambda: self._list_changed(resource, since, cursor))

    def list_changed_ids(self, resource: ResourceType, since: datetime, cursor: str = "") -> Page[str]:
        """Return the ids of what changed since a time, from a place of `list_changed` on."""
        rows, following = self._reading.bearably(lambda: self._changed(resource, since, cursor, is_brief=True))
        return Page(tuple(str(row["id"]) for row in rows if not is_cart(row)), following)

    def list_ids(self, resource: ResourceType, cursor: str = "") -> Listing:
        """Return a page of the ids of all there is, of products with their stock, of customers with their times."""

        def ask(**params: str) -> list[WooRow]:
            return self._reading.list_rows(resource, is_brief=True, **params)

        rows, following = self._reading.bearably(lambda: IdPlace.of(cursor).next_rows(ask, self._reading.most_items))
        own = [row for row in rows if _is_own(resource, row)]
        ids = tuple(str(row["id"]) for row in own)
        if resource is ResourceType.PRODUCT:
            return Listing(ids, following, stock=_stock(own))
        return Listing(ids, following, changed_at=_customer_times(own) if resource is ResourceType.CUSTOMER else {})

    def count(self, resource: ResourceType) -> int:
        """Return how many there are by what a list says of itself; 0 where a host strips that, or languages mix."""
        return self._reading.count(resource)

    def subscribe_webhooks(self, address: str) -> int:
        """Have webhooks sent to an address, each topic once; returns how many the shop had switched off."""
        return subscriptions.subscribe(self._reading, address, webhook_secret(PLATFORM, self._shop))

    def unsubscribe_webhooks(self, address: str) -> None:
        """Have nothing sent to an address any more."""
        subscriptions.unsubscribe(self._reading, address)

    def push_price(self, change: PriceChange, key: str) -> Receipt:
        """Set a price; WooCommerce knows no idempotency key, and a repeat changes nothing."""
        return self.push_prices([change])[0]

    def push_prices(self, changes: Sequence[PriceChange]) -> Sequence[Receipt]:
        """Set prices with one call for all products, and one for the variations of each."""
        known = [change for change in changes if _is_id(change.product) and _is_id(change.variant)]
        receipts = self._reading.bearably(lambda: prices.push_prices(self._reading, known))
        done = dict(zip(known, receipts, strict=True))
        return [done.get(change, Receipt(is_done=False, refusal=PRODUCT_GONE)) for change in changes]

    def _fetch(self, resource: ResourceType, external_ids: Sequence[str]) -> Fetched:
        wanted = [int(one) for one in external_ids if _is_id(one)]
        rows = self._reading.known_rows(resource, wanted)
        known = {str(row["id"]) for row in rows}
        missing = tuple(one for one in external_ids if one not in known)
        return Fetched(tuple(self._reading.drafts(resource, rows)), missing)

    def _list_changed(self, resource: ResourceType, since: datetime, cursor: str) -> Page[Draft]:
        rows, following = self._changed(resource, since, cursor)
        is_product = resource is ResourceType.PRODUCT
        drafts = self._reading.changed_products(rows) if is_product else self._reading.drafts(resource, rows)
        return Page(tuple(drafts), following)

    def _changed(
        self, resource: ResourceType, since: datetime, cursor: str, *, is_brief: bool = False
    ) -> tuple[list[WooRow], str]:
        def ask(**params: str) -> list[WooRow]:
            return self._reading.list_rows(resource, is_brief=is_brief, **params)

        return ChangePlace.of(cursor, since).next_rows(ask, self._reading.most_items)


def _is_id(external_id: str) -> bool:
    is_number = external_id.isascii() and external_id.isdecimal() and external_id.lstrip("0") == external_id
    return is_number and 0 < len(external_id) <= MOST_DIGITS


def _is_own(resource: ResourceType, row: WooRow) -> bool:
    """Say whether a row is one of ours: neither a cart nor a product that we know by another language."""
    if resource is not ResourceType.PRODUCT:
        return not is_cart(row)
    product: Any = next(iter(read_resources(WooProduct, [row])), None)
    # What cannot be read is there all the same, so that it is not taken for deleted.
    return product is None or bool(product.main_id == product.id)


def _stock(rows: Sequence[WooRow]) -> dict[str, Decimal]:
    products = read_resources(WooProduct, rows)
    return {
        str(one.id): one.stock_quantity
        for one in products
        if one.type == "simple" and one.manage_stock is True and one.stock_quantity is not None
    }


def _customer_times(rows: Sequence[WooRow]) -> dict[str, datetime]:
    drafts = map(mapper.customer_draft, read_resources(WooCustomer, rows))
    return {one.external_id: one.updated_at for one in drafts if one.updated_at}
