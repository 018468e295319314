"""When things are bought: how many orders lately, and where; and how long until the same buyer comes back for more."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.products.data.engine.history import History, bought, decayed, once_an_order
from recommender.products.data.engine.recency import HALF_LIFE_DAYS, WINDOWS

TREND_DAYS, MOST_COUNTRIES = 14, 8
LEAST_GAPS = 5  # times that buyers came back, before a product has a rhythm
FEW_ORDERS = 5  # by which a share of repeats is drawn towards none
REBOUGHT_DAYS, LITTLE_HELD = 28.0, 5  # of those who bought again; and what draws their rate towards the shop's
NOWHERE = -1
CLOSED_DAYS = 28.0  # without an order: a shop's days then end with its last one


@dataclass(frozen=True, slots=True)
class RecentOrders:
    """What the orders of the last 14 days held, one entry a product and order, without buyer and order.

    `days` are whole days since 1970, `countries` places in the list of countries (-1: none of those).
    """

    days: np.ndarray  # int32
    products: np.ndarray  # int32
    countries: np.ndarray  # int8

    def since(self, day: float) -> "RecentOrders":
        """Return what is not older than a day."""
        recent = self.days >= day
        return RecentOrders(self.days[recent], self.products[recent], self.countries[recent])

    def joined_with(self, other: "RecentOrders") -> "RecentOrders":
        """Return both as one."""
        return RecentOrders(
            days=np.concatenate([self.days, other.days]),
            products=np.concatenate([self.products, other.products]),
            countries=np.concatenate([self.countries, other.countries]),
        )

    def trend(self, count: int) -> np.ndarray:
        """Return how many orders held each product, int32 [count]."""
        return np.bincount(self.products, minlength=count).astype(np.int32)

    def trend_countries(self, count: int, countries: int) -> np.ndarray:
        """Return the same by country, int32 [count, countries]."""
        known = self.countries >= 0
        cells = self.products[known].astype(np.int64) * max(countries, 1) + self.countries[known]
        return np.bincount(cells, minlength=count * countries).astype(np.int32).reshape(count, countries)


def day_after(history: History) -> float:
    """Return the day after the last purchase, 0 without any: when learning looks back, whatever the clock says."""
    return 0.0 if not len(history) else float(np.floor(history.days[-1]) + 1)


def moment_of(history: History, today: float | None) -> float:
    """Return the moment up to which sales are counted: the end of today, and that of a shop's last day in a closed one.

    What a shop sold years ago still says what goes with what; counted from today, nothing of it would be left.
    """
    last = day_after(history)
    end = last if today is None else float(np.floor(today) + 1)
    return end if last <= end < last + CLOSED_DAYS else last


def recent_orders(history: History, at: float, countries: Sequence[str]) -> RecentOrders:
    """Return what the orders of the 14 days before `at` held."""
    part = once_an_order(history.between(at - TREND_DAYS, at))
    return RecentOrders(np.floor(part.days).astype(np.int32), part.products, _places(part, countries))


def main_countries(history: History) -> tuple[str, ...]:
    """Return the countries of most orders that are there, eight at most, most first."""
    # By the orders of the purchases: a part of a history still names the countries of all of it.
    there = history.countries[np.unique(history.orders)] if len(history.countries) else history.countries
    names, counts = np.unique(there[there != ""], return_counts=True)
    return tuple(names[np.argsort(-counts, kind="stable")[:MOST_COUNTRIES]].tolist())


def buyers_countries(history: History) -> np.ndarray:
    """Return where each buyer's last order went, int8 [buyers]: a place among the main countries, -1 for none."""
    places = np.full(history.buyer_count, NOWHERE, np.int8)
    known = history.where(history.buyers >= 0)
    places[known.buyers] = _places(known, main_countries(history))  # in order of time, so the last one stays
    return places


def _places(part: History, countries: Sequence[str]) -> np.ndarray:
    """Return each purchase's country as a place among `countries`, int8, -1 for none of them."""
    place = {name: number for number, name in enumerate(countries)}
    of_order = np.array([place.get(name, NOWHERE) for name in part.countries.tolist()], dtype=np.int8)
    return of_order[part.orders] if len(of_order) else np.full(len(part), NOWHERE, np.int8)


def trend_windows(history: History, at: float) -> np.ndarray:
    """Return how many orders held each product, each halved every 1, 7 and 28 days before `at`: float32 [n, 3]."""
    part = once_an_order(history)
    # An order after `at` counts as one of this moment, never as more.
    age = np.maximum(at - part.days, 0)
    counts = [np.bincount(part.products, 0.5 ** (age / half), minlength=history.product_count) for half in WINDOWS]
    return np.stack(counts, axis=1).astype(np.float32)


