"""Eighteen months of orders, day by day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from shopconnect.demo.engine.catalogue import Catalogue
from shopconnect.demo.engine.choice import Chooser
from shopconnect.demo.engine.days import Calendar, seconds_of_day
from shopconnect.demo.engine.experiments import Experiments
from shopconnect.demo.engine.people import People
from shopconnect.demo.engine.types import Array
from shopconnect.demo.engine.warehouse import Warehouse

OPENING = 6 * 3600
COUNTER = 0.05  # share of orders taken over the counter of the workshop
GUEST = 0.13
CODE, CODE_SHARE = 0.11, 0.10  # share of orders with a code; what the code takes off
CANCELLED, TEST = 0.015, 0.002
RETURNS = {"clothing": 0.14, "accessories": 0.07, "linen": 0.05}
RETURN_ELSE = 0.025


@dataclass(frozen=True, slots=True)
class InventedLine:
    """One line of an order; amounts in cents, the price per unit, the discount off the line."""

    product: int
    sku: int
    quantity: int
    cents: int
    discount: int

    @property
    def total(self) -> int:
        """What the line costs, in cents."""
        return self.cents * self.quantity - self.discount


@dataclass(slots=True)
class InventedOrder:
    """An order or a refund; `person` is None over the counter and in test orders, `at` is in unix seconds."""

    id: str
    day: int
    at: int
    person: int | None
    channel: str
    lines: list[InventedLine]
    test: bool = False
    cancelled_at: int | None = None
    refunds: str = ""
    refunded: bool = field(default=False)
    arm: str = ""

    @property
    def total(self) -> int:
        """The sum of the lines in cents."""
        return sum(line.total for line in self.lines)


class Trade:
    """Runs the shop: who orders when, what of it, out of what is there."""

    def __init__(
        self,
        rng: np.random.Generator,
        catalogue: Catalogue,
        calendar: Calendar,
        people: People,
        chooser: Chooser,
        warehouse: Warehouse,
        prices: Array,
        counts: Array,
        experiments: Experiments,
    ) -> None:
        """`prices` [days, skus] in cents; `counts` [days] is the number of orders of each day."""
        self.rng, self.catalogue, self.calendar, self.people = rng, catalogue, calendar, people
        self.chooser, self.warehouse, self.prices = chooser, warehouse, prices
        self.counts, self.experiments = counts, experiments
        self.returns: defaultdict[int, list[InventedOrder]] = defaultdict(list)
        self.returning = np.array([RETURNS.get(product.kind.category, RETURN_ELSE) for product in catalogue.products])
        self.made = self.refunds_made = 0

    def run_day(self, day: int) -> list[InventedOrder]:
        """The orders and refunds of one day, by time."""
        midnight = self.calendar.midnights[day]
        on_sale = (self.catalogue.first_day <= day)[self.catalogue.sku_product]
        self.warehouse.open_day(day, midnight + OPENING, on_sale)
        orders = [
            self._order(day, midnight + int(second), who) for second, who in zip(*self._arrivals(day), strict=True)
        ]
        # An order of nothing is none: all that was wanted was out of stock.
        orders = [order for order in orders if order.lines]
        self.warehouse.close_day(day, on_sale)
        refunds = self.returns.pop(day, [])
        return sorted([*orders, *refunds], key=lambda order: order.at)

    def _arrivals(self, day: int) -> tuple[Array, list[int | None]]:
        """When orders come in and who places each; None stands for the counter, closed on Sundays."""
        count = int(self.counts[day])
        rate = self.people.present(day)
        # Customers stand before guests among the people, so a place says who has an account.
        accounts = np.arange(len(rate)) < self.people.customers
        guest = self.rng.random(count) < GUEST
        counter = (self.rng.random(count) < COUNTER) & (self.calendar.dates[day].weekday() < 6)
        person = np.zeros(count, dtype=np.int64)
        for mine, known in ((guest, ~accounts), (~guest, accounts)):
            # Where nobody of a group is around, as on the first days of a small shop, anybody of it may come.
            weight = rate * known if (rate * known).any() else known.astype(float)
            person[mine] = self.rng.choice(len(rate), int(mine.sum()), p=weight / weight.sum())
        who = [None if over else int(one) for over, one in zip(counter, person, strict=True)]
        return seconds_of_day(self.rng, count), who

    def _order(self, day: int, at: int, person: int | None) -> InventedOrder:
        # Over the counter nobody is named, but somebody's taste decides.
        twin = int(self.rng.integers(0, len(self.people.emails))) if person is None else person
        test = self.rng.random() < TEST
        chosen = self.chooser.basket(twin, day, self.warehouse.available())
        code = CODE_SHARE if person is not None and self.rng.random() < CODE else 0.0
        buyer = None if test else person
        arm = self.experiments.letter_of_order(buyer, day, chosen)
        # The extra piece lands on the first line only.
        more = [self.experiments.pieces_more(arm), *[0] * len(chosen)]
        lines = [self._line(day, at, product, code, test, extra) for product, extra in zip(chosen, more)]
        self.made += 1
        channel = "admin" if test else "counter" if person is None else "online"
        order = InventedOrder(str(500000 + self.made), day, at, buyer, channel, lines, test, arm=arm)
        if channel == "online":
            self._undo(order)
        return order

    def _line(self, day: int, at: int, product: int, code: float, test: bool, more: int) -> InventedLine:
        sku = self._sku(product)
        # No more than is there, so that stock never falls below nought; a test order takes nothing off the shelf.
        quantity = min(self.chooser.size(product) + more, int(self.warehouse.level[sku]))
        if not test:
            self.warehouse.take(sku, quantity, at)
        cents = int(self.prices[day, sku])
        return InventedLine(product, sku, quantity, cents, round(cents * quantity * code))

    def _sku(self, product: int) -> int:
        first = int(self.catalogue.first_sku[product])
        count = len(self.catalogue.products[product].skus)
        if count == 1:
            return first
        # Only variants that are there; the last sum stands for the whole, so shares need no division.
        weight = self.catalogue.sku_weight[first : first + count] * (self.warehouse.level[first : first + count] > 0)
        share = np.cumsum(weight)
        return first + int(share.searchsorted(self.rng.random() * share[-1], side="right"))

    def _undo(self, order: InventedOrder) -> None:
        """Some orders are cancelled within hours, some lines come back after days."""
        if self.rng.random() < CANCELLED:
            at = order.at + int(self.rng.integers(900, 20 * 3600))
            if at < self.calendar.end:
                order.cancelled_at = at
                for line in order.lines:
                    self.warehouse.give_back(order.day + 2, line.sku, line.quantity)
            return
        back = [line for line in order.lines if self.rng.random() < self.returning[line.product]]
        if back:
            self._refund(order, back)

    def _refund(self, order: InventedOrder, lines: list[InventedLine]) -> None:
        day = order.day + int(self.rng.integers(6, 26))
        if day >= self.calendar.days:
            return
        self.refunds_made += 1
        # Refunded as a whole only where all lines come back.
        order.refunded = len(lines) == len(order.lines)
        self.returns[day].append(
            InventedOrder(
                id=str(900000 + self.refunds_made),
                day=day,
                at=self.calendar.midnights[day] + int(self.rng.integers(9 * 3600, 17 * 3600)),
                person=order.person,
                channel=order.channel,
                lines=lines,
                refunds=order.id,
            )
        )
