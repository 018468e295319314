"""Rows of a shop on WooCommerce: asked for in lists that it bears, made whole, and mapped."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from shopconnect.connectors.base import MOST_PAGES, Draft, ResourceType
from shopconnect.connectors.types import ConnectorError, PageDraft, ShopDraft, ShopElsewhere
from shopconnect.connectors.woocommerce import mapper
from shopconnect.connectors.woocommerce.addresses import read_address
from shopconnect.connectors.woocommerce.client import MOST_ITEMS, ShopRefused, WooClient
from shopconnect.connectors.woocommerce.known import KnownOfShops
from shopconnect.connectors.woocommerce.obstacles import Look, look_at
from shopconnect.connectors.woocommerce.payloads import (
    WooCustomer,
    WooEnvironment,
    WooIndex,
    WooOrder,
    WooPage,
    WooPlugin,
    WooProduct,
    WooRefund,
    WooResource,
    WooSetting,
    WooStatus,
    WooTerm,
    WooVariation,
    fields_of,
    read_resource,
    read_resources,
)
from shopconnect.connectors.woocommerce.places import WooRow
from shopconnect.connectors.woocommerce.types import PLATFORM, PLUGIN

API, PAGES = "/wc/v3", "/wp/v2/pages"
TAX_INCLUDED = "woocommerce_prices_include_tax"
STATUS_FIELDS = "environment.home_url,environment.site_url,environment.store_id,environment.language,settings.currency"
RUNTIME_FIELDS = "environment.version,environment.wp_version,environment.wp_cron"
# Names of plugins for languages among the namespaces; the first shows one language unless it is asked for all.
WPML, POLYLANG = "wpml/", "pll/"
BRIEF = {
    ResourceType.PRODUCT: "id,date_modified_gmt,type,manage_stock,stock_quantity,lang,translations",
    ResourceType.CUSTOMER: "id,date_modified_gmt,date_created_gmt",
    ResourceType.ORDER: "id,date_modified_gmt,status",
}


_ReadT = TypeVar("_ReadT")


@dataclass(frozen=True, slots=True)
class WooKind:
    """Where a kind of resource is listed, and as what it is read."""

    path: str
    resource: type[WooResource]


KINDS = {
    ResourceType.PRODUCT: WooKind("/products", WooProduct),
    ResourceType.CUSTOMER: WooKind("/customers", WooCustomer),
    ResourceType.ORDER: WooKind("/orders", WooOrder),
}


_INDEXES = KnownOfShops[WooIndex]()
_CATEGORIES = KnownOfShops[Mapping[int, WooTerm]]()


class WooReader:
    """What a client answers, as rows and drafts."""

    def __init__(self, client: WooClient) -> None:
        self._client = client
        self._main_ids: dict[int, int] = {}

    def check_home(self, shop: str) -> None:
        """Raise ShopElsewhere where what answers says that it is another shop than this."""
        home = read_address(self._index.home)
        if home not in ("", shop):
            raise ShopElsewhere(PLATFORM, home)

    def shop(self) -> ShopDraft:
        """Return what the shop says of itself; what only a key may read comes first, so that a bad one is told."""
        status = read_resource(WooStatus, self._client.get(f"{API}/system_status", _fields=STATUS_FIELDS))
        _INDEXES.read_anew(self._client.origin, self._read_index)
        return mapper.shop_draft(self._index, status, self._prices_include_tax())

    def pages(self) -> Iterator[PageDraft]:
        """Yield the pages that anybody may read, oldest first; those behind a password are empty, and left out.

        WPML lists those of the main language alone, and does not say so; Polylang lists all, and Pro says which.
        By offset: WordPress answers an error where a page of a list would be beyond its last.
        """
        fields = {"_fields": fields_of(WooPage), "orderby": "id", "order": "asc", "per_page": str(MOST_ITEMS)}
        for offset in range(0, MOST_PAGES, MOST_ITEMS):
            rows = self._client.get_unsigned(PAGES, offset=str(offset), **fields)
            for one in read_resources(WooPage, rows):
                if one.content.rendered.strip():
                    yield mapper.page_draft(one)
            if len(rows) < MOST_ITEMS:
                return

    def environment(self) -> WooEnvironment:
        """Return which versions the shop runs, and whether visits run its tasks."""
        return read_resource(WooStatus, self._client.get(f"{API}/system_status", _fields=RUNTIME_FIELDS)).environment

    def plugin(self) -> WooPlugin | None:
        """Return what our plugin says of itself, None where it is not active; the index is read anew for that."""
        if PLUGIN not in _INDEXES.read_anew(self._client.origin, self._read_index).namespaces:
            return None
        return read_resource(WooPlugin, self._client.get(f"/{PLUGIN}/status"))

    def set_up_plugin(self, key: str, secret: str) -> bool:
        """Give our plugin a key and a secret, once; False where it is not active."""
        is_active = PLUGIN in self._index.namespaces
        if is_active:
            self._client.send("PUT", f"/{PLUGIN}/storefront", {"key": key, "secret": secret})
        return is_active

    def look(self, shop: str) -> Look:
        """Look at the shop without a key."""
        return look_at(self._client.origin, shop)

    def list_rows(self, resource: ResourceType, *, is_brief: bool = False, **params: str) -> list[WooRow]:
        """Return a page of rows, carts among them: its length says whether more follows."""
        kind = KINDS[resource]
        fields = BRIEF[resource] if is_brief else fields_of(kind.resource)
        if "modified_after" in params:
            params["dates_are_gmt"] = "true"
        return self._list(kind.path, fields, **self._languages(kind.path), **params)

    def count(self, resource: ResourceType) -> int:
        """Return how many there are of a kind, 0 where nobody says.

        Of products the main ones count: WPML lists just these unless asked for all, Polylang cannot be told to.
        """
        if resource is ResourceType.PRODUCT and any(one.startswith(POLYLANG) for one in self._index.namespaces):
            return 0
        return self._client.count(f"{API}{KINDS[resource].path}")

    def known_rows(self, resource: ResourceType, ids: Sequence[int]) -> list[WooRow]:
        """Return what there is of some ids."""
        kind = KINDS[resource]
        rows = self.included(kind.path, fields_of(kind.resource), ids)
        return [row for row in rows if not is_cart(row)]

    def drafts(self, resource: ResourceType, rows: Sequence[WooRow]) -> Iterator[Draft]:
        """Yield what rows say, each made whole."""
        readers: Mapping[ResourceType, Callable[[Sequence[WooRow]], Iterator[Draft]]] = {
            ResourceType.PRODUCT: lambda rows: self._products(self._groups(rows).values()),
            ResourceType.CUSTOMER: lambda rows: map(mapper.customer_draft, read_resources(WooCustomer, rows)),
            ResourceType.ORDER: self._orders,
        }
        return readers[resource]([row for row in rows if not is_cart(row)])

    def changed_products(self, rows: Sequence[WooRow]) -> Iterator[Draft]:
        """Yield products of a page of changes; one that changed later in another language comes with that page."""
        here = {row["id"] for row in rows}
        groups = [(max(group, key=mapper.product_time), group) for group in self._groups(rows).values()]
        newest_here = [(newest, group) for newest, group in groups if newest.id in here]
        ordered = sorted(newest_here, key=lambda pair: mapper.product_time(pair[0]))
        return self._products([group for _newest, group in ordered])

    def get(self, path: str, **params: str) -> Any:
        """Return what stands at a path of WooCommerce's."""
        return self._client.get(f"{API}{path}", **params)

    def send(self, method: str, path: str, body: Any = None, **params: str) -> Any:
        """Change what stands at a path of WooCommerce's, once."""
        return self._client.send(method, f"{API}{path}", body, **params)

    @property
    def most_items(self) -> int:
        """How long a list may be asked for."""
        return self._client.list_size

    def bearably(self, read: Callable[[], _ReadT]) -> _ReadT:
        """Read something, in shorter lists where the shop's machine breaks down over it."""
        while True:
            try:
                found = read()
            except ConnectorError as error:
                if not self._client.shorten_lists(error):
                    raise
            else:
                self._client.lengthen_lists()
                return found

    @cached_property
    def currency(self) -> str:
        """The shop's currency."""
        status = self.get("/system_status", _fields="settings.currency")
        return read_resource(WooStatus, status).settings.currency

    @property
    def _index(self) -> WooIndex:
        return _INDEXES.get(self._client.origin, self._read_index)

    def _read_index(self) -> WooIndex:
        fields = "name,url,home,gmt_offset,timezone_string,namespaces,routes"
        return read_resource(WooIndex, self._client.get("/", _fields=fields))

    def _categories_with(self, wanted: Collection[int]) -> Mapping[int, WooTerm]:
        """Return the categories by id; those that we know, unless one of the wanted is newer."""
        known = _CATEGORIES.get(self._client.origin, self._read_categories)
        if all(pk in known for pk in wanted):
            return known
        return _CATEGORIES.read_anew(self._client.origin, self._read_categories)

    def _read_categories(self) -> Mapping[int, WooTerm]:
        found, page = [], 1
        while True:
            fields = {"_fields": "id,name,parent", "orderby": "id", "order": "asc"}
            rows = self._client.get(
                f"{API}/products/categories", per_page=str(MOST_ITEMS), page=str(page), **fields, **self._all_languages
            )
            found += list(read_resources(WooTerm, rows))
            page += 1
            if len(rows) < MOST_ITEMS:
                return {one.id: one for one in found}

    @property
    def _all_languages(self) -> dict[str, str]:
        return {"lang": "all"} if any(one.startswith(WPML) for one in self._index.namespaces) else {}

    @property
    def _is_multilingual(self) -> bool:
        return any(one.startswith((WPML, POLYLANG)) for one in self._index.namespaces)

    def _languages(self, path: str) -> dict[str, str]:
        return self._all_languages if path == "/products" else {}

    def _has(self, route: str) -> bool:
        return f"{API}{route}" in self._index.routes

    def _prices_include_tax(self) -> bool | None:
        try:
            settings = read_resources(WooSetting, self.get("/settings/tax", _fields="id,value"))
        except ShopRefused:  # a shop may hide its settings from its own key
            return None
        return next((one.value == "yes" for one in settings if one.id == TAX_INCLUDED), None)

    def _list(self, path: str, fields: str, **params: str) -> list[WooRow]:
        rows = self.get(path, _fields=fields, **{"per_page": str(self.most_items), **params})
        if not isinstance(rows, list):
            raise ConnectorError(PLATFORM, 200, permanent=True, detail=f"no list at {path}")
        return [row for row in rows if isinstance(row, dict)]

    def included(self, path: str, fields: str, ids: Iterable[int]) -> list[WooRow]:
        """Return what there is of some ids, in lots."""
        wanted, found = sorted(set(ids)), []
        for start in range(0, len(wanted), self.most_items):
            lot = ",".join(map(str, wanted[start : start + self.most_items]))
            found += self._list(path, fields, include=lot, **self._languages(path))
        return found

    def _products(self, groups: Collection[Sequence[WooProduct]]) -> Iterator[Draft]:
        variations = self._variations([group[0] for group in groups])
        categories = self._categories_with({one.id for group in groups for one in group[0].categories})
        for main, *others in groups:
            yield mapper.product_draft(main, variations.get(main.id, ()), others, categories, self.currency)

    def _groups(self, rows: Sequence[WooRow]) -> dict[int, list[WooProduct]]:
        """Return products in all their languages by their main id, the main one first."""
        named = {one.id: one for one in read_resources(WooProduct, rows)}
        wanted = {pk for one in named.values() for pk in (one.main_id, *one.translations.values())}
        others = read_resources(WooProduct, self.included("/products", fields_of(WooProduct), wanted - set(named)))
        groups: dict[int, list[WooProduct]] = {}
        for one in sorted([*named.values(), *others], key=lambda one: one.id):
            groups.setdefault(one.main_id, []).append(one)
        return groups

    def _variations(self, products: Iterable[WooProduct]) -> Mapping[int, list[WooVariation]]:
        """Return the variations of products by their product: in lists where the shop has such, else one by one."""
        parents = {pk: one.id for one in products for pk in one.variations}
        rows: list[WooRow] = []
        if self._has("/variations"):
            rows = self.included("/variations", fields_of(WooVariation), parents)
        else:
            for parent in dict.fromkeys(parents.values()):
                rows += self._all_of(f"/products/{parent}/variations", fields_of(WooVariation))
        found: dict[int, list[WooVariation]] = {}
        for one in read_resources(WooVariation, rows):
            if one.id in parents:
                found.setdefault(parents[one.id], []).append(one)
        return found

    def _orders(self, rows: Sequence[WooRow]) -> Iterator[Draft]:
        orders = list(read_resources(WooOrder, rows))
        refunds = self._refunds(orders)
        self._learn_main_ids(line.product_id for order in orders for line in order.line_items)
        for order in orders:
            named = [refunds[one.id] for one in order.refunds if one.id in refunds]
            yield from mapper.order_drafts(order, named, self._main_id)

    def _refunds(self, orders: Sequence[WooOrder]) -> Mapping[int, WooRefund]:
        rows: list[WooRow] = []
        fields = fields_of(WooRefund)
        if self._has("/refunds"):
            rows = self.included("/refunds", fields, [one.id for order in orders for one in order.refunds])
        else:
            for order in orders:
                rows += self._all_of(f"/orders/{order.id}/refunds", fields) if order.refunds else []
        return {one.id: one for one in read_resources(WooRefund, rows)}

    def _all_of(self, path: str, fields: str) -> list[WooRow]:
        rows: list[WooRow] = []
        while True:
            found = self._list(path, fields, offset=str(len(rows)))
            rows += found
            if not found or len(found) < self.most_items:
                return rows

    def _learn_main_ids(self, products: Iterable[int]) -> None:
        """Learn which product in another language is which; orders name what stood on the page."""
        new = set(filter(None, products)) - set(self._main_ids) if self._is_multilingual else set()
        for one in read_resources(WooProduct, self.included("/products", "id,translations", new)):
            self._main_ids[one.id] = one.main_id

    def _main_id(self, product: int) -> str:
        return str(self._main_ids.get(product, product))


def is_cart(row: WooRow) -> bool:
    """Say whether a row is a checkout that somebody is filling in."""
    return row.get("status") == mapper.CART
