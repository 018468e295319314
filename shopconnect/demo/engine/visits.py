"""Visits to the storefront: those that end in an order, and the many that do not."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from shopconnect.demo.engine.catalogue import Catalogue
from shopconnect.demo.engine.days import Calendar, seconds_of_day, stamp
from shopconnect.demo.engine.experiments import SHELF, Experiments
from shopconnect.demo.engine.people import People
from shopconnect.demo.engine.records import CURRENCY, category_url, money, product_url
from shopconnect.demo.engine.texts import LANGUAGES
from shopconnect.demo.engine.trade import InventedOrder
from shopconnect.demo.engine.types import Array

TimedEvent = tuple[int, str]  # (unix seconds, the line)

SOURCES = (  # source, medium, campaign, share
    ("google", "organic", "", 0.34),
    ("", "", "", 0.27),
    ("newsletter", "email", "lettre-du-dimanche", 0.12),
    ("instagram", "social", "", 0.11),
    ("google", "cpc", "maison-et-jardin", 0.09),
    ("pinterest", "social", "", 0.05),
    ("blog-des-voisins.example", "referral", "", 0.02),
)
KNOWN = 0.35  # share of browsing visits by people we know; the rest are strangers with a borrowed taste
STRANGER_CONSENT = 0.5
LONGEST = 9
SHOWN = 6  # products that a list shows
CART_ONLY, CHECKOUT_ONLY = 0.13, 0.3  # visits that leave with a full cart; of those, the ones that left at the till


@dataclass(slots=True)
class Visit:
    """One visit; `order` is set when it ends in one."""

    start: int
    taste: int
    visitor: str
    customer: str
    language: str
    opening: float
    order: InventedOrder | None


class Visits:
    """Writes events of visits, a day at a time."""

    def __init__(
        self,
        rng: np.random.Generator,
        catalogue: Catalogue,
        calendar: Calendar,
        people: People,
        mood: Array,
        visits: int,
        traffic: Array,
        address: str,
        experiments: Experiments,
    ) -> None:
        """`visits` are those of the whole window; `traffic` [days] says how they are spread."""
        self.rng, self.catalogue, self.calendar, self.people = rng, catalogue, calendar, people
        self.mood, self.address, self.experiments = mood, address, experiments
        self.counts = rng.multinomial(visits, traffic)
        self.made = self.owed = 0
        # (products, products): the odds of going on from one to the other, worked out once for all walks.
        self.paths = np.exp(catalogue.likeness).astype(np.float32)
        self.neighbours = [np.flatnonzero(catalogue.category == one) for one in range(catalogue.category_count)]
        self.shelves = _shelf_words(catalogue, address)
        self.shares = np.cumsum([row[3] for row in SOURCES[:-1]]).tolist()
        ids = [product.external_id for product in catalogue.products]
        self.quoted = [f'"{one}"' for one in ids]
        self.on_product = {
            language: [f',"product":"{one}","page":"{product_url(address, one, language)}"' for one in ids]
            for language in LANGUAGES
        }
        self.near = [
            [int(one) for one in self.neighbours[int(catalogue.category[product])] if one != product]
            for product in range(len(ids))
        ]

    def run_day(self, day: int, orders: list[InventedOrder]) -> list[TimedEvent]:
        """The events of one day by time; each online order ends one visit."""
        buying = [self._buyer(order) for order in orders if order.channel == "online" and not order.refunds]
        # Visits with an order are part of the day's number; a day with too many of them is made up for later.
        self.owed += int(self.counts[day]) - len(buying)
        others = max(self.owed, 0)
        self.owed -= others
        visits = buying + [self._browser(day, int(at)) for at in seconds_of_day(self.rng, others)]
        self.made += len(visits)
        events: list[TimedEvent] = []
        for visit, seen in zip(visits, self._walks(day, visits), strict=True):
            events.extend(self._events(day, visit, seen))
        # Stable: events of one second stay in the order of their visit.
        events.sort(key=lambda event: event[0])
        return events

    def _buyer(self, order: InventedOrder) -> Visit:
        person = order.person or 0
        agreed = self.people.visitors[person]
        customer = self.people.external_id(person) if agreed and self.people.is_customer(person) else ""
        language = self.people.languages[person]
        return Visit(order.at, person, agreed, customer, language, self.rng.random(), order)

    def _browser(self, day: int, at: int) -> Visit:
        person = int(self.rng.integers(0, len(self.people.emails)))
        start = self.calendar.midnights[day] + at
        draw = self.rng.random(3)
        if draw[0] < KNOWN and self.people.joined[person] <= day < self.people.gone[person]:
            agreed = self.people.visitors[person]
            signed_in = bool(agreed) and self.people.is_customer(person) and draw[1] < 0.5
            customer = self.people.external_id(person) if signed_in else ""
            return Visit(start, person, agreed, customer, self.people.languages[person], draw[2], None)
        visitor = self.rng.bytes(12).hex() if draw[1] < STRANGER_CONSENT else ""
        return Visit(start, person, visitor, "", self.people.languages[person], draw[2], None)

    def _walks(self, day: int, visits: list[Visit]) -> list[list[int]]:
        """The products that each visit looks at; a walk goes from like to like by taste, no product twice."""
        exists = self.catalogue.first_day <= day
        length = np.minimum(self.rng.geometric(0.45, len(visits)), LONGEST)
        # What is bought is looked at besides, after the walk.
        length -= np.array([visit.order is not None for visit in visits], dtype=np.int64)
        tastes = self.people.tastes[[visit.taste for visit in visits]]
        # (visits, products): looking is less choosy than buying, so taste and mood count in part.
        pull = np.exp(0.7 * tastes + 0.6 * self.mood[day].astype(np.float32)) * exists
        starts = [visit.order.lines[0].product if visit.order else -1 for visit in visits]
        at = np.array(starts)
        seen: list[list[int]] = [[] for _ in visits]
        for place, start in enumerate(starts):
            if start >= 0:
                # An order's first product is where the walk starts, and is looked at when it is bought.
                pull[place, start] = 0.0
        for step in range(LONGEST):
            going = np.flatnonzero(length > step)
            if not len(going):
                break
            weight = pull[going] * np.where((at[going] >= 0)[:, None], self.paths[at[going]], 1.0)
            # A race of exponential clocks: the first to ring is a draw by weight, for all visits at once.
            race = self.rng.standard_exponential(weight.shape, dtype=np.float32) / np.maximum(weight, 1e-30)
            at[going] = race.argmin(axis=1)
            pull[going, at[going]] = 0.0
            for place in going.tolist():
                seen[place].append(int(at[place]))
        return seen

    def _events(self, day: int, visit: Visit, seen: list[int]) -> Iterator[TimedEvent]:
        steps = list(self._steps(day, visit, seen))
        gaps = self.rng.integers(6, 75, len(steps)).tolist()
        # Counted back from the order, so that the purchase falls on its moment.
        at = visit.order.at - sum(gaps[1:]) if visit.order else visit.start
        noise = self.rng.bytes(10 * (len(steps) + 1)).hex()
        tail = f'"visit":"{_uuid7(at, noise[:20])}"{self._who(visit)}'
        for place, (name, more) in enumerate(steps, start=1):
            if place > 1:
                at += gaps[place - 1]
            identity = _uuid7(at, noise[20 * place : 20 * place + 20])
            yield at, f'{{"id":"{identity}","name":"{name}","at":"{stamp(at)}",{tail}{more}}}'

    def _who(self, visit: Visit) -> str:
        source, medium, campaign, _ = SOURCES[bisect_left(self.shares, self.rng.random())]
        parts = (
            ("visitor", visit.visitor),
            ("customer", visit.customer),
            ("source", source),
            ("medium", medium),
            ("campaign", campaign),
        )
        return "".join(f',"{key}":"{value}"' for key, value in parts if value)

    def _steps(self, day: int, visit: Visit, seen: list[int]) -> Iterator[tuple[str, str]]:
        """Names and further keys of a visit's events in turn."""
        bought = [line.product for line in visit.order.lines] if visit.order else []
        first = (seen or bought)[0]
        if visit.opening < 0.62:
            yield self._opening(visit, first, [*seen, *bought])
        for product, after in zip(seen, [*seen[1:], None]):
            yield self._on_product("view_item", visit, product)
            yield from self._shelf(day, visit, product, after)
        for product in bought:
            yield self._on_product("view_item", visit, product)
            yield self._on_product("add_to_cart", visit, product)
        if visit.order:
            yield from self._till(visit, bought, visit.order)
        elif self.rng.random() < CART_ONLY:
            product = seen[-1]
            yield self._on_product("add_to_cart", visit, product)
            if self.rng.random() < CHECKOUT_ONLY:
                yield self._step("begin_checkout", visit, [product])

    def _opening(self, visit: Visit, first: int, seen: list[int]) -> tuple[str, str]:
        words = self.shelves[visit.language][first]
        if visit.opening < 0.17:
            return "search", f',"query":{words[1]},"page":{words[2]}'
        same = self.neighbours[int(self.catalogue.category[first])]
        listed = dict.fromkeys([*seen[:2], *self.rng.permutation(same)[:SHOWN].tolist()])
        return "view_item_list", f',"products":{self._ids(list(listed)[:SHOWN])},"page":{words[0]}'

    def _on_product(self, name: str, visit: Visit, product: int) -> tuple[str, str]:
        return name, self.on_product[visit.language][product]

    def _shelf(self, day: int, visit: Visit, product: int, after: int | None) -> Iterator[tuple[str, str]]:
        for name, products in self.experiments.shelf_of(visit.visitor, day, product, self.near[product], after):
            of = products[0] if name == "recommendation_click" else product
            event, more = self._on_product(name, visit, of)
            shown = f',"products":{self._ids(products)}' if name == "widget_impression" else ""
            yield event, f'{more}{shown},"shelf":"{SHELF}"'

    def _till(self, visit: Visit, bought: list[int], order: InventedOrder) -> Iterator[tuple[str, str]]:
        yield self._step("begin_checkout", visit, bought)
        paid = f'"value":"{money(order.total)}","currency":"{CURRENCY}","order":"{order.id}"'
        yield "purchase", f',"products":{self._ids(bought)},{paid}'

    def _step(self, name: str, visit: Visit, products: list[int]) -> tuple[str, str]:
        page = f"{self.address}/{visit.language}/cart/"
        return name, f',"products":{self._ids(products)},"page":"{page}"'

    def _ids(self, products: list[int]) -> str:
        return f"[{','.join([self.quoted[product] for product in products])}]"


def _shelf_words(catalogue: Catalogue, address: str) -> dict[str, list[tuple[str, str, str]]]:
    """For each language and product, as JSON: its category's page, what one would search, the page of results."""
    words: dict[str, list[tuple[str, str, str]]] = {}
    for language in LANGUAGES:
        search = f"{address}/{language}/"
        words[language] = [
            (
                json.dumps(category_url(address, product.kind.categories["fr"], language)),
                json.dumps(product.kind.shelves[language].lower(), ensure_ascii=False),
                json.dumps(search),
            )
            for product in catalogue.products
        ]
    return words


def _uuid7(seconds: int, tail: str) -> str:
    """A UUIDv7 of a moment and ten random bytes in hex, the first of which says how far into the second it is."""
    stamped = f"{seconds * 1000 + int(tail[:2], 16) * 3:012x}"
    return f"{stamped[:8]}-{stamped[8:]}-7{tail[2:5]}-8{tail[5:8]}-{tail[8:20]}"
