"""One shop on Shopify: what connectors.base can ask of it, put into queries and read back as drafts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from shopconnect.connectors.base import (
    MOST_PAGES,
    Ability,
    Bulk,
    BulkState,
    Draft,
    Fetched,
    Listing,
    Page,
    PriceChange,
    Receipt,
    ResourceType,
    Tokens,
    WithoutPriceBatch,
)
from shopconnect.connectors.shopify import mapper, payloads
from shopconnect.connectors.shopify.buckets import Bucket
from shopconnect.connectors.shopify.bulk import read_drafts
from shopconnect.connectors.shopify.bulk_groups import Groups
from shopconnect.connectors.shopify.client import MOST_ITEMS, Client
from shopconnect.connectors.shopify.payloads import read
from shopconnect.connectors.shopify.places import PageCursor, after_id
from shopconnect.connectors.shopify.reading import KINDS, NodeKind, PayloadReader
from shopconnect.connectors.shopify.types import PAGE_SCOPES, PLATFORM, App
from shopconnect.connectors.texts import OTHER_CURRENCY, OTHER_PRICE, PRODUCT_GONE
from shopconnect.connectors.types import ConnectorError, PageDraft, ShopDraft
from shopconnect.core import http
from shopconnect.core.clock import now
from shopconnect.core.money import write_amount

BULK_STATES = {
    "CREATED": BulkState.RUNNING,
    "RUNNING": BulkState.RUNNING,
    "CANCELING": BulkState.RUNNING,
    "COMPLETED": BulkState.DONE,
}
SCOPES = {"write_products": Ability.PUSH_PRICE, "write_pixels": Ability.PIXEL}
ORDERS_SEEN = timedelta(days=60)  # without `read_all_orders`
# Shopify runs some exports at a time for each app and shop; a minute later one may have ended.
BULK_BUSY, BULK_BUSY_SECONDS = frozenset({"OPERATION_IN_PROGRESS", "LIMIT_REACHED"}), 60.0


class ShopifyConnection(WithoutPriceBatch):
    """One shop, seen through its Admin API. Where `read_all_orders` was not given, orders are those of 60 days."""

    def __init__(
        self, app: App, shop: str, tokens: Tokens, client: Client | None = None, *, bucket: Bucket | None = None
    ) -> None:
        url = app.address(shop, f"/admin/api/{app.api_version}/graphql.json")
        self._reading = PayloadReader(client or Client(url, tokens.access, bucket=bucket), app.data_level)
        granted = {ability for scope, ability in SCOPES.items() if scope in tokens.scopes}
        self._sees_all_orders = "read_all_orders" in tokens.scopes
        pages = {Ability.PAGES} if set(PAGE_SCOPES) <= set(tokens.scopes) else set()
        self.can = frozenset({Ability.BULK, Ability.CUSTOMERS_BY_CHANGE} | granted | pages)

    def read_shop(self) -> ShopDraft:
        """Return what the shop says of itself."""
        return self._reading.shop()

    def read_pages(self) -> list[PageDraft]:
        """Return the policies that are written, then the pages that shoppers see."""
        return list(islice(self._reading.pages(), MOST_PAGES))

    def fetch(self, resource: ResourceType, external_ids: Sequence[str]) -> Fetched:
        """Return what holds now of up to 250 resources; an id that Shopify cannot have given is missing."""
        # What Shopify does not return is missing: null stands in the place of an id that it does not know.
        rows = self._reading.known(KINDS[resource], external_ids)
        drafts = (
            self._of_stock_items(rows)
            if resource is ResourceType.STOCK_ITEM
            else self._reading.drafts(resource, rows.values())
        )
        return Fetched(tuple(drafts), tuple(one for one in external_ids if one not in rows))

    def list_changed(self, resource: ResourceType, since: datetime, cursor: str = "") -> Page[Draft]:
        """Return a page of what changed since a time, oldest change first."""
        kind = KINDS[resource]
        rows, following = self._changed(f"{kind.many}_changed", kind, kind.first, since, cursor, **kind.sizes)
        return Page(tuple(self._reading.drafts(resource, rows)), following)

    def list_changed_ids(self, resource: ResourceType, since: datetime, cursor: str = "") -> Page[str]:
        """Return the ids of what changed since a time, from a place of `list_changed` on, where that cannot be read."""
        kind = KINDS[resource]
        rows, following = self._changed(f"{kind.many}_changed_ids", kind, MOST_ITEMS, since, cursor)
        return Page(tuple(mapper.plain_id(row["id"]) for row in rows), following)

    def list_ids(self, resource: ResourceType, cursor: str = "") -> Listing:
        """Return a page of the ids of all there is, of products with their stock.

        Old orders are not among them where we may not see them.
        """
        many = KINDS[resource].many
        rows, after = self._reading.page(f"{many}_ids", many, MOST_ITEMS, "", query=after_id(cursor))
        # The last id is the cursor, for Shopify ends its own lists at 25,000 and a search by id goes on (places.py).
        ids = tuple(mapper.plain_id(row["id"]) for row in rows)
        stock = {one: Decimal(row["totalInventory"]) for one, row in zip(ids, rows) if "totalInventory" in row}
        return Listing(ids, ids[-1] if after and ids else "", stock)

    def count(self, resource: ResourceType) -> int:
        """Return how many there are that we may see."""
        is_cut = resource is ResourceType.ORDER and not self._sees_all_orders
        wanted = f"created_at:>='{mapper.as_utc(now() - ORDERS_SEEN)}'" if is_cut else ""
        return int(self._reading.ask(f"{KINDS[resource].many}_count", query=wanted)["found"]["count"])

    def start_bulk(self, resource: ResourceType) -> str:
        """Have Shopify write all there is into a file; returns the operation's global id.

        Asking twice gives two exports, which does no harm but takes one of five places.
        """
        query = self._reading.query(f"bulk_{KINDS[resource].many}")
        # Not tried again by itself: a lost answer may have begun an export, and each takes one of five places.
        found = self._reading.ask("start_bulk", again=False, query=query)["bulkOperationRunQuery"]
        user_errors = read(payloads.MutationPayload, found).user_errors
        if user_errors or not found["bulkOperation"]:
            # Busy is no refusal: the same question is answered once another export has ended.
            is_busy = any(one.code in BULK_BUSY for one in user_errors)
            raise ConnectorError(
                PLATFORM,
                200,
                permanent=not is_busy,
                detail=_words(user_errors),
                retry_after=BULK_BUSY_SECONDS if is_busy else None,
            )
        return str(found["bulkOperation"]["id"])

    def find_bulk(self, reference: str) -> Bulk:
        """Return how far an export is; one that failed may have written a part, which is then to be had."""
        found = self._reading.ask("find_bulk", id=reference)["bulkOperation"]
        if not found:
            return Bulk(reference=reference, state=BulkState.FAILED, detail="NOT_FOUND")
        done = read(payloads.BulkOperationPayload, found)
        # Failed, cancelled, expired, and whatever state Shopify adds: none of them goes on by itself.
        state = BULK_STATES.get(done.status, BulkState.FAILED)
        is_failed = state is BulkState.FAILED
        return Bulk(
            reference=reference,
            state=state,
            url=(done.partial_data_url if is_failed else done.url) or "",
            objects=done.object_count,
            detail=(done.error_code or done.status) if is_failed else "",
        )

    def download_bulk(self, bulk: Bulk, path: Path) -> bool:
        """Stream the file of an export to disk, going on after what is there; one that holds nothing is empty."""
        if not bulk.url:
            path.write_bytes(b"")
            return True
        try:
            done = http.download(bulk.url, path)
        except http.NetworkError as error:
            raise ConnectorError(PLATFORM, None, permanent=False, detail=type(error).__name__) from error
        if done.status != 200:  # noqa: PLR2004
            # An address that expired answers 4xx for ever, and the export is then asked for anew; 429 passes.
            is_gone = 400 <= done.status < 500 and done.status != 429  # noqa: PLR2004
            raise ConnectorError(PLATFORM, done.status, permanent=is_gone, detail="the file of the export")
        return done.is_whole

    def prepare_bulk(self, path: Path, seconds: float) -> bool:
        """Split a downloaded file into groups that memory holds, for so many seconds; say whether all is split."""
        return Groups(path).split(seconds)

    def read_bulk(self, resource: ResourceType, path: Path, skip: int = 0) -> Iterator[Draft]:
        """Yield the drafts of a downloaded file, whatever the order of its lines, in bounded memory.

        Refunds are asked for on the way: a bulk export cannot hold their lines.
        """
        return read_drafts(path, skip, partial(self._reading.drafts, resource))

    def push_price(self, change: PriceChange, key: str) -> Receipt:
        """Set a variant's price where it still is the expected one; no compare-at price takes it away.

        Shopify takes no idempotency key here (`@idempotent` holds for mutations that say so, this one does not), nor
        need it: a repeat finds the wanted price and changes nothing.
        """
        # An id that cannot be Shopify's would fail the whole query, and no retry would help.
        if not mapper.is_plain_id(change.variant):
            return Receipt(is_done=False, refusal=PRODUCT_GONE)
        variant_id = mapper.gid("ProductVariant", change.variant)
        found = self._reading.ask("find_price", id=variant_id)
        variant = read(payloads.VariantPricePayload, found["productVariant"]) if found["productVariant"] else None
        # A variant may have moved to another product meanwhile: what was decided was the price of that product.
        if variant is None or mapper.plain_id(variant.product.id) != change.product:
            return Receipt(is_done=False, refusal=PRODUCT_GONE)
        # A shop's currency may have been changed since, and the number would then mean another price.
        if found["shop"]["currencyCode"] != change.currency:
            return Receipt(is_done=False, refusal=OTHER_CURRENCY)
        # Asked before what was expected: after a repeat the price is no longer the expected one, but the wanted one.
        if (variant.price, variant.compare_at_price) == (change.price, change.compare_at_price):
            return Receipt(is_done=True, reference=variant_id)
        if change.expected is not None and variant.price != change.expected:
            return Receipt(is_done=False, refusal=OTHER_PRICE)
        compare_at = None if change.compare_at_price is None else write_amount(change.compare_at_price)
        wanted = {"id": variant_id, "price": write_amount(change.price), "compareAtPrice": compare_at}
        answer = self._reading.ask("set_price", product=variant.product.id, variants=[wanted])
        return _receipt(answer["productVariantsBulkUpdate"], variant_id)

    def subscribe_webhooks(self, address: str) -> int:
        """Do nothing: our app's description at Shopify names the topics, for all shops."""
        return 0

    def unsubscribe_webhooks(self, address: str) -> None:
        """Do nothing: Shopify ends what an app gets when the merchant removes it."""

    def set_pixel(self, settings: Mapping[str, str]) -> Receipt:
        """Switch our web pixel on in this shop, or give the one that is on new settings."""
        # A pixel can be made once for each shop and app; "TAKEN" is the answer to every later time.
        made = self._reading.ask("create_pixel", again=False, settings=settings)["webPixelCreate"]
        if any(one.code == "TAKEN" for one in read(payloads.MutationPayload, made).user_errors):
            pixel = read(payloads.IdPayload, self._reading.ask("find_pixel")["webPixel"]).id
            made = self._reading.ask("update_pixel", id=pixel, settings=settings)["webPixelUpdate"]
        return _receipt(made, (made["webPixel"] or {}).get("id", ""))

    def _changed(
        self, name: str, kind: NodeKind, first: int, since: datetime, cursor: str, **sizes: int
    ) -> tuple[list[dict[str, Any]], str]:
        """Return the rows of a page of what changed, and where it goes on."""
        place = PageCursor.of(cursor, mapper.as_utc(since))
        # From the same second on, not after it: others of that second may not have been on the page before.
        wanted = f"updated_at:>='{place.since}'"
        rows, after = self._reading.page(name, kind.many, first, place.after, query=wanted, **sizes)
        return rows, place.following(rows, after)

    def _of_stock_items(self, items: Mapping[str, Mapping[str, Any]]) -> Iterable[Draft]:
        # Stock is told of items, and what is stored is stock of products: so their products are asked for, each once.
        variants = [variant for item in items.values() for variant in (item["variants"] or {"nodes": ()})["nodes"]]
        products = dict.fromkeys(mapper.plain_id(variant["product"]["id"]) for variant in variants)
        return self.fetch(ResourceType.PRODUCT, list(products)).drafts


def _receipt(answer: Mapping[str, Any], reference: str) -> Receipt:
    user_errors = read(payloads.MutationPayload, answer).user_errors
    if user_errors:
        return Receipt(is_done=False, refusal=_words(user_errors))
    return Receipt(is_done=True, reference=reference)


def _words(user_errors: Iterable[payloads.UserErrorPayload]) -> str:
    return " ".join(one.message for one in user_errors)[:300]
