"""What a shop holds: objects in the shapes of Shopify's schema, linked to each other, and the changes of a day.

Every change writes `updatedAt` and says a topic to whoever listens (webhooks.py).
"""

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from tests.doubles.shopify.clock import Clock

Node = dict[str, Any]
Words = Mapping[str, Mapping[str, str]]
Listener = Callable[[str, Node], None]

CURRENCY = "EUR"
NO_WORDS: Words = {}


def gid(kind: str, number: int | str) -> str:
    """Return a global id."""
    return f"gid://shopify/{kind}/{number}"


def number_of(node: Node) -> int:
    """Return the number at the end of an object's global id."""
    return int(str(node["id"]).rpartition("/")[2].partition("?")[0])


class Store:
    """One shop's objects by kind and global id."""

    def __init__(self, clock: Clock, *, name: str, domain: str, currency: str = CURRENCY) -> None:
        self.clock, self.domain, self.currency = clock, domain, currency
        self.kinds: dict[str, dict[str, Node]] = {}
        self.lock = threading.RLock()
        self.listeners: list[Listener] = []
        self._numbers = itertools.count(1000)
        self.shop: Node = {
            "__typename": "Shop",
            "id": gid("Shop", 1),
            "name": name,
            "currencyCode": currency,
            "ianaTimezone": "Europe/Paris",
            "taxesIncluded": True,
            "shipsToCountries": ["FR", "BE"],
            "myshopifyDomain": domain,
            "email": f"owner@{domain}",
            "contactEmail": f"owner@{domain}",
            "domains": [],
            "shopPolicies": [],
            "primaryDomain": {
                "__typename": "Domain",
                "id": gid("Domain", 1),
                "host": f"www.{domain.partition('.')[0]}.example",
                "localization": {"__typename": "DomainLocalization", "defaultLocale": "fr", "alternateLocales": ["en"]},
            },
        }
        self.add_domain(domain)
        self.shop["domains"].append(self.shop["primaryDomain"])
        self.location = self.add("Location", {"name": "Entrepôt"})

    def add_domain(self, host: str) -> None:
        """Lead another address to the storefront."""
        number = len(self.shop["domains"]) + 2
        self.shop["domains"].append(self.add("Domain", {"host": host, "localization": None}, number))
        self.say("domains/create", {"id": number_of(self.shop["domains"][-1]), "host": host})

    def add(self, kind: str, fields: Node, number: int | None = None) -> Node:
        """Keep an object under a new number, or a given one."""
        with self.lock:
            node = {"__typename": kind, "id": gid(kind, number or next(self._numbers)), **fields}
            self.kinds.setdefault(kind, {})[node["id"]] = node
            return node

    def add_page(self, title: str, body: str, *, is_published: bool = True, words: Words = NO_WORDS) -> Node:
        """Write a page of the shop's own; `words` are its translations, by language and Shopify's keys."""
        return self.add("Page", {"title": title, "body": body, "isPublished": is_published, "words": words})

    def add_policy(self, title: str, body: str, *, words: Words = NO_WORDS) -> None:
        """Write one of the shop's policies, with its translations."""
        self.shop["shopPolicies"].append(self.add("ShopPolicy", {"title": title, "body": body, "words": words}))

    def find(self, global_id: str) -> Node | None:
        """Return an object by its global id."""
        kind = global_id.removeprefix("gid://shopify/").partition("/")[0]
        return self.kinds.get(kind, {}).get(global_id)

    def all(self, kind: str) -> list[Node]:
        """Return the objects of a kind."""
        with self.lock:
            return list(self.kinds.get(kind, {}).values())

    def say(self, topic: str, body: Node) -> None:
        """Tell whoever listens what happened."""
        for listener in list(self.listeners):
            listener(topic, body)

    @contextmanager
    def changing(self, node: Node, topic: str, **more: Any) -> Iterator[None]:
        """Change an object: its time is written, and its topic said."""
        with self.lock:
            yield
            node["updatedAt"] = self.clock.text()
        self.say(
            topic, {"id": number_of(node), "updated_at": node["updatedAt"], "admin_graphql_api_id": node["id"], **more}
        )

    def add_product(
        self,
        title: str,
        price: str = "10.00",
        *,
        stock: int = 5,
        variants: Sequence[Node] = (),
        number: int | None = None,
        quiet: bool = False,
        **fields: Any,
    ) -> Node:
        """Add a product with one variant, or with those given (title, price, sku, stock, cost, compareAtPrice)."""
        moment = self.clock.text()
        with self.lock:
            product = self.add(
                "Product",
                {
                    "title": title,
                    "description": "",
                    "vendor": "Atelier",
                    "productType": "",
                    "isGiftCard": False,
                    "tags": [],
                    "status": "ACTIVE",
                    "onlineStoreUrl": f"https://www.example/products/{title.lower().replace(' ', '-')}",
                    "createdAt": moment,
                    "updatedAt": moment,
                    "category": None,
                    "featuredMedia": None,
                    "collections": [],
                    "variants": [],
                    "words": {},
                    **fields,
                },
                number,
            )
            for position, given in enumerate(variants or [{"title": "Default Title"}], start=1):
                self.add_variant(product, position, {"price": price, "stock": stock, **given})
        if not quiet:
            self.say("products/create", _body(product))
        return product

    def add_variant(self, product: Node, position: int, given: Node) -> Node:
        """Add a variant with its stock item and its level at the shop's one place."""
        cost = given.get("cost")
        item = self.add(
            "InventoryItem",
            {
                "tracked": given.get("stock") is not None,
                "inventoryLevels": [],
                "sku": given.get("sku") or "",
                "unitCost": {"__typename": "MoneyV2", "amount": cost, "currencyCode": self.currency} if cost else None,
            },
        )
        variant = self.add(
            "ProductVariant",
            {
                "title": given.get("title") or "Default Title",
                "position": position,
                "sku": given.get("sku"),
                "price": given["price"],
                "compareAtPrice": given.get("compareAtPrice"),
                "inventoryPolicy": "DENY",
                "inventoryItem": item,
                "product": product,
            },
            given.get("number"),
        )
        item["variants"] = [variant]
        item["variant"] = variant
        if given.get("stock") is not None:
            level = self.add(
                "InventoryLevel",
                {
                    "updatedAt": self.clock.text(),
                    "location": self.location,
                    "available": int(given["stock"]),
                    "item": item,
                },
            )
            item["inventoryLevels"].append(level)
        product["variants"].append(variant)
        return variant

    def change_product(self, product: Node, **fields: Any) -> None:
        """Change fields of a product."""
        with self.changing(product, "products/update"):
            product.update(fields)

    def change_price(self, variant: Node, price: str, compare_at: str | None = None) -> None:
        """Set a variant's price."""
        with self.changing(variant["product"], "products/update"):
            variant["price"], variant["compareAtPrice"] = price, compare_at

    def change_stock(self, variant: Node, available: int) -> None:
        """Set what is available of a variant. The product is not touched, as at Shopify its time is not always."""
        item = variant["inventoryItem"]
        level = item["inventoryLevels"][0]
        with self.lock:
            level["available"], level["updatedAt"] = available, self.clock.text()
        self.say(
            "inventory_levels/update",
            {
                "inventory_item_id": number_of(item),
                "location_id": number_of(level["location"]),
                "available": available,
                "updated_at": level["updatedAt"],
            },
        )

    def delete_product(self, product: Node) -> None:
        """Remove a product with its variants."""
        with self.lock:
            for variant in product["variants"]:
                self.kinds["ProductVariant"].pop(variant["id"])
                self.kinds["InventoryItem"].pop(variant["inventoryItem"]["id"])
            self.kinds["Product"].pop(product["id"])
        self.say("products/delete", {"id": number_of(product)})

    def add_customer(
        self, *, email: str | None = None, number: int | None = None, quiet: bool = False, **fields: Any
    ) -> Node:
        """Add an account."""
        moment = self.clock.text()
        address = {"__typename": "CustomerEmailAddress", "emailAddress": email, "marketingState": "NOT_SUBSCRIBED"}
        customer = self.add(
            "Customer",
            {
                "locale": "fr",
                "createdAt": moment,
                "updatedAt": moment,
                "defaultEmailAddress": address if email else None,
                **fields,
            },
            number,
        )
        if not quiet:
            self.say("customers/create", _body(customer))
        return customer

    def merge_customers(self, kept: Node, merged: Node) -> None:
        """Make one account of two; the orders of the one that goes are the other's, and tell nobody."""
        with self.lock:
            self.kinds["Customer"].pop(merged["id"])
            for order in self.all("Order"):
                order["customer"] = kept if order["customer"] is merged else order["customer"]
        body = {"admin_graphql_api_customer_kept_id": kept["id"], "admin_graphql_api_customer_deleted_id": merged["id"]}
        self.say("customers/merge", {**body, "admin_graphql_api_job_id": None, "status": "completed", "errors": []})

    def delete_customer(self, customer: Node) -> None:
        """Remove an account."""
        with self.lock:
            self.kinds["Customer"].pop(customer["id"])
        self.say("customers/delete", {"id": number_of(customer)})

    def add_order(
        self,
        lines: Sequence[tuple[Node, int]],
        *,
        customer: Node | None = None,
        number: int | None = None,
        quiet: bool = False,
        **fields: Any,
    ) -> Node:
        """Add an order of (variant, quantity) pairs at the prices of now."""
        moment = self.clock.text()
        with self.lock:
            order = self.add(
                "Order",
                {
                    "name": "",
                    "currencyCode": self.currency,
                    "processedAt": moment,
                    "createdAt": moment,
                    "updatedAt": moment,
                    "cancelledAt": None,
                    "displayFinancialStatus": "PAID",
                    "sourceName": "web",
                    "test": False,
                    "customAttributes": [],
                    "customer": customer,
                    "shippingAddress": {"__typename": "MailingAddress", "countryCodeV2": "FR"},
                    "fulfillments": [],
                    "refunds": [],
                    "lineItems": [],
                    "email": None,
                    **fields,
                },
                number,
            )
            order["name"] = order["name"] or f"#{number_of(order)}"
            order["lineItems"] = [self.line(variant, quantity) for variant, quantity in lines]
        if not quiet:
            self.say("orders/create", _body(order))
        return order

    def change_order(self, order: Node, topic: str = "orders/updated", **fields: Any) -> None:
        """Change fields of an order."""
        with self.changing(order, topic):
            order.update(fields)

    def delete_order(self, order: Node) -> None:
        """Remove an order."""
        with self.lock:
            self.kinds["Order"].pop(order["id"])
        self.say("orders/delete", {"id": number_of(order)})

    def refund(
        self, order: Node, lines: Sequence[tuple[Node, int]] = (), *, money: str = "", quiet: bool = False
    ) -> Node:
        """Refund some of an order's lines, or money beyond what they cost."""
        moment = self.clock.text()
        parts = [
            self.add(
                "RefundLineItem",
                {
                    "quantity": quantity,
                    "lineItem": line,
                    "priceSet": line["originalUnitPriceSet"],
                    "subtotalSet": self.money(f"{float(line['price']) * quantity:.2f}"),
                },
            )
            for line, quantity in lines
        ]
        adjustments = [self.add("OrderAdjustment", {"amountSet": self.money(f"-{money}")})] if money else []
        refund = self.add(
            "Refund",
            {
                "createdAt": moment,
                "processedAt": moment,
                "updatedAt": moment,
                "refundLineItems": parts,
                "orderAdjustments": adjustments,
                "order": order,
            },
        )
        for line, quantity in lines:
            line["currentQuantity"] -= quantity
        with self.lock:
            order["refunds"].append(refund)
            order["updatedAt"], order["displayFinancialStatus"] = moment, "PARTIALLY_REFUNDED"
        if not quiet:
            self.say("refunds/create", {"id": number_of(refund), "order_id": number_of(order)})
        return refund

    def money(self, amount: str) -> Node:
        """Return a bag of money in the shop's currency."""
        one = {"__typename": "MoneyV2", "amount": amount, "currencyCode": self.currency}
        return {"__typename": "MoneyBag", "shopMoney": one, "presentmentMoney": one}

    def line(self, variant: Node, quantity: int, discount: str = "", price: str = "") -> Node:
        """Return a line of an order, at the price of now or a given one; the discount is off the whole line."""
        price = price or variant["price"]
        allocated = {"__typename": "DiscountAllocation", "allocatedAmountSet": self.money(discount)}
        return self.add(
            "LineItem",
            {
                "quantity": quantity,
                "currentQuantity": quantity,
                "originalUnitPriceSet": self.money(price),
                "discountAllocations": [allocated] if discount else [],
                "product": variant["product"],
                "variant": variant,
                "price": price,
            },
        )


def _body(node: Node) -> Node:
    return {"id": number_of(node), "updated_at": node["updatedAt"], "admin_graphql_api_id": node["id"]}
