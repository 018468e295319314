"""The lines of an interchange folder, made of what the engine drew."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from shopconnect.demo.engine.catalogue import Catalogue, InventedProduct
from shopconnect.demo.engine.days import Calendar, stamp
from shopconnect.demo.engine.people import COUNTRIES, People
from shopconnect.demo.engine.trade import InventedLine, InventedOrder
from shopconnect.demo.engine.types import Array, Record
from shopconnect.demo.engine.warehouse import StockLevel, Warehouse

NAME = "Tilleul et Galets"
HOST = "www.tilleul-et-galets.example"
CURRENCY = "EUR"
ADDRESS = "/storefront/demo"
CARRIERS = {"FR": ("Postillon", "Relais Vert", "Express 24"), "BE": ("Postillon", "Relais Vert")}
ABROAD = ("Postillon International",)
DAY = 86400


def money(cents: int) -> str:
    """Cents as a decimal string in major units."""
    return f"{cents // 100}.{cents % 100:02d}"


def shop_record() -> Record:
    """The one line of shop.jsonl."""
    return {
        "name": NAME,
        "currency": CURRENCY,
        "timezone": "Europe/Paris",
        "languages": ["fr", "en"],
        "countries": list(COUNTRIES),
        "hosts": [HOST],
        "prices_include_tax": True,
    }


def product_url(address: str, external_id: str, language: str) -> str:
    """Where a product stands on the storefront."""
    return f"{address}/{language}/products/{external_id}/"


def category_url(address: str, category: str, language: str) -> str:
    """Where a category stands on the storefront; `category` is its French name."""
    plain = unicodedata.normalize("NFKD", category).encode("ascii", "ignore").decode().lower()
    return f"{address}/{language}/categories/{plain.replace(' ', '-')}/"


class Goods:
    """The products as they stand at the end of the window."""

    def __init__(
        self,
        catalogue: Catalogue,
        calendar: Calendar,
        warehouse: Warehouse,
        price: Array,
        skus: Array,
        full: Array,
        address: str,
    ) -> None:
        """`price` [days, products], `skus` and `full` (before an offer) [days, skus], all in cents."""
        self.catalogue, self.calendar, self.warehouse, self.address = catalogue, calendar, warehouse, address
        self.price, self.skus, self.full = price, skus, full

    def record(self, product: InventedProduct) -> Record:
        """One line of products.jsonl."""
        first = int(self.catalogue.first_sku[product.index])
        stock = int(self.warehouse.level[first : first + len(product.skus)].sum())
        record: Record = {
            "id": product.external_id,
            "title": product.titles["fr"],
            "price": money(int(self.price[-1, product.index])),
            "currency": CURRENCY,
            "description": product.texts["fr"],
            "vendor": product.kind.vendor,
            "category": [product.kind.categories["fr"], product.kind.shelves["fr"]],
            "tags": self._tags(product),
            "image": f"images/{product.external_id}.svg",
            "url": product_url(self.address, product.external_id, "fr"),
            "available": stock > 0,
            "created_at": stamp(self.calendar.at(product.first_day, 5 * 3600)),
            "cost": money(product.cost_cents),
            "stock": stock,
            "translations": {"en": self._english(product)},
        }
        if len(product.skus) > 1:
            record["variants"] = [self._variant(product, first + place) for place in range(len(product.skus))]
        return record

    def ledger(self) -> Iterator[Record]:
        """The lines of prices.jsonl: each product's and size's price from when it was on sale or changed, by time."""
        for day in range(self.calendar.days):
            for product in self.catalogue.products:
                if day < product.first_day:
                    continue
                begins = day == max(product.first_day, 0)
                now, before = self.price[:, product.index], self.price[:, product.index]
                yield from self._entry(product, None, day, begins, now, before, product.cost_cents)
                first = int(self.catalogue.first_sku[product.index])
                for place, part in enumerate(product.skus if len(product.skus) > 1 else ()):
                    now, before = self.skus[:, first + place], self.full[:, first + place]
                    cost = round(product.cost_cents * part.factor)
                    yield from self._entry(product, part.external_id, day, begins, now, before, cost)

    def _entry(
        self,
        product: InventedProduct,
        variant: str | None,
        day: int,
        begins: bool,
        now: Array,
        before: Array,
        cost: int,
    ) -> Iterator[Record]:
        if not begins and now[day] == now[day - 1] and before[day] == before[day - 1]:
            return
        record: Record = {"product": product.external_id}
        if variant is not None:
            record["variant"] = variant
        record |= {"at": stamp(self.calendar.at(day)), "price": money(int(now[day])), "currency": CURRENCY}
        if before[day] > now[day]:
            record["compare_at_price"] = money(int(before[day]))
        yield record | {"cost": money(cost)}

    def _tags(self, product: InventedProduct) -> list[str]:
        fresh = self.calendar.days - product.first_day <= 45
        return [*product.kind.tags, *(["nouveaute"] if fresh and product.first_day >= 0 else [])]

    def _english(self, product: InventedProduct) -> Record:
        return {
            "title": product.titles["en"],
            "description": product.texts["en"],
            "category": [product.kind.categories["en"], product.kind.shelves["en"]],
            "url": product_url(self.address, product.external_id, "en"),
        }

    def _variant(self, product: InventedProduct, sku: int) -> Record:
        part = product.skus[sku - int(self.catalogue.first_sku[product.index])]
        now = int(self.skus[-1, sku])
        record: Record = {
            "id": part.external_id,
            "sku": part.code,
            "title": part.title,
            "price": money(now),
            "cost": money(round(product.cost_cents * part.factor)),
            "stock": int(self.warehouse.level[sku]),
        }
        before = int(self.full[-1, sku])
        if before > now:
            record["compare_at_price"] = money(before)
        return record


def supplier_records(catalogue: Catalogue, warehouse: Warehouse) -> Iterator[Record]:
    """The lines of suppliers.jsonl: vendors deliver themselves, as their deliveries have taken.

    Of the smallest one nobody has written anything down.
    """
    leads = _leads(catalogue, warehouse)
    for name in sorted(leads.keys() - {_smallest(leads)}):
        usual, late = (round(float(np.quantile(leads[name], share))) for share in (0.5, 0.9))
        yield {"name": name, "lead_days": usual, "late_days": late - usual, "review_days": 7}


def supply_records(catalogue: Catalogue, calendar: Calendar, warehouse: Warehouse) -> Iterator[Record]:
    """The lines of supply.jsonl: who delivers what, and what is on its way."""
    unnamed = _smallest(_leads(catalogue, warehouse))
    for sku, product_index in enumerate(catalogue.sku_product.tolist()):
        product = catalogue.products[product_index]
        part = product.skus[sku - int(catalogue.first_sku[product_index])]
        record: Record = {"product": product.external_id}
        if part.external_id is not None and len(product.skus) > 1:
            record["variant"] = part.external_id
        if product.kind.vendor != unnamed:
            record["supplier"] = product.kind.vendor
        coming = warehouse.on_order(sku)
        if coming is not None:
            day = calendar.first + timedelta(days=coming[1])
            record |= {"on_order": coming[0], "on_order_date": day.isoformat()}
        yield record


def _leads(catalogue: Catalogue, warehouse: Warehouse) -> dict[str, list[int]]:
    """How many days a delivery of each item takes, by vendor."""
    leads: dict[str, list[int]] = {}
    for sku, lead in enumerate(warehouse.lead.tolist()):
        leads.setdefault(catalogue.products[int(catalogue.sku_product[sku])].kind.vendor, []).append(lead)
    return leads


def _smallest(leads: dict[str, list[int]]) -> str:
    return min(sorted(leads), key=lambda name: len(leads[name]))


def customer_record(people: People, person: int, calendar: Calendar, rng: np.random.Generator) -> Record:
    """One line of customers.jsonl."""
    return {
        "id": people.external_id(person),
        "email": people.emails[person],
        "country": people.countries[person],
        "language": people.languages[person],
        "created_at": stamp(calendar.at(int(people.joined[person]), int(rng.integers(0, 6 * 3600)))),
        "marketing_consent": bool(people.newsletter[person]),
    }


def stock_record(catalogue: Catalogue, snapshot: StockLevel) -> Record:
    """One line of stock.jsonl."""
    at, sku, level = snapshot
    product = catalogue.products[int(catalogue.sku_product[sku])]
    part = product.skus[sku - int(catalogue.first_sku[product.index])]
    variant = {} if part.external_id is None else {"variant": part.external_id}
    return {"product": product.external_id, **variant, "at": stamp(at), "level": level}


def order_record(
    catalogue: Catalogue, people: People, order: InventedOrder, calendar: Calendar, rng: np.random.Generator
) -> Record:
    """One line of orders.jsonl, in the state that the order has reached at the end of the window."""
    person = order.person
    record: Record = {
        "id": order.id,
        "kind": "refund" if order.refunds else "order",
        "placed_at": stamp(order.at),
        "currency": CURRENCY,
        "number": ("A-" if order.refunds else "TG-") + order.id,
        "channel": order.channel,
        "customer": people.external_id(person) if person is not None and people.is_customer(person) else None,
    }
    if person is not None:
        record |= {"email": people.emails[person], "country": people.countries[person]}
    if order.test:
        record["test"] = True
    if order.cancelled_at:
        record["cancelled_at"] = stamp(order.cancelled_at)
    if order.refunds:
        record["refunds"] = order.refunds
    if order.arm:
        record["arm"] = order.arm
    record["lines"] = [_line_record(catalogue, line) for line in order.lines]
    shipments = _shipments(people, order, calendar, rng)
    if shipments:
        record["shipments"] = shipments
    record["status"] = _status(order, shipments)
    return record


def _line_record(catalogue: Catalogue, line: InventedLine) -> Record:
    product = catalogue.products[line.product]
    part = product.skus[line.sku - int(catalogue.first_sku[product.index])]
    record: Record = {"product": product.external_id, "quantity": line.quantity, "price": money(line.cents)}
    if part.external_id is not None:
        record["variant"] = part.external_id
    if line.discount:
        record["discount"] = money(line.discount)
    return record


def _shipments(people: People, order: InventedOrder, calendar: Calendar, rng: np.random.Generator) -> list[Record]:
    if order.refunds or order.cancelled_at or order.channel != "online" or order.person is None:
        return []
    country = people.countries[order.person]
    parcels = 2 if len(order.lines) > 2 and rng.random() < 0.08 else 1
    shipments = []
    for parcel in range(parcels):
        left = calendar.at(_packed(calendar, order.day + parcel, rng), int(rng.integers(14 * 3600, 18 * 3600)))
        if left >= calendar.end:
            break
        transit = int(rng.integers(2, 5) if country == "FR" else rng.integers(3, 8)) * DAY
        carriers = CARRIERS.get(country, ABROAD)
        carrier = carriers[int(rng.integers(0, len(carriers)))]
        code = f"{carrier[:2].upper()}{order.id}{parcel + 1}{country}"
        shipments.append(
            {
                "at": stamp(left),
                "carrier": carrier,
                "tracking_url": f"https://suivi.{carrier.split()[0].lower()}.example/{code}",
                "status": "delivered" if left + transit < calendar.end else "in_transit",
            }
        )
    return shipments


def _packed(calendar: Calendar, day: int, rng: np.random.Generator) -> int:
    """The working day on which a parcel leaves: the first or second after the order."""
    for _ in range(int(rng.integers(1, 3))):
        day += 1
        while (calendar.first.weekday() + day) % 7 > 4:
            day += 1
    return day


def _status(order: InventedOrder, shipments: list[Record]) -> str:
    if order.cancelled_at:
        return "cancelled"
    if order.refunds or order.refunded:
        return "refunded"
    if order.channel == "counter":
        return "fulfilled"
    if not shipments:
        return "paid"
    return "fulfilled" if all(one["status"] == "delivered" for one in shipments) else "shipped"