def faded(windows: np.ndarray, days: float) -> np.ndarray:
    """Return the same counts, some days later."""
    # Exponential decay has no memory: to fade the sums is to fade each order in them.
    return np.asarray(windows * 0.5 ** (days / np.array(WINDOWS, np.float32)), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class RepeatShare:
    """Of what returning buyers ordered lately, which share they had before, and what it is at least (95 %)."""

    share: float
    low: float


def repeat_share(history: History, at: float) -> RepeatShare:
    """Return which share of the lines of the 28 days before `at` their buyers had ordered before; first orders are out.

    The interval takes a buyer's lines for one chance, since they are alike; 0 where nobody came back.
    """
    known = once_an_order(history.where(history.buyers >= 0).before(at))
    pairs = known.buyers.astype(np.int64) * known.product_count + known.products
    # In order of time, so the first line of a buyer is of the first order, and that of a pair is no repeat.
    is_repeat = np.ones(len(known), dtype=bool)
    is_repeat[np.unique(pairs, return_index=True)[1]] = False
    buyers, first = np.unique(known.buyers, return_index=True)
    first_order = np.zeros(known.buyer_count, np.int32)
    first_order[buyers] = known.orders[first]
    asked = (known.days >= at - REBOUGHT_DAYS) & (known.orders != first_order[known.buyers])
    lines = np.bincount(known.buyers[asked])
    again = np.bincount(known.buyers[asked & is_repeat], minlength=len(lines))
    if not lines.sum():
        return RepeatShare(0.0, 0.0)
    share = float(again.sum() / lines.sum())
    # The error of a ratio of two sums: what each buyer's repeats are off the share of their lines.
    error = float(np.sqrt(np.square(again - share * lines).sum()) / lines.sum())
    return RepeatShare(share, max(share - 1.96 * error, 0.0))


def product_rhythm(history: History) -> np.ndarray:
    """Return the median of days between two purchases of a product by one buyer, float32 [n]; nan under five such."""
    known = once_an_order(history.where(history.buyers >= 0))
    turn = np.lexsort((known.days, known.products, known.buyers))
    buyers = known.buyers[turn]
    products = known.products[turn]
    days = known.days[turn]
    # Sorted by buyer, product and time, neighbours of one buyer and product are two purchases in a row.
    again = np.flatnonzero((buyers[1:] == buyers[:-1]) & (products[1:] == products[:-1]))
    gaps, products = (days[1:] - days[:-1])[again], products[1:][again]
    turn = np.lexsort((gaps, products))
    gaps, products = gaps[turn], products[turn]
    count = np.bincount(products, minlength=history.product_count)
    rhythm = np.full(history.product_count, np.nan, np.float32)
    enough = np.flatnonzero(count >= LEAST_GAPS)
    # Gaps lie product by product in rising order: `start` is where those of each begin.
    start = np.cumsum(count) - count
    # The two places in the middle, which are one where their number is odd.
    middle = start[enough] + (count[enough] - 1) // 2
    rhythm[enough] = (gaps[middle] + gaps[start[enough] + count[enough] // 2]) / 2
    return rhythm


def product_repeats(history: History) -> np.ndarray:
    """Return what share of a product's orders by known buyers are not their first of it, float32 [n], 0 to 1."""
    known = once_an_order(history.where(history.buyers >= 0))
    orders = np.bincount(known.products, minlength=history.product_count)
    buyers = np.asarray(bought(known).sum(axis=0)).ravel()
    # Each buyer's first order is no repeat; five orders more in the denominator hold back products with hardly any.
    return np.asarray((orders - buyers) / (orders + FEW_ORDERS), dtype=np.float32)


def rebought_rate(history: History, at: float) -> np.ndarray:
    """Return how many buyers bought a product again in the 28 days before `at`, by what all held of it, float32 [n].

    What a buyer holds halves every 120 days, as in `decayed`. Of what is hardly held the shop's rate is supposed; 0
    where nobody bought anything again.
    """
    start = at - REBOUGHT_DAYS
    holders = decayed(history.before(start), start, HALF_LIFE_DAYS)
    again = bought(history.between(start, at)).multiply(holders > 0)
    held, buyers = (np.asarray(of_each.sum(axis=0), dtype=np.float64).ravel() for of_each in (holders, again))
    usual = buyers.sum() / max(held.sum(), 1e-9)
    rate = (buyers + LITTLE_HELD * usual) / (held + LITTLE_HELD)
    return np.asarray(rate / max(usual, 1e-9), dtype=np.float32)
