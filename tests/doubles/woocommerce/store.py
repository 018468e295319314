"""What a shop holds, in the very fields and types of real answers (shapes.json), and how it changes."""

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import Any
from zoneinfo import ZoneInfo

from shopconnect.core.clock import now

Row = dict[str, Any]
SHAPES: dict[str, Row] = json.loads((Path(__file__).parent / "shapes.json").read_text())
ERASED = "deleted@site.invalid"
ROUTES = {"product": "products", "order": "orders", "customer": "customers", "category": "products/categories"}
Listener = Callable[[str, Row], None]


@lru_cache
def _shape_texts(home: str) -> dict[str, str]:
    return {kind: json.dumps(shape).replace("{home}", home) for kind, shape in SHAPES.items()}


class WooStore:
    """A shop's rows by kind and id; each change is a second later than the one before, and now once it is live."""

    def __init__(self, home: str, timezone: str = "Europe/Paris") -> None:
        self.home, self.timezone = home, timezone
        self.at = now().replace(microsecond=0) - timedelta(days=2)
        self.is_live = False
        self.kinds: dict[str, dict[int, Row]] = {
            kind: {} for kind in ("product", "variation", "order", "refund", "customer", "category", "page")
        }
        self.listeners: list[Listener] = []
        self.prices_include_tax = True
        self.lock = RLock()
        self._last_id = 10

    def new_id(self) -> int:
        """Return the next id: one count for all kinds, as WordPress has it."""
        self._last_id += 1
        return self._last_id

    def shape(self, kind: str) -> Row:
        """Return a row of a kind with nothing in it yet."""
        return json.loads(_shape_texts(self.home)[kind])  # type: ignore[no-any-return]

    def rows(self, kind: str) -> list[Row]:
        """Return all rows of a kind, by id."""
        found = self.kinds[kind]
        return [found[row_id] for row_id in sorted(found)]

    def alive(self, kind: str) -> list[Row]:
        """Return the rows of a kind that are not in the trash."""
        return [row for row in self.rows(kind) if row.get("status") != "trash"]

    def say(self, topic: str, row: Row) -> None:
        """Tell whoever listens that something happened."""
        for listener in self.listeners:
            listener(topic, row)

    def stamp(self, row: Row, *names: str) -> None:
        """Write the time of a change: the shop's own, and UTC, neither with a zone."""
        self.at = now().replace(microsecond=0) if self.is_live else self.at + timedelta(seconds=1)
        self.date(row, self.at, *(names or ("modified",)))

    def date(self, row: Row, at: datetime, *names: str) -> None:
        """Write a time as WordPress does."""
        local, gmt = (at.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S") for zone in (ZoneInfo(self.timezone), UTC))
        for name in names:
            row[f"date_{name}"], row[f"date_{name}_gmt"] = local, gmt

    @contextmanager
    def changing(self, kind: str, row: Row, topic: str = "") -> Iterator[Row]:
        """Change a row: its time moves, its product's too, and it is told."""
        with self.lock:
            yield row
            self.stamp(row)
            if kind == "variation":
                self.stamp(self.kinds["product"][row["parent_id"]])
                self.say("product.updated", self.kinds["product"][row["parent_id"]])
            self.say(topic or f"{'product' if kind == 'variation' else kind}.updated", row)

    def add(self, kind: str, **fields: Any) -> Row:
        """Add a row of a kind."""
        with self.lock:
            row = self.shape(kind) | {"id": self.new_id()}
            row["_links"]["self"][0]["href"] = f"{self.home}/wp-json/wc/v3/{ROUTES.get(kind, kind)}/{row['id']}"
            if "date_created" in row:  # terms have no times
                self.stamp(row, "created", "modified")
            row.update(copy.deepcopy(fields))
            self.kinds[kind][row["id"]] = row
            return row

    def add_product(self, name: str, price: str = "10.00", *, stock: int | None = None, **fields: Any) -> Row:
        """Sell a product without variations."""
        counted = {} if stock is None else {"manage_stock": True, "stock_quantity": stock}
        slug = name.lower().replace(" ", "-")
        named = {"name": name, "slug": slug, "permalink": f"{self.home}/product/{slug}/"}
        row = self.add("product", **{**named, "price": price, "regular_price": price, **counted, **fields})
        self.say("product.created", row)
        return row

    def add_variable(self, name: str, prices: list[str], **fields: Any) -> Row:
        """Sell a product in variations, each with stock of its own."""
        product = self.add_product(name, min(prices, key=Decimal), type="variable", has_options=True, **fields)
        product["regular_price"] = ""
        for place, price in enumerate(prices, start=1):
            option = {"id": 1, "name": "Size", "slug": "pa_size", "option": f"Size {place}"}
            own = {"parent_id": product["id"], "price": price, "regular_price": price, "attributes": [option]}
            variation = self.add("variation", **own, name=option["option"], stock_quantity=place, sku=f"{name}-{place}")
            product["variations"].append(variation["id"])
            self.say("product.created", self.as_product(variation))
        return product

    def add_page(self, title: str, html: str, status: str = "publish", **fields: Any) -> Row:
        """Write a page of WordPress; `fields` are those of a plugin for languages."""
        page = {"id": self.new_id(), "status": status, "title": {"rendered": title}, "content": {"rendered": html}}
        self.kinds["page"][page["id"]] = page | fields
        return page

    def add_customer(self, email: str, country: str = "FR", **fields: Any) -> Row:
        """Have somebody sign up."""
        row = self.add("customer", email=email, **fields)
        row["billing"] |= {"country": country, "email": email}
        self.say("customer.created", row)
        return row

    def add_order(
        self, sold: list[tuple[Row, int]], customer: Row | None = None, email: str = "", **fields: Any
    ) -> Row:
        """Have somebody buy products, or variations of them."""
        row = self.add("order", customer_id=customer["id"] if customer else 0, **fields)
        row["number"], row["prices_include_tax"] = str(row["id"]), self.prices_include_tax
        row["billing"] |= {"email": email or (customer["email"] if customer else ""), "country": "FR"}
        row["line_items"] = [self.line(one, quantity) for one, quantity in sold]
        row["total"] = str(sum(Decimal(line["total"]) for line in row["line_items"]))
        self.say("order.created", row)
        return row

    def line(self, sold: Row, quantity: int) -> Row:
        """Return a line of an order."""
        total = str(Decimal(sold["price"] or 0) * quantity)
        parent = sold.get("parent_id") or 0
        row = self.shape("line") | {"id": self.new_id(), "name": sold["name"], "sku": sold["sku"]}
        named = {"product_id": parent or sold["id"], "variation_id": sold["id"] if parent else 0}
        return row | named | {"quantity": quantity, "subtotal": total, "total": total}

    def refund(self, order: Row, quantity: int = 1, beyond: str = "0.00") -> Row:
        """Give the first line back, and some money beyond; the order's time moves by it."""
        with self.changing("order", order):
            bought = order["line_items"][0]
            given = Decimal(bought["total"]) / bought["quantity"] * quantity
            back = {"quantity": -quantity, "subtotal": str(-given), "total": str(-given)}
            lines = [bought | back | {"id": self.new_id()}] if quantity else []
            amount = given + Decimal(beyond)
            row = self.add("refund", parent_id=order["id"], amount=str(amount), line_items=lines)
            del row["date_modified"], row["date_modified_gmt"]  # a refund has none
            order["refunds"].append({"id": row["id"], "reason": "", "total": str(-amount)})
        return row

    def trash(self, kind: str, row: Row) -> None:
        """Put something into the trash: told with its id only, variations as products of their own."""
        with self.lock:
            for one in self.variations_of(row) if kind == "product" else []:
                one["status"] = "trash"
                self.say("product.deleted", {"id": one["id"]})
            row["status"] = "trash"
            self.stamp(row)
            self.say(f"{kind}.deleted", {"id": row["id"]})

    def restore(self, kind: str, row: Row, status: str = "publish") -> None:
        """Take something out of the trash."""
        for one in self.variations_of(row) if kind == "product" else []:
            one["status"] = status
        with self.changing(kind, row, f"{kind}.restored"):
            row["status"] = status

    def erase(self, kind: str, row: Row) -> None:
        """Delete something for good: no webhook tells of it, but of a customer."""
        with self.lock:
            for one in self.variations_of(row) if kind == "product" else []:
                self.kinds["variation"].pop(one["id"], None)
            self.kinds[kind].pop(row["id"], None)
            if kind == "customer":
                self.say("customer.deleted", {"id": row["id"]})

    def erase_person(self, order: Row) -> None:
        """Erase personal data as WordPress's own tool does."""
        with self.changing("order", order):
            order["customer_id"] = 0
            order["billing"] |= {"first_name": "[deleted]", "email": ERASED}

    def variations_of(self, product: Row) -> list[Row]:
        """Return the variations of a product."""
        return [row for row in self.rows("variation") if row["parent_id"] == product["id"]]

    def as_product(self, variation: Row) -> Row:
        """Return a variation as webhooks and the list of products tell it."""
        return SHAPES["product"] | variation
