"""One shop on Shopify: what connectors.base can ask of it, put into queries and read back as drafts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from shopconnect.connectors.base import (
    Ability,
    Bulk,
    BulkState,
    Draft,
    Fetched,
    Page,
    PriceChange,
    Receipt,
    Thing,
    Tokens,
)
from shopconnect.connectors.shopify import mapper, payloads
from shopconnect.connectors.shopify.bulk import read_roots
from shopconnect.connectors.shopify.client import MOST_ITEMS, Client, TooCostly
from shopconnect.connectors.shopify.payloads import Nodes, Shaped, read, read_each
from shopconnect.connectors.shopify.queries import read_query
from shopconnect.connectors.shopify.types import PLATFORM, App
from shopconnect.connectors.types import ConnectorError, ShopDraft
from shopconnect.core import http

# How much of a nested list comes with its parent; the rest is asked for by the parent's id.
VARIANTS, LEVELS, LINES = 5, 4, 10
# How long a list is asked for before its cost is known.
REFUNDS, NESTED, STOCK_ITEMS = 5, 20, 50
WITH_WORDS = frozenset({"products", "products_changed", "bulk_products"})
OUR_LANGUAGES = frozenset({"en", "fr"})
ORDERS_AT_ONCE = 250
BULK_STATES = {
    "CREATED": BulkState.RUNNING, "RUNNING": BulkState.RUNNING, "CANCELING": BulkState.RUNNING,
    "COMPLETED": BulkState.DONE,
}  # fmt: skip
BULK_BUSY, BULK_BUSY_SECONDS = frozenset({"OPERATION_IN_PROGRESS", "LIMIT_REACHED"}), 60.0


def gettext_noop(text: str) -> str:
    """Mark a text for translation: whoever shows it translates it, for connectors know no Django."""
    return text


GONE = gettext_noop("The product or its variant is no longer in the shop.")
OTHER_CURRENCY = gettext_noop("The shop's currency is another one by now.")
OTHER_PRICE = gettext_noop("The price was changed in the shop meanwhile.")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: Shopify's name for one and for the list, and the queries."""

    one: str
    many: str
    first: int  # how long a list is asked for before its cost is known
    sizes: Mapping[str, int] = field(default_factory=dict)


KINDS = {
    Thing.PRODUCT: Kind("Product", "products", 4, {"variants": VARIANTS, "levels": LEVELS}),
    Thing.CUSTOMER: Kind("Customer", "customers", 100),
    Thing.ORDER: Kind("Order", "orders", 4, {"lines": LINES}),
}


