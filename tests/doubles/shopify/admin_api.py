"""The Admin API of one shop: the published schema, executed over the store."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    execute_sync,
    get_named_type,
    parse,
    validate,
)

from tests.doubles.shopify.bulk import Bulks
from tests.doubles.shopify.clock import written
from tests.doubles.shopify.costs import MOST_COST, MOST_ITEMS, Costs, LeakyBucket, count_objects
from tests.doubles.shopify.schema import admin_schema, protected_fields, scopes_of_fields, scopes_of_types
from tests.doubles.shopify.store import Node, Store, gid, number_of
from tests.doubles.shopify.webhooks import Sender, WebhookSubscription

# Objects about persons, shown from level 1 on; the fields of level 2 are marked in the schema itself.
OF_PERSONS = frozenset(
    {"Customer", "Order", "DraftOrder", "AbandonedCheckout", "Fulfillment", "FulfillmentOrder", "Refund", "Return"}
)
SORTS: dict[str, Callable[[Node], Any]] = {
    "UPDATED_AT": lambda node: node["updatedAt"],
    "CREATED_AT": lambda node: node["createdAt"],
    "ID": lambda _: "",
}
SEARCH = re.compile(r"(updated_at|created_at|id):(>=|>|<=|<)'?([0-9TZ:+.-]+)'?")
UNPAGED = "unpaged"
MOST_PAGED = 25_000  # of one list, page by page
MOST_COUNTED = 10_000
ORDERS_SEEN = timedelta(days=60)


class AdminApi:
    """Answers queries of one app on one shop."""

    def __init__(self, store: Store, bulks: Bulks, webhooks: Sender, *, data_level: int = 1) -> None:
        self.store, self.bulks, self.webhooks, self.data_level = store, bulks, webhooks, data_level
        self.scopes: frozenset[str] = frozenset()
        self.bucket = LeakyBucket()
        self.pixel: Node | None = None
        self.asked: list[str] = []  # the names of the operations, in order

    def answer(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the whole answer to a body of {query, variables}, in a 200."""
        variables = body.get("variables") or {}
        try:
            document, found_wrong = _checked(str(body.get("query") or ""))
        except GraphQLError as error:
            return {"errors": [error.formatted]}
        problems = found_wrong or _too_many(variables)
        if problems:
            return {"errors": [problem.formatted for problem in problems]}
        operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
        self.asked.append(operation.name.value if operation.name else "")
        fragments = {n.name.value: n for n in document.definitions if isinstance(n, FragmentDefinitionNode)}
        cost = Costs(admin_schema(), fragments, variables).of(operation)
        if cost > MOST_COST:
            text = f"Query cost is {cost}, which exceeds the single query max cost limit ({MOST_COST})."
            return {
                "errors": [
                    {"message": text, "extensions": {"code": "MAX_COST_EXCEEDED", "cost": cost, "maxCost": MOST_COST}}
                ]
            }
        if not self.bucket.take(cost):
            return {
                "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
                "extensions": {"cost": self._cost(cost, None)},
            }
        result = self.execute(document, variables)
        actual = min(cost, count_objects(result.data) + (10 if operation.operation.value == "mutation" else 0))
        self.bucket.give_back(cost - actual)
        found = dict(result.formatted)
        return {**found, "extensions": {"cost": self._cost(cost, actual)}}

    def execute(self, document: DocumentNode, variables: Mapping[str, Any], context: str = "") -> ExecutionResult:
        """Execute a valid document; lists are whole when the context says so, as in bulk operations."""
        with self.store.lock:
            return execute_sync(
                admin_schema(),
                document,
                root_value={},
                variable_values=dict(variables),
                context_value=context,
                field_resolver=self._resolve,
            )

    def _cost(self, requested: int, actual: int | None) -> dict[str, Any]:
        return {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": self.bucket.status()}

    def _resolve(self, source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        place = (info.parent_type.name, info.field_name)
        self._refuse_unseen(place, info)
        special = getattr(self, f"_{place[0]}_{place[1]}", None)
        value = special(source, **given) if special else source.get(info.field_name) if source else None
        kind = get_named_type(info.return_type).name
        if kind.endswith("Connection") and isinstance(value, list):
            return _page(self._seen(value), given, whole=info.context == UNPAGED)
        return value

    def _seen(self, nodes: list[Node]) -> list[Node]:
        """Return the objects of a list that may be shown: of orders, and what is in them, those of sixty days."""
        if not nodes or nodes[0]["__typename"] not in ("Order", "Refund") or "read_all_orders" in self.scopes:
            return nodes
        oldest = written(self.store.clock.now() - ORDERS_SEEN)
        return [node for node in nodes if node.get("order", node)["createdAt"] >= oldest]

    def _find(self, global_id: str) -> Node | None:
        node = self.store.find(global_id)
        return next(iter(self._seen([node])), None) if node else None

    def _refuse_unseen(self, place: tuple[str, str], info: GraphQLResolveInfo) -> None:
        kind = get_named_type(info.return_type).name
        for needed in (scopes_of_fields().get(place), scopes_of_types().get(kind)):
            if needed and not needed & self.scopes:
                names = ", ".join(f"`{scope}`" for scope in sorted(needed))
                raise _denied(f"Access denied for {place[1]} field. Required access: {names} access scope.")
        if kind in OF_PERSONS and self.data_level < 1:
            raise _denied(f"This app is not approved to access the {kind} object.")
        if place in protected_fields() and self.data_level < 2:
            raise _denied(f"This app is not approved to use the {place[1]} field of {place[0]}.")

    # Roots and fields that are computed; each is named by its type and field.

    def _QueryRoot_shop(self, _: Any) -> Node:  # noqa: N802
        return self.store.shop

    def _QueryRoot_node(self, _: Any, id: str) -> Node | None:  # noqa: A002, N802
        return self._find(id)

    def _QueryRoot_nodes(self, _: Any, ids: list[str]) -> list[Node | None]:  # noqa: N802
        return [self._find(one) for one in ids]

    def _QueryRoot_product(self, _: Any, id: str) -> Node | None:  # noqa: A002, N802
        return self.store.find(id)

    def _QueryRoot_productVariant(self, _: Any, id: str) -> Node | None:  # noqa: A002, N802
        return self.store.find(id)

    def _QueryRoot_order(self, _: Any, id: str) -> Node | None:  # noqa: A002, N802
        return self._find(id)

    def _QueryRoot_customer(self, _: Any, id: str) -> Node | None:  # noqa: A002, N802
        return self._find(id)

    def _QueryRoot_products(self, _: Any, **given: Any) -> list[Node]:  # noqa: N802
        return _found(self.store.all("Product"), given)

    def _QueryRoot_pages(self, _: Any, **given: Any) -> list[Node]:  # noqa: N802
        return _found(self.store.all("Page"), given)

    def _QueryRoot_orders(self, _: Any, **given: Any) -> list[Node]:  # noqa: N802
        return _found(self.store.all("Order"), given)

    def _QueryRoot_customers(self, _: Any, **given: Any) -> list[Node]:  # noqa: N802
        return _found(self.store.all("Customer"), given)

    def _QueryRoot_productsCount(self, _: Any, **given: Any) -> Node:  # noqa: N802
        return _counted(self._QueryRoot_products(_, **given), given)

    def _QueryRoot_ordersCount(self, _: Any, **given: Any) -> Node:  # noqa: N802
        return _counted(self._QueryRoot_orders(_, **given), given)

    def _QueryRoot_customersCount(self, _: Any, **given: Any) -> Node:  # noqa: N802
        return _counted(self._QueryRoot_customers(_, **given), given)

    def _QueryRoot_currentAppInstallation(self, _: Any) -> Node:  # noqa: N802
        handles = [{"__typename": "AccessScope", "handle": one, "description": one} for one in sorted(self.scopes)]
        return {"__typename": "AppInstallation", "id": gid("AppInstallation", 1), "accessScopes": handles}

    def _QueryRoot_webPixel(self, _: Any, **__: Any) -> Node:  # noqa: N802
        if self.pixel is None:
            raise GraphQLError("No web pixel was found for this app.", extensions={"code": "RESOURCE_NOT_FOUND"})
        return self.pixel

    def _QueryRoot_bulkOperation(self, _: Any, id: str) -> Node | None:  # noqa: A002, N802
        return self.bulks.find(id)

    def _QueryRoot_bulkOperations(self, _: Any, **__: Any) -> list[Node]:  # noqa: N802
        return self.bulks.all()

    def _QueryRoot_webhookSubscriptions(self, _: Any, **__: Any) -> list[Node]:  # noqa: N802
        return [_subscription(made) for made in self.webhooks.made]

    def _Customer_orders(self, customer: Node, **given: Any) -> list[Node]:  # noqa: N802
        return _found([order for order in self.store.all("Order") if order["customer"] is customer], given)

    def _Product_priceRangeV2(self, product: Node) -> Node:  # noqa: N802
        prices = sorted((Decimal(one["price"]) for one in product["variants"]), key=Decimal) or [Decimal(0)]
        low, high = (
            {"__typename": "MoneyV2", "amount": str(one), "currencyCode": self.store.currency}
            for one in (prices[0], prices[-1])
        )
        return {"__typename": "ProductPriceRangeV2", "minVariantPrice": low, "maxVariantPrice": high}

    def _Product_totalInventory(self, product: Node) -> int:  # noqa: N802
        return sum(map(self._ProductVariant_inventoryQuantity, product["variants"]))

    def _Product_translations(self, product: Node, locale: str, **__: Any) -> list[Node]:  # noqa: N802
        return [
            {"__typename": "Translation", "key": key, "locale": locale, "value": value, "outdated": False}
            for key, value in product["words"].get(locale, {}).items()
        ]

    _Page_translations = _ShopPolicy_translations = _Product_translations

    def _ProductVariant_inventoryQuantity(self, variant: Node) -> int:  # noqa: N802
        return sum(level["available"] for level in variant["inventoryItem"]["inventoryLevels"])

    def _ProductVariant_availableForSale(self, variant: Node) -> bool:  # noqa: N802
        is_free = variant["inventoryPolicy"] == "CONTINUE" or not variant["inventoryItem"]["tracked"]
        return is_free or self._ProductVariant_inventoryQuantity(variant) > 0

    def _InventoryLevel_quantities(self, level: Node, names: list[str]) -> list[Node]:  # noqa: N802
        return [
            {
                "__typename": "InventoryQuantity",
                "id": gid("InventoryQuantity", f"{number_of(level)}?name={name}"),
                "name": name,
                "quantity": level["available"] if name == "available" else 0,
            }
            for name in names
        ]

    def _Mutation_bulkOperationRunQuery(self, _: Any, query: str, **__: Any) -> Node:  # noqa: N802
        return self.bulks.start(query, lambda document: self.execute(document, {}, UNPAGED))

    def _Mutation_webPixelCreate(self, _: Any, webPixel: Node) -> Node:  # noqa: N802, N803
        if self.pixel is not None:
            return {"webPixel": None, "userErrors": [_complaint("ErrorsWebPixelUserError", "TAKEN", "A pixel exists.")]}
        self.pixel = {"__typename": "WebPixel", "id": gid("WebPixel", 1), "settings": webPixel["settings"]}
        return {"webPixel": self.pixel, "userErrors": []}

    def _Mutation_webPixelUpdate(self, _: Any, id: str, webPixel: Node) -> Node:  # noqa: A002, N802, N803
        assert self.pixel is not None
        self.pixel["settings"] = webPixel["settings"]
        return {"webPixel": self.pixel, "userErrors": []}

    def _Mutation_webhookSubscriptionCreate(  # noqa: N802
        self,
        _: Any,
        topic: str,
        webhookSubscription: Node,  # noqa: N803
    ) -> Node:
        uri, fields = webhookSubscription.get("uri") or "", tuple(webhookSubscription.get("includeFields") or ())
        if any((made.topic, made.uri) == (topic, uri) for made in self.webhooks.made):
            taken = {"__typename": "UserError", "field": ["uri"], "message": "Address for this topic is already taken"}
            return {"webhookSubscription": None, "userErrors": [taken]}
        made = WebhookSubscription(gid("WebhookSubscription", len(self.webhooks.made) + 1), topic, uri, fields)
        self.webhooks.made.append(made)
        return {"webhookSubscription": _subscription(made), "userErrors": []}

    def _Mutation_productVariantsBulkUpdate(  # noqa: N802
        self,
        _: Any,
        productId: str,
        variants: list[Node],
        **__: Any,  # noqa: N803
    ) -> Node:
        product = self.store.find(productId)
        kind, changes = "ProductVariantsBulkUpdateUserError", []
        if product is None:
            return _refused(kind, "PRODUCT_DOES_NOT_EXIST", "Product does not exist")
        for wanted in variants:
            variant = self.store.find(wanted.get("id") or "")
            if variant is None or variant not in product["variants"]:
                return _refused(kind, "PRODUCT_VARIANT_DOES_NOT_EXIST", "Product variant does not exist")
            try:
                price = Decimal(str(wanted.get("price", variant["price"])))
            except InvalidOperation:
                return _refused(kind, "INVALID_INPUT", "Price is not a number")
            if price < 0:
                return _refused(kind, "GREATER_THAN_OR_EQUAL_TO", "Price must be greater than or equal to 0")
            changes.append((variant, str(price), wanted.get("compareAtPrice", variant["compareAtPrice"])))
        for variant, text, compare_at in changes:
            self.store.change_price(variant, text, None if compare_at is None else str(compare_at))
        return {"product": product, "productVariants": [one for one, *_ in changes], "userErrors": []}


def _denied(text: str) -> GraphQLError:
    return GraphQLError(text, extensions={"code": "ACCESS_DENIED"})


def _refused(kind: str, code: str, message: str) -> Node:
    return {"product": None, "productVariants": None, "userErrors": [_complaint(kind, code, message)]}


def _complaint(kind: str, code: str, message: str) -> Node:
    return {"__typename": kind, "code": code, "message": message, "field": None}


def _subscription(made: WebhookSubscription) -> Node:
    return {
        "__typename": "WebhookSubscription",
        "id": made.id,
        "topic": made.topic,
        "uri": made.uri,
        "includeFields": list(made.fields),
    }


def _too_many(variables: Mapping[str, Any]) -> list[GraphQLError]:
    """Refuse lists of more than 250 in what is given."""
    return [
        GraphQLError(
            f"The input array size of {len(value)} is greater than the maximum allowed of {MOST_ITEMS}.",
            extensions={"code": "MAX_INPUT_SIZE_EXCEEDED"},
        )
        for value in variables.values()
        if isinstance(value, list) and len(value) > MOST_ITEMS
    ]


def _found(nodes: list[Node], given: Mapping[str, Any]) -> list[Node]:
    """Return what a search finds, in the order asked for."""
    for field, sign, value in SEARCH.findall(given.get("query") or ""):
        if field == "id":
            nodes = [node for node in nodes if _compares(number_of(node), sign, int(value))]
            continue
        name = {"updated_at": "updatedAt", "created_at": "createdAt"}[field]
        nodes = [node for node in nodes if _compares(_plain(node[name]), sign, _plain(value.rstrip("'")))]
    key = SORTS.get(given.get("sortKey") or "ID", SORTS["ID"])
    nodes = sorted(nodes, key=lambda node: (key(node), number_of(node)))
    return nodes[::-1] if given.get("reverse") else nodes


def _counted(nodes: list[Node], given: Mapping[str, Any]) -> Node:
    """Return how many there are: up to ten thousand, unless another limit is named, or none with null."""
    limit = given.get("limit", MOST_COUNTED)
    is_exact = limit is None or len(nodes) <= limit
    return {
        "__typename": "Count",
        "count": len(nodes) if is_exact else limit,
        "precision": "EXACT" if is_exact else "AT_LEAST",
    }


def _plain(moment: str) -> str:
    return moment.replace("+00:00", "").rstrip("Z")


def _compares(left: Any, sign: str, right: Any) -> bool:
    return bool({">=": left >= right, ">": left > right, "<=": left <= right, "<": left < right}[sign])


@lru_cache(maxsize=256)
def _checked(query: str) -> tuple[DocumentNode, list[GraphQLError]]:
    """Return a query read, and what the schema finds wrong with it; an app asks the same few again and again."""
    document = parse(query)
    return document, validate(admin_schema(), document)


def _page(nodes: list[Node], given: Mapping[str, Any], *, whole: bool) -> Node:
    """Return a page of a list; a cursor stands for the last object that was seen."""
    first, after = given.get("first"), given.get("after")
    if not whole and not first and not given.get("last"):
        raise GraphQLError("you must provide one of first or last", extensions={"code": "BAD_REQUEST"})
    if first and first > MOST_ITEMS:
        raise GraphQLError(f"first cannot exceed {MOST_ITEMS}", extensions={"code": "BAD_REQUEST"})
    start = 0
    if after:
        seen = json.loads(base64.b64decode(after))["id"]
        ids = [node["id"] for node in nodes]
        start = (
            ids.index(seen) + 1
            if seen in ids
            else next(
                (place for place, one in enumerate(nodes) if number_of(one) > int(seen.rpartition("/")[2])), len(nodes)
            )
        )
    if not whole and min(start + (first or 0), len(nodes)) > MOST_PAGED:
        raise GraphQLError(f"Pagination is limited to {MOST_PAGED} objects.", extensions={"code": "BAD_REQUEST"})
    shown = nodes[start:] if whole or first is None else nodes[start : start + first]
    edges = [{"node": node, "cursor": _cursor(node)} for node in shown]
    info = {
        "hasNextPage": start + len(shown) < len(nodes),
        "hasPreviousPage": start > 0,
        "startCursor": edges[0]["cursor"] if edges else None,
        "endCursor": edges[-1]["cursor"] if edges else None,
    }
    return {"edges": edges, "nodes": shown, "pageInfo": info}


def _cursor(node: Node) -> str:
    return base64.b64encode(json.dumps({"id": node["id"]}).encode()).decode()
