"""The demo shop as a folder: the one function that draws all of it and writes it down."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from shopconnect.demo.engine import texts, truth
from shopconnect.demo.engine.catalogue import Catalogue, make_catalogue
from shopconnect.demo.engine.choice import Chooser, shared_mood
from shopconnect.demo.engine.days import Calendar, make_calendar
from shopconnect.demo.engine.experiments import Experiments
from shopconnect.demo.engine.people import People, make_people
from shopconnect.demo.engine.pictures import draw
from shopconnect.demo.engine.price_tests import draw_price_tests, price_test_records, take_turns
from shopconnect.demo.engine.prices import price_history, sku_prices
from shopconnect.demo.engine.records import (
    ADDRESS,
    NAME,
    Goods,
    customer_record,
    order_record,
    shop_record,
    stock_record,
    supplier_records,
    supply_records,
)
from shopconnect.demo.engine.trade import InventedOrder, Trade
from shopconnect.demo.engine.visits import Visits
from shopconnect.demo.engine.warehouse import Warehouse

CUSTOMERS, ORDERS = 3_000, 25_000
VISITS = 60_000
UNITS_AN_ORDER = 3.0  # a first guess for the warehouse, which then learns
FILES = (
    "shop.jsonl",
    "products.jsonl",
    "prices.jsonl.gz",
    "customers.jsonl.gz",
    "orders.jsonl.gz",
    "events.jsonl.gz",
    "stock.jsonl.gz",
    "suppliers.jsonl",
    "supply.jsonl",
    "price_tests.jsonl",
    "arms.jsonl",
    "shelves.jsonl",
    "tests.jsonl",
    "faq.jsonl",
    "messages.jsonl",
)
TRUTHS = ("tastes.jsonl", "products.jsonl", "demand.jsonl.gz")
PACKING = 2
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Made:
    """How much was written."""

    products: int
    customers: int
    orders: int
    refunds: int
    visits: int
    events: int
    snapshots: int


class NotADemoShop(Exception):
    """The folder holds something else, which is left alone."""


def make_shop(
    folder: Path,
    *,
    until: date,
    seed: int = 7,
    scale: float = 1.0,
    hidden: Path | None = None,
    address: str = ADDRESS,
    progress: Callable[[int, int], None] | None = None,
) -> Made:
    """Write the demo shop to `folder` and its hidden truth to `hidden` (default: the folder's name and "-truth").

    Eighteen months that end before `until`; the same seed, scale, address and date give the same bytes. `scale`
    multiplies customers, orders and visits; the catalogue stays. `progress` hears of days done and days in all.
    Raises NotADemoShop when the folder holds anything else.
    """
    hidden = hidden or folder.with_name(folder.name + "-truth")
    _clear(folder, hidden)
    world = _World(seed, until, scale, address)
    for name, records in (
        ("shop.jsonl", iter([shop_record()])),
        ("faq.jsonl", texts.faq()),
        ("messages.jsonl", texts.messages()),
        ("customers.jsonl.gz", world.customers()),
    ):
        _write(folder / name, records)
    made = world.run(folder, progress or (lambda done, total: None))
    _write(folder / "arms.jsonl", world.experiments.arms())
    _write(folder / "shelves.jsonl", world.experiments.shelves())
    _write(folder / "tests.jsonl", world.experiments.tests())
    _write(folder / "products.jsonl", (world.goods.record(product) for product in world.catalogue.products))
    _write(folder / "prices.jsonl.gz", world.goods.ledger())
    _write(folder / "suppliers.jsonl", supplier_records(world.catalogue, world.warehouse))
    _write(folder / "supply.jsonl", supply_records(world.catalogue, world.calendar, world.warehouse))
    _write(folder / "price_tests.jsonl", price_test_records(world.price_tests, world.calendar))
    for product in world.catalogue.products:
        (folder / "images" / f"{product.external_id}.svg").write_text(draw(product), encoding="utf-8", newline="\n")
    _write(hidden / "tastes.jsonl", truth.taste_records(world.catalogue, world.people))
    _write(hidden / "products.jsonl", truth.product_records(world.catalogue, world.chooser.market_elasticity()))
    _write(
        hidden / "demand.jsonl.gz",
        truth.demand_records(world.catalogue, world.calendar, world.chooser.demand, world.price),
    )
    return made


class _World:
    """Everything that was drawn before the first day, and the days in turn."""

    def __init__(self, seed: int, until: date, scale: float, address: str) -> None:
        # Streams of their own, so that drawing more in one part leaves all others as they were.
        rngs = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(11)]
        self.rngs = rngs
        self.calendar: Calendar = make_calendar(until)
        self.catalogue: Catalogue = make_catalogue(rngs[0], self.calendar.days)
        self.people: People = make_people(rngs[1], self.catalogue, max(round(CUSTOMERS * scale), 4), self.calendar.days)
        self.price, full = price_history(rngs[2], self.catalogue, self.calendar)
        self.price_tests = draw_price_tests(rngs[10], self.catalogue, self.calendar, self.price)
        take_turns(self.price_tests, self.calendar.days, self.price, full)
        skus = sku_prices(self.catalogue, self.price)
        mood = shared_mood(rngs[3], self.catalogue, self.calendar, self.price)
        orders = max(round(ORDERS * scale), 1)
        self.chooser = Chooser(rngs[4], self.catalogue, self.people, mood)
        self.warehouse = Warehouse(rngs[5], self.catalogue, self._pace(orders))
        traffic = self.calendar.traffic(rngs[6])
        self.experiments = Experiments(rngs[9], self.calendar, self.people)
        self.trade = Trade(
            rngs[6],
            self.catalogue,
            self.calendar,
            self.people,
            self.chooser,
            self.warehouse,
            skus,
            rngs[6].multinomial(orders, traffic),
            self.experiments,
        )
        self.visits = Visits(
            rngs[7],
            self.catalogue,
            self.calendar,
            self.people,
            mood,
            round(VISITS * scale),
            traffic,
            address,
            self.experiments,
        )
        self.goods = Goods(
            self.catalogue, self.calendar, self.warehouse, self.price, skus, sku_prices(self.catalogue, full), address
        )

    def customers(self) -> Iterator[dict[str, Any]]:
        """The lines of customers.jsonl."""
        for person in range(self.people.customers):
            yield customer_record(self.people, person, self.calendar, self.rngs[8])

    def run(self, folder: Path, progress: Callable[[int, int], None]) -> Made:
        """Live through the days and write orders, events and stock as they come."""
        orders = refunds = events = snapshots = 0
        with ExitStack() as stack:
            order_file, event_file, stock_file = (
                stack.enter_context(_opened(folder / f"{name}.jsonl.gz")) for name in ("orders", "events", "stock")
            )
            for day in range(self.calendar.days):
                # Orders first: the visits that end in them are made of them.
                today = self.trade.run_day(day)
                self._write_orders(order_file, today)
                events_of_day = self.visits.run_day(day, today)
                event_file.writelines(f"{line}\n" for _, line in events_of_day)
                moved = self.warehouse.drain()
                stock_file.writelines(_line(stock_record(self.catalogue, one)) for one in moved)
                # Refunds stand among the orders in the file, but are counted apart.
                back = sum(bool(order.refunds) for order in today)
                orders, refunds = orders + len(today) - back, refunds + back
                events, snapshots = events + len(events_of_day), snapshots + len(moved)
                progress(day + 1, self.calendar.days)
        return Made(
            len(self.catalogue.products), self.people.customers, orders, refunds, self.visits.made, events, snapshots
        )

    def _write_orders(self, file: TextIO, orders: list[InventedOrder]) -> None:
        for order in orders:
            file.write(_line(order_record(self.catalogue, self.people, order, self.calendar, self.rngs[8])))

    def _pace(self, orders: int) -> Any:
        # A first guess by appeal alone, as a softmax; the warehouse learns the true pace from sales.
        share = np.exp(self.catalogue.appeal)
        share = share / share.sum()
        daily = orders * UNITS_AN_ORDER / self.calendar.days * share[self.catalogue.sku_product]
        return daily * self.catalogue.sku_weight


def is_demo_shop(folder: Path) -> bool:
    """Whether a folder holds a demo shop that may be written over."""
    try:
        with (folder / "shop.jsonl").open(encoding="utf-8") as lines:
            return bool(json.loads(lines.readline())["name"] == NAME)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _clear(folder: Path, hidden: Path) -> None:
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not is_demo_shop(folder))):
        raise NotADemoShop(str(folder))
    (folder / "images").mkdir(parents=True, exist_ok=True)
    hidden.mkdir(parents=True, exist_ok=True)
    for old in (*(folder / name for name in FILES), *(hidden / name for name in TRUTHS)):
        old.unlink(missing_ok=True)
    for old in (folder / "images").glob("*.svg"):
        old.unlink()


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """A text file for writing, gzipped by its name; no time or name goes into the gzip head, so bytes repeat."""
    with path.open("wb") as raw:
        if path.suffix != ".gz":
            with io.TextIOWrapper(raw, encoding="utf-8", newline="\n") as text:
                yield text
            return
        with (
            gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=PACKING, mtime=0) as packed,
            io.TextIOWrapper(io.BufferedWriter(packed, 1 << 16), encoding="utf-8", newline="\n") as text,  # type: ignore[type-var]
        ):
            yield text


def _write(path: Path, records: Iterable[dict[str, Any]]) -> None:
    with _opened(path) as file:
        file.writelines(_line(record) for record in records)


def _line(record: dict[str, Any]) -> str:
    return _ENCODER.encode(record) + "\n"
