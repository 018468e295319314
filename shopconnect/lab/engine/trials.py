"""The trial in the demo shop: who is held out, which shelves are seen and followed. It changes nothing that is sold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from shopconnect.experiments.engine.assignment import place_of
from shopconnect.experiments.types import HOLD_OUT_SALT
from shopconnect.lab.engine.days import Calendar
from shopconnect.lab.engine.people import People
from shopconnect.lab.engine.trade import Order

DAYS, HELD_OUT = 120, 0.05  # the last days of the window, in which shelves stand on the pages
SHELF, SHOWN = "similar", 4
SEEN, FOLLOWED, EMPTY = 0.6, 0.07, 0.01  # of shelves asked for; of those seen; of those asked for


class Trials:
    """Gives letters to visits and orders, and counts shelves by day and arm as the widgets' door would."""

    def __init__(self, rng: np.random.Generator, calendar: Calendar, people: People) -> None:
        self.rng, self.calendar, self.people = rng, calendar, people
        self.first = max(calendar.days - DAYS, 0)
        self.counts: Counter[tuple[str, str, str]] = Counter()

    def letter(self, visitor: str, day: int, page: str) -> str:
        """Return the arm of a visitor, or of a page on a day where nobody agreed; "" before the trial began."""
        if day < self.first:
            return ""
        unit = visitor or f"{page} {self.calendar.dates[day].isoformat()}"
        held_out = place_of(HOLD_OUT_SALT, unit) < HELD_OUT
        return ("H" if held_out else "A") if visitor else ("h" if held_out else "a")

    def give_arms(self, day: int, orders: list[Order]) -> None:
        """Give each online order of a day its letter."""
        for order in orders:
            if order.channel == "online" and not order.refunds and order.person is not None:
                page = str(order.lines[0].product) if order.lines else ""
                order.arm = self.letter(self.people.visitors[order.person], day, page)

    def shelf_of(
        self, visitor: str, day: int, product: int, near: list[int], after: int | None
    ) -> list[tuple[str, list[int]]]:
        """Count the shelf on a product's page; return what a device that may tells: it was seen, and led to `after`.

        Each is (name, product numbers); `near` is what the shelf shows.
        """
        arm = self.letter(visitor, day, str(product))
        if not arm:
            return []
        is_empty = arm in "Hh" or self.rng.random() < EMPTY
        self._count(day, arm, "requests")
        if is_empty:
            self._count(day, arm, "empties")
        if is_empty or not visitor or self.rng.random() > SEEN:
            return []
        if after is None or self.rng.random() > FOLLOWED:
            return [("widget_impression", near[:SHOWN])]
        self._count(day, arm, "clicks")
        return [("widget_impression", [after, *near][:SHOWN]), ("recommendation_click", [after])]

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield the lines of shelves.jsonl."""
        for day, arm in sorted({(day, arm) for day, arm, _ in self.counts}):
            counts = {name: self.counts[day, arm, name] for name in ("requests", "empties", "clicks")}
            yield {"day": day, "shelf": SHELF, "arm": arm} | {name: count for name, count in counts.items() if count}

    def _count(self, day: int, arm: str, what: str) -> None:
        self.counts[self.calendar.dates[day].isoformat(), arm, what] += 1
