"""How a person chooses: taste, season, price and habit, then what goes with it."""

from __future__ import annotations

from bisect import bisect

import numpy as np

from shopconnect.demo.engine.catalogue import Catalogue
from shopconnect.demo.engine.days import Calendar
from shopconnect.demo.engine.people import People
from shopconnect.demo.engine.types import Array

SETS = frozenset({"plate", "bowl", "mug", "pillowcase", "bath_towel"})
SET_SIZES = ((1, 2, 4, 6), (0.32, 0.34, 0.2, 0.14))
REFILL_SIZES = ((1, 2, 3), (0.62, 0.27, 0.11))
SINGLE_SIZES = ((1, 2), (0.93, 0.07))
MORE = 0.52  # chance of one line more, each time
MOST = 7
COMPANY = 0.6  # how far taste and price still count beside what goes with the rest of the basket
AGAIN = 2.4  # utility of a refill in time
TOO_SOON = -1.2  # of one too early
HAD = -3.0  # of a second of what lasts


class Chooser:
    """Draws baskets by multinomial choice and keeps what would have been bought had nothing been out of stock."""

    def __init__(self, rng: np.random.Generator, catalogue: Catalogue, people: People, mood: Array) -> None:
        """`mood` [days, products] is the utility that everybody shares on a day."""
        self.rng, self.catalogue, self.people, self.mood = rng, catalogue, people, mood
        count = len(catalogue.products)
        self.demand = np.zeros((len(mood), count))
        self.slope = np.zeros(count)
        self.bought: list[dict[int, int]] = [{} for _ in people.emails]
        sizes = [_sizes(product.kind.key, product.kind.again_days) for product in catalogue.products]
        # Cumulated shares but the last, so that one draw and a bisection give a size.
        self.sizes = [(some, np.cumsum(shares)[:-1].tolist()) for some, shares in sizes]
        self.mean_size = np.array([np.dot(some, shares) for some, shares in sizes])

    def basket(self, person: int, day: int, stocked: Array) -> list[int]:
        """The products of one order; `stocked` [products] is what can be had now."""
        wish = self.mood[day] + self.people.tastes[person] + self._habit(person, day)
        exists = self.catalogue.first_day <= day
        chosen: list[int] = []
        score, weight = wish, 1.0
        while len(chosen) < MOST:
            free = exists.copy()
            free[chosen] = False
            # Before stock is looked at: demand is what would have been chosen had nothing been out.
            self._record(day, score, free, weight)
            free &= stocked
            if not free.any():
                break
            # The Gumbel-max trick: the greatest score plus Gumbel noise is a draw by the softmax of the scores.
            noisy = score + self.rng.gumbel(size=len(score))
            chosen.append(int(np.argmax(np.where(free, noisy, -np.inf))))
            if self.rng.random() >= MORE:
                break
            weight = COMPANY
            beside = chosen[int(self.rng.integers(0, len(chosen)))]
            score = weight * wish + self.catalogue.companions[beside]
        for product in chosen:
            self.bought[person][product] = day
        return chosen

    def size(self, product: int) -> int:
        """How many units of a product."""
        sizes, shares = self.sizes[product]
        return sizes[bisect(shares, self.rng.random())]

    def market_elasticity(self) -> Array:
        """What a change of price did to expected units of each product, log by log, over all choices, [products].

        Nearer to zero than the elasticity of one choice: who loves a product buys it anyway.
        """
        return np.asarray(-self.catalogue.elasticity * self.slope / np.maximum(self.demand.sum(axis=0), 1e-9))

    def _record(self, day: int, score: Array, free: Array, weight: float) -> None:
        # The greatest is taken off first, so that no power overflows; shares stay the same.
        odds = np.where(free, np.exp(score - score.max()), 0.0)
        share = odds / odds.sum()
        self.demand[day] += share * self.mean_size
        # Of a logit, d share / d log price = -elasticity s (1 - s); later lines feel price by `weight` only.
        self.slope += weight * share * (1 - share) * self.mean_size

    def _habit(self, person: int, day: int) -> Array:
        habit = np.zeros(len(self.catalogue.products))
        for product, last in self.bought[person].items():
            again = self.catalogue.again_days[product]
            if not again:
                habit[product] = HAD
            else:
                habit[product] = AGAIN if day - last > 0.6 * again else TOO_SOON
        return habit


def shared_mood(rng: np.random.Generator, catalogue: Catalogue, calendar: Calendar, price: Array) -> Array:
    """Utility of each product that everybody shares, [days, products]: appeal, season, price, novelty, fashion."""
    days, count = price.shape
    reference = np.array([product.cents for product in catalogue.products])
    seasons = np.array([calendar.season(product.kind.season) for product in catalogue.products]).T
    age = np.arange(days)[:, None] - catalogue.first_day[None, :]
    novelty = np.where((age >= 0) & (catalogue.first_day >= 0), 0.8 * np.exp(-age / 30.0), 0.0)
    # A random walk: what is in fashion drifts, and stays for weeks.
    steps = rng.normal(0.0, 1.0, (days, count)) * 0.015
    fashion = np.cumsum(steps, axis=0)
    # Utility falls by elasticity times the log of the price over its first list price.
    dear = -catalogue.elasticity * np.log(price / reference)
    return np.asarray(catalogue.appeal + seasons + novelty + fashion + dear)


def _sizes(kind: str, again_days: int) -> tuple[tuple[int, ...], tuple[float, ...]]:
    if kind in SETS:
        return SET_SIZES
    return REFILL_SIZES if again_days else SINGLE_SIZES
