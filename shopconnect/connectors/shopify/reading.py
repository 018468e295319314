"""Rows of a shop on Shopify: asked for in lists as long as its bucket bears, made whole, and mapped."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar

from shopconnect.connectors.base import Draft, ResourceType
from shopconnect.connectors.shopify import mapper, payloads
from shopconnect.connectors.shopify.client import Client, TooCostly
from shopconnect.connectors.shopify.payloads import Nodes, Shape, read, read_each
from shopconnect.connectors.shopify.queries import read_query
from shopconnect.connectors.types import PageDraft, ShopDraft
from shopconnect.core.languages import LANGUAGES

# How much of a nested list comes with its parent; the rest is asked for by the parent's id.
VARIANTS, LEVELS, LINES = 5, 4, 10
ORDERS_AT_ONCE, PAGES = 250, 50
WITH_WORDS = frozenset({"products", "products_changed", "bulk_products", "pages", "policies"})


@dataclass(frozen=True, slots=True)
class NodeKind:
    """What Shopify calls one of a kind and a list of them; how long a list is asked for before its cost is known."""

    one: str
    many: str
    first: int
    sizes: Mapping[str, int] = field(default_factory=dict)


_ShapeT = TypeVar("_ShapeT", bound=Shape)

KINDS = {
    ResourceType.PRODUCT: NodeKind("Product", "products", 4, {"variants": VARIANTS, "levels": LEVELS}),
    ResourceType.CUSTOMER: NodeKind("Customer", "customers", 100),
    ResourceType.ORDER: NodeKind("Order", "orders", 4, {"lines": LINES}),
    ResourceType.STOCK_ITEM: NodeKind("InventoryItem", "stock_items", 50),
}
REFUNDS = NodeKind("Refund", "refunds", 5, {"lines": LINES})
REST_FIRST = 20


class PayloadReader:
    """What a client answers, as rows and drafts, at a level of protected data."""

    def __init__(self, client: Client, data_level: int) -> None:
        self._client, self._level = client, data_level

    def shop(self) -> ShopDraft:
        """Return what the shop says of itself."""
        return mapper.shop_draft(read(payloads.ShopPayload, self.ask("shop")["shop"]))

    def pages(self) -> Iterator[PageDraft]:
        """Yield the policies that are written, then the pages that shoppers see, oldest first, each with its
        translations."""
        for policy in read_each(payloads.PagePayload, self.ask("policies")["shop"]["shopPolicies"]):
            if policy.body.strip():
                yield from mapper.page_drafts(policy, self._written_in, is_policy=True)
        cursor, is_more = "", True
        while is_more:
            rows, cursor = self.page("pages", "pages", PAGES, cursor)
            is_more = bool(cursor)
            for page in read_each(payloads.PagePayload, rows):
                if page.is_published:
                    yield from mapper.page_drafts(page, self._written_in)

    def ask(self, name: str, *, again: bool = True, **variables: Any) -> dict[str, Any]:
        """Return what a document answers."""
        return self._client.ask(self.query(name), variables, again=again)

    def query(self, name: str) -> str:
        """Return a document, in this shop's languages where words are asked for."""
        return read_query(name, self._level, self._languages if name in WITH_WORDS else ())

    def page(self, name: str, place: str, first: int, cursor: str, **variables: Any) -> tuple[list[Any], str]:
        """Return a page of a list, and where it goes on."""
        answer, _ = self._ask_many(name, first, lambda size: {"first": size, "after": cursor or None, **variables})
        page = answer[place]
        return page["nodes"], read(payloads.PageInfo, page["pageInfo"]).next_cursor

    def known(self, kind: NodeKind, external_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return what there is of some plain ids, by them."""
        wanted = [mapper.gid(kind.one, one) for one in dict.fromkeys(external_ids) if mapper.is_plain_id(one)]
        return {mapper.plain_id(row["id"]): row for row in self._nodes(kind, wanted)}

    def drafts(self, resource: ResourceType, rows: Iterable[Mapping[str, Any]]) -> Iterator[Draft]:
        """Yield what rows say, each made whole."""
        readers: dict[ResourceType, Callable[[Iterable[Mapping[str, Any]]], Iterator[Draft]]] = {
            ResourceType.PRODUCT: self._products,
            ResourceType.CUSTOMER: self._customers,
            ResourceType.ORDER: self._orders,
        }
        return readers[resource](rows)

    @cached_property
    def _spoken(self) -> tuple[str, ...]:
        return tuple(self.shop().languages)

    @property
    def _written_in(self) -> str:
        return self._spoken[0] if self._spoken else ""

    @cached_property
    def _languages(self) -> tuple[str, ...]:
        """The languages to ask words in: the shop's and ours, without the one in which they are written."""
        return tuple(sorted({*self._spoken, *LANGUAGES} - set(self._spoken[:1])))

    def _ask_many(
        self, name: str, first: int, variables_of: Callable[[int], Mapping[str, Any]]
    ) -> tuple[dict[str, Any], int]:
        """Ask for a list as long as the bucket bears; returns the answer and how many were asked for."""
        query = self.query(name)
        while True:
            size = self._client.list_size(query, first)
            try:
                return self._client.ask(query, variables_of(size), items=size), size
            except TooCostly:  # the client has learnt, and names a shorter one
                if size == 1:
                    raise

    def _nodes(self, kind: NodeKind, ids: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield what there is of some global ids, in lots."""
        left = list(ids)
        while left:
            answer, size = self._ask_many(kind.many, kind.first, lambda size: {"ids": left[:size], **kind.sizes})  # noqa: B023
            yield from (row for row in answer["nodes"] if row)
            left = left[size:]

    def _products(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Draft]:
        for product in read_each(payloads.ProductPayload, rows):
            yield from mapper.product_drafts(self._whole_product(product))

    def _customers(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Draft]:
        return map(mapper.customer_draft, read_each(payloads.CustomerPayload, rows))

    def _orders(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Draft]:
        """Yield orders with their refunds, whose lines are asked for a lot of orders at a time."""
        orders = read_each(payloads.OrderPayload, rows)
        while lot := list(islice(orders, ORDERS_AT_ONCE)):
            ids = [refund.id for order in lot for refund in order.refunds]
            found = read_each(payloads.RefundPayload, self._nodes(REFUNDS, ids))
            refunds = {refund.id: self._whole_refund(refund) for refund in found}
            for order in lot:
                yield from mapper.order_drafts(self._whole_order(order), refunds)

    def _whole_product(self, product: payloads.ProductPayload) -> payloads.ProductPayload:
        variants = self._whole("more_variants", product.id, "variants", product.variants, payloads.VariantPayload)
        return product.model_copy(update={"variants": Nodes(nodes=[self._whole_variant(one) for one in variants])})

    def _whole_variant(self, variant: payloads.VariantPayload) -> payloads.VariantPayload:
        item = variant.inventory_item
        if not item or not item.inventory_levels.page_info.next_cursor:
            return variant
        levels = self._whole(
            "more_levels", item.id, "inventoryLevels", item.inventory_levels, payloads.InventoryLevelPayload
        )
        return variant.model_copy(update={"inventory_item": item.model_copy(update={"inventory_levels": levels})})

    def _whole_order(self, order: payloads.OrderPayload) -> payloads.OrderPayload:
        lines = self._whole("more_lines", order.id, "lineItems", order.line_items, payloads.OrderLinePayload)
        return order.model_copy(update={"line_items": lines})

    def _whole_refund(self, refund: payloads.RefundPayload) -> payloads.RefundPayload:
        lines = self._whole(
            "more_refund_lines", refund.id, "refundLineItems", refund.refund_line_items, payloads.RefundLinePayload
        )
        return refund.model_copy(update={"refund_line_items": lines})

    def _whole(self, name: str, parent: str, place: str, begun: Nodes[_ShapeT], shape: type[_ShapeT]) -> Nodes[_ShapeT]:
        """Return a nested list with the rest of it, which is asked for by its parent's id."""
        found, cursor = list(begun), begun.page_info.next_cursor
        while cursor:
            after = {"id": parent, "after": cursor} | ({"levels": LEVELS} if name == "more_variants" else {})
            answer, _ = self._ask_many(name, REST_FIRST, lambda size: {"first": size, **after})  # noqa: B023
            page = (answer["node"] or {}).get(place) or {}
            found += read_each(shape, page.get("nodes", []))
            cursor = read(payloads.PageInfo, page.get("pageInfo", {})).next_cursor
        return Nodes[_ShapeT](nodes=found)