class ShopifyConnection:
    """One shop, seen through its Admin API. Where `read_all_orders` was not given, orders are those of 60 days."""

    def __init__(self, app: App, shop: str, tokens: Tokens, client: Client | None = None) -> None:
        url = f"{app.origin.format(shop=shop)}/admin/api/{app.api_version}/graphql.json"
        self._client = client or Client(url, tokens.access)
        self._level = app.data_level
        self.can = frozenset(
            {Ability.BULK} | ({Ability.PUSH_PRICE} if "write_products" in tokens.scopes else set())
        )  # fmt: skip

    def read_shop(self) -> ShopDraft:
        """Return what the shop says of itself."""
        return mapper.shop_draft(read(payloads.Shop, self._ask("shop")["shop"]))

    def read_scopes(self) -> tuple[str, ...]:
        """Return what the merchant lets us do, as it is now."""
        return tuple(one["handle"] for one in self._ask("scopes")["currentAppInstallation"]["accessScopes"])

    def fetch(self, thing: Thing, external_ids: Sequence[str]) -> Fetched:
        """Return what holds now of up to 250 things; an id that Shopify cannot have given is missing."""
        if thing is Thing.STOCK_ITEM:
            return self._fetch_of_stock_items(external_ids)
        kind = KINDS[thing]
        rows = self._known(kind.one, kind.many, external_ids, kind.first, kind.sizes)
        return Fetched(tuple(self._drafts(thing, rows.values())), _missing(external_ids, rows))

    def list_changed(self, thing: Thing, since: datetime, cursor: str = "") -> Page[Draft]:
        """Return a page of what changed since a time, oldest change first."""
        kind, search = KINDS[thing], f"updated_at:>='{mapper.as_utc(since)}'"
        rows, going_on = self._page(f"{kind.many}_changed", kind, kind.first, cursor, query=search, **kind.sizes)
        return Page(tuple(self._drafts(thing, rows)), going_on)

    def list_ids(self, thing: Thing, cursor: str = "") -> Page[str]:
        """Return a page of the ids of all there is. Old orders are not among them where we may not see them."""
        kind = KINDS[thing]
        rows, going_on = self._page(f"{kind.many}_ids", kind, MOST_ITEMS, cursor)
        return Page(tuple(mapper.plain_id(row["id"]) for row in rows), going_on)

    def start_bulk(self, thing: Thing) -> str:
        """Have Shopify write all there is into a file; returns the operation's global id.

        Asking twice gives two exports, which does no harm but takes one of five places.
        """
        query = self._query(f"bulk_{KINDS[thing].many}")
        found = self._ask("start_bulk", again=False, query=query)["bulkOperationRunQuery"]
        complaints = read(payloads.Changed, found).user_errors
        if complaints or not found["bulkOperation"]:
            is_busy = any(one.code in BULK_BUSY for one in complaints)
            raise ConnectorError(PLATFORM, 200, permanent=not is_busy, detail=_words(complaints),
                                 retry_after=BULK_BUSY_SECONDS if is_busy else None)  # fmt: skip
        return str(found["bulkOperation"]["id"])

    def find_bulk(self, reference: str) -> Bulk:
        """Return how far an export is; one that failed may have written a part, which is then to be had."""
        found = self._ask("find_bulk", id=reference)["bulkOperation"]
        if not found:
            return Bulk(reference=reference, state=BulkState.FAILED, detail="NOT_FOUND")
        done = read(payloads.BulkOperation, found)
        state = BULK_STATES.get(done.status, BulkState.FAILED)
        is_failed = state is BulkState.FAILED
        return Bulk(
            reference=reference, state=state, url=(done.partial_data_url if is_failed else done.url) or "",
            objects=done.object_count, detail=(done.error_code or done.status) if is_failed else "",
        )  # fmt: skip

    def download_bulk(self, bulk: Bulk, path: Path) -> None:
        """Stream the file of an export to disk; one that holds nothing is an empty file."""
        if not bulk.url:
            path.write_bytes(b"")
            return
        try:
            status = http.download(bulk.url, path)
        except http.NetworkError as error:
            raise ConnectorError(PLATFORM, None, permanent=False, detail=type(error).__name__) from error
        if status != 200:  # noqa: PLR2004
            is_gone = 400 <= status < 500 and status != 429  # noqa: PLR2004
            raise ConnectorError(PLATFORM, status, permanent=is_gone, detail="the file of the export")

    def read_bulk(self, thing: Thing, path: Path) -> Iterator[Draft]:
        """Yield the drafts of a downloaded file, whatever the order of its lines, in bounded memory.

        Refunds are asked for on the way: a bulk export cannot hold their lines.
        """
        return self._drafts(thing, read_roots(path))

    def push_price(self, change: PriceChange, key: str) -> Receipt:
        """Set a variant's price where it still is the expected one; no compare-at price takes it away.

        Shopify takes no idempotency key here (`@idempotent` holds for mutations that say so, this one does not), nor
        need it: a repeat finds the wanted price and changes nothing.
        """
        variant_id = mapper.gid("ProductVariant", change.variant)
        found = self._ask("find_price", id=variant_id)
        variant = read(payloads.Priced, found["productVariant"]) if found["productVariant"] else None
        if variant is None or mapper.plain_id(variant.product.id) != change.product:
            return Receipt(is_done=False, refusal=GONE)
        if found["shop"]["currencyCode"] != change.currency:
            return Receipt(is_done=False, refusal=OTHER_CURRENCY)
        if (variant.price, variant.compare_at_price) == (change.price, change.compare_at_price):
            return Receipt(is_done=True, reference=variant_id)
        if change.expected is not None and variant.price != change.expected:
            return Receipt(is_done=False, refusal=OTHER_PRICE)
        compare_at = None if change.compare_at_price is None else str(change.compare_at_price)
        wanted = {"id": variant_id, "price": str(change.price), "compareAtPrice": compare_at}
        answer = self._ask("set_price", product=variant.product.id, variants=[wanted])
        return _receipt(answer["productVariantsBulkUpdate"], variant_id)

    def set_pixel(self, settings: Mapping[str, str]) -> Receipt:
        """Switch our web pixel on in this shop, or give the one that is on new settings."""
        made = self._ask("create_pixel", again=False, settings=settings)["webPixelCreate"]
        if any(one.code == "TAKEN" for one in read(payloads.Changed, made).user_errors):
            pixel = self._ask("find_pixel")["webPixel"]["id"]
            made = self._ask("update_pixel", id=pixel, settings=settings)["webPixelUpdate"]
        return _receipt(made, (made["webPixel"] or {}).get("id", ""))

    @cached_property
    def _languages(self) -> tuple[str, ...]:
        """The languages to ask a product's words in: the shop's and ours, without the one in which it is written."""
        spoken = self.read_shop().languages
        return tuple(sorted({*spoken, *OUR_LANGUAGES} - set(spoken[:1])))

    def _query(self, name: str) -> str:
        """Return a document, in this shop's languages where a product is asked for."""
        return read_query(name, self._level, self._languages if name in WITH_WORDS else ())

    def _ask(self, name: str, *, again: bool = True, **variables: Any) -> dict[str, Any]:
        return self._client.ask(self._query(name), variables, again=again)

    def _ask_many(
        self, name: str, first: int, variables_of: Callable[[int], Mapping[str, Any]]
    ) -> tuple[dict[str, Any], int]:
        """Ask for a list as long as the bucket bears; returns the answer and how many were asked for."""
        query = self._query(name)
        while True:
            size = self._client.list_size(query, first)
            try:
                return self._client.ask(query, variables_of(size), items=size), size
            except TooCostly:  # the client has learnt, and names a shorter one
                if size == 1:
                    raise

    def _nodes(self, name: str, ids: Sequence[str], first: int, sizes: Mapping[str, int]) -> Iterator[dict[str, Any]]:
        """Yield what there is of some global ids, in lots."""
        left = list(ids)
        while left:
            answer, size = self._ask_many(name, first, lambda size: {"ids": left[:size], **sizes})  # noqa: B023
            yield from (row for row in answer["nodes"] if row)
            left = left[size:]

    def _known(
        self, one: str, name: str, external_ids: Sequence[str], first: int, sizes: Mapping[str, int]
    ) -> dict[str, dict[str, Any]]:
        """Return what there is of some plain ids, by them."""
        wanted = [mapper.gid(one, given) for given in dict.fromkeys(external_ids) if mapper.is_plain_id(given)]
        return {mapper.plain_id(row["id"]): row for row in self._nodes(name, wanted, first, sizes)}

    def _fetch_of_stock_items(self, external_ids: Sequence[str]) -> Fetched:
        items = self._known("InventoryItem", "stock_items", external_ids, STOCK_ITEMS, {})
        variants = [variant for item in items.values() for variant in (item["variants"] or {"nodes": ()})["nodes"]]
        products = list(dict.fromkeys(mapper.plain_id(variant["product"]["id"]) for variant in variants))
        return Fetched(self.fetch(Thing.PRODUCT, products).drafts, _missing(external_ids, items))

    def _page(self, name: str, kind: Kind, first: int, cursor: str, **variables: Any) -> tuple[list[Any], str]:
        """Return a page of a list, and where it goes on."""
        answer, _ = self._ask_many(name, first, lambda size: {"first": size, "after": cursor or None, **variables})
        page = answer[kind.many]
        return page["nodes"], read(payloads.PageInfo, page["pageInfo"]).next_cursor

    def _drafts(self, thing: Thing, rows: Iterable[Mapping[str, Any]]) -> Iterator[Draft]:
        readers: dict[Thing, Callable[[Iterable[Mapping[str, Any]]], Iterator[Draft]]] = {
            Thing.PRODUCT: self._products, Thing.CUSTOMER: self._customers, Thing.ORDER: self._orders,
        }  # fmt: skip
        return readers[thing](rows)

    def _products(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Draft]:
        for product in read_each(payloads.Product, rows):
            yield from mapper.product_drafts(self._whole_product(product))

    def _customers(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Draft]:
        return map(mapper.customer_draft, read_each(payloads.Customer, rows))

    def _orders(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Draft]:
        """Yield orders with their refunds, whose lines are asked for a lot of orders at a time."""
        orders = read_each(payloads.Order, rows)
        while lot := list(islice(orders, ORDERS_AT_ONCE)):
            ids = [refund.id for order in lot for refund in order.refunds]
            found = read_each(payloads.Refund, self._nodes("refunds", ids, REFUNDS, {"lines": LINES}))
            refunds = {refund.id: self._whole_refund(refund) for refund in found}
            for order in lot:
                yield from mapper.order_drafts(self._whole_order(order), refunds)

    def _whole_product(self, product: payloads.Product) -> payloads.Product:
        variants = self._whole("more_variants", product.id, "variants", product.variants, payloads.Variant)
        return product.model_copy(update={"variants": Nodes(nodes=[self._whole_variant(one) for one in variants])})

    def _whole_variant(self, variant: payloads.Variant) -> payloads.Variant:
        item = variant.inventory_item
        if not item or not item.inventory_levels.page_info.next_cursor:
            return variant
        levels = self._whole("more_levels", item.id, "inventoryLevels", item.inventory_levels, payloads.Level)
        return variant.model_copy(update={"inventory_item": item.model_copy(update={"inventory_levels": levels})})

    def _whole_order(self, order: payloads.Order) -> payloads.Order:
        lines = self._whole("more_lines", order.id, "lineItems", order.line_items, payloads.Line)
        return order.model_copy(update={"line_items": lines})

    def _whole_refund(self, refund: payloads.Refund) -> payloads.Refund:
        lines = self._whole(
            "more_refund_lines", refund.id, "refundLineItems", refund.refund_line_items, payloads.RefundLine
        )
        return refund.model_copy(update={"refund_line_items": lines})

    def _whole(self, name: str, parent: str, place: str, begun: Nodes[Shaped], shape: type[Shaped]) -> Nodes[Shaped]:
        """Return a nested list with the rest of it, which is asked for by its parent's id."""
        found, cursor = list(begun), begun.page_info.next_cursor
        while cursor:
            after = {"id": parent, "after": cursor} | ({"levels": LEVELS} if name == "more_variants" else {})
            answer, _ = self._ask_many(name, NESTED, lambda size: {"first": size, **after})  # noqa: B023
            page = (answer["node"] or {}).get(place) or {}
            found += read_each(shape, page.get("nodes", []))
            cursor = read(payloads.PageInfo, page.get("pageInfo", {})).next_cursor
        return Nodes[Shaped](nodes=found)


def _missing(external_ids: Sequence[str], known: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(one for one in external_ids if one not in known)


def _receipt(answer: Mapping[str, Any], reference: str) -> Receipt:
    complaints = read(payloads.Changed, answer).user_errors
    if complaints:
        return Receipt(is_done=False, refusal=_words(complaints))
    return Receipt(is_done=True, reference=reference)


def _words(complaints: Iterable[payloads.Complaint]) -> str:
    return " ".join(one.message for one in complaints)[:300]
