"""The demo shop's hold-out and test: who is held out, who sees more variety, which shelves are seen and followed.

The hold-out changes nothing that is sold. In B of the test a few orders have one piece more, and that is all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np

from recommender.products.types import VARIETY_KIND
from shopconnect.demo.engine.days import Calendar, stamp
from shopconnect.demo.engine.people import People
from shopconnect.experiments.engine.assignment import place_of
from shopconnect.experiments.types import HOLD_OUT_SALT, START_PERCENT, ExperimentSummary

DAYS, HELD_OUT = 120, 0.05  # the last days of the window, in which shelves stand on the pages
SHELF, SHOWN = "similar", 4
SEEN = 0.6  # of the shelves requested
FOLLOWED = 0.07  # of those seen
EMPTY = 0.01  # of the shelves requested
DRAWS, KEPT = 40, 8  # of the hold-out, and those of them among which the test's halves decide
TEST_ID = 7_104_881_265_930_117_204
TEST_BEGAN = 56  # days before the end
TEST_DAYS = 112  # that it runs
VARIETY, MORE_VARIETY = 5, 10  # percent of accuracy that A and B give for it
ONE_MORE = 0.125  # of orders in B have one piece more


class Experiments:
    """Gives letters to visits and orders, and counts shelves by day and arm as the widgets' gateway would."""

    def __init__(self, rng: np.random.Generator, calendar: Calendar, people: People) -> None:
        self.rng, self.calendar, self.people = rng, calendar, people
        self.first, self.test_first = (max(calendar.days - days, 0) for days in (DAYS, TEST_BEGAN))
        began, over = calendar.at(self.test_first), calendar.at(self.test_first) + TEST_DAYS * 86_400
        self.test = ExperimentSummary(
            public_id=TEST_ID,
            kind=VARIETY_KIND,
            percent=START_PERCENT,
            value=MORE_VARIETY,
            base=VARIETY,
            started_at=datetime.fromtimestamp(began, UTC),
            ends_at=datetime.fromtimestamp(over, UTC),
        )
        self.secret = _even_secret(rng.spawn(1)[0], people, range(self.first, calendar.days), self.test.salt)
        self.counts: Counter[tuple[str, str, str]] = Counter()

    def letter(self, visitor: str, day: int, page: str) -> str:
        """Return the arm of a visitor, or of a page on a day where nobody agreed; "" before the hold-out began."""
        if day < self.first:
            return ""
        unit = visitor or f"{page} {self.calendar.dates[day].isoformat()}"
        # The hash that live shops use, so that a loaded folder agrees with what the shop would have assigned.
        if place_of(self.secret, HOLD_OUT_SALT, unit) < HELD_OUT:
            letter = "H"
        else:
            # A salt of its own: who is in B must not hang on who just missed the hold-out.
            is_b = day >= self.test_first and place_of(self.secret, self.test.salt, unit) * 100 < self.test.percent
            letter = "B" if is_b else "A"
        return letter if visitor else letter.lower()

    def letter_of_order(self, person: int | None, day: int, products: list[int]) -> str:
        """Return the letter that an order carries; one over the counter, or of nobody, carries none."""
        if person is None or not products:
            return ""
        return self.letter(self.people.visitors[person], day, str(products[0]))

    def pieces_more(self, arm: str) -> int:
        """Return by how many pieces what is shown in an arm makes an order larger."""
        return int(arm in ("B", "b") and self.rng.random() < ONE_MORE)

    def shelf_of(
        self, visitor: str, day: int, product: int, near: list[int], after: int | None
    ) -> list[tuple[str, list[int]]]:
        """Count the shelf on a product's page; return the events that consent allows: it was seen, and led to `after`.

        Each is (name, product numbers); `near` is what the shelf shows.
        """
        arm = self.letter(visitor, day, str(product))
        if not arm:
            return []
        is_empty = arm in "Hh" or self.rng.random() < EMPTY
        self._count(day, arm, "requests")
        if is_empty:
            self._count(day, arm, "empties")
        # Without consent nothing but the count may leave the page.
        if is_empty or not visitor or self.rng.random() > SEEN:
            return []
        if after is None or self.rng.random() > FOLLOWED:
            return [("widget_impression", near[:SHOWN])]
        self._count(day, arm, "clicks")
        return [("widget_impression", [after, *near][:SHOWN]), ("recommendation_click", [after])]

    def arms(self) -> Iterator[dict[str, Any]]:
        """Yield the one line of arms.jsonl."""
        yield {"secret": self.secret}

    def tests(self) -> Iterator[dict[str, Any]]:
        """Yield the one line of tests.jsonl."""
        test = self.test
        yield {
            "id": str(test.public_id),
            "kind": test.kind,
            "percent": test.percent,
            "value": test.value,
            "base": test.base,
            "started_at": stamp(int(test.started_at.timestamp())),
            "ends_at": stamp(int(test.ends_at.timestamp())) if test.ends_at else None,
        }

    def shelves(self) -> Iterator[dict[str, Any]]:
        """Yield the lines of shelves.jsonl."""
        for day, arm in sorted({(day, arm) for day, arm, _ in self.counts}):
            counts = {name: self.counts[day, arm, name] for name in ("requests", "empties", "clicks")}
            yield {"day": day, "shelf": SHELF, "arm": arm} | {name: count for name, count in counts.items() if count}

    def _count(self, day: int, arm: str, what: str) -> None:
        self.counts[self.calendar.dates[day].isoformat(), arm, what] += 1


def _even_secret(rng: np.random.Generator, people: People, days: range, salt: str) -> str:
    """Return a secret whose hold-out, and whose half in B, are like the rest before anything is seen or sold.

    Rerandomisation: compared are how many people each holds and the rate at which they are going to order.
    """
    rates = np.sum([people.present(day) for day in days], axis=0)
    known = [(visitor, rate) for visitor, rate in zip(people.visitors, rates.tolist(), strict=True) if visitor]
    traits = np.array([(1.0, rate) for _, rate in known]).reshape(-1, 2)
    shares = traits / np.maximum(traits.sum(axis=0), 1.0)

    def unevenness(secret: str, salt: str, part: float) -> float:
        inside = np.array([place_of(secret, salt, visitor) < part for visitor, _ in known], dtype=float)
        return float(np.abs(inside @ shares - part).max())

    secrets = [rng.bytes(16).hex() for _ in range(DRAWS)]
    secrets.sort(key=lambda secret: unevenness(secret, HOLD_OUT_SALT, HELD_OUT))
    return min(secrets[:KEPT], key=lambda secret: unevenness(secret, salt, START_PERCENT / 100))
