"""The bench of shelves: the engine by itself, what a request costs, and how much memory many shops take."""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlencode

from recommender.products.rules import services as rules
from recommender.products.serving.shelves import suggest
from recommender.products.types import Context, Shelf
from shopconnect.catalog.selectors import list_features
from shopconnect.core.artefacts import store
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.measure.bench.calls import ROUNDS, YARDSTICK, Course, capacity_for, idle_share, public_key, warm
from shopconnect.measure.bench.figures import percentile, ratio
from shopconnect.measure.bench.processor import held_megabytes
from shopconnect.measure.bench.servers import start_servers
from shopconnect.measure.bench.throwaway import throwaway_shop
from shopconnect.measure.bench.types import Figures, NothingToMeasure, Request, Tell
from shopconnect.measure.engine.model import Invented, invented_catalogue, invented_model
from shopconnect.measure.engine.ruling import rules_cpu_milliseconds
from shopconnect.widgets.visitors import sign_visitor

PLACES, VIEWS, PAGES, VISITS = 8, 10, 200, 1000
MANY_SHOPS, A_SMALL_SHOP, FIRST_OF_MANY = 2000, 200, 2**40
RULES = ({"kind": "limit", "by": "category", "most": 3}, {"kind": "boost", "push": "margin", "strength": "slight"})


def bench_widget(shop_id: ShopId, rate: float, seconds: float, tell: Tell) -> Figures:
    """Measure the shelves of a shop; see `_measured`."""
    with shop_scope(shop_id):
        ids = [product.external_id for product in list_features()]
    return _measured(shop_id, ids, rate, seconds, tell)


def bench_large_widget(products: int, rate: float, seconds: float, tell: Tell) -> Figures:
    """Measure the shelves of an invented shop of so many products, with rules, and what many small shops take.

    The shop is a throwaway one, erased with its files before this returns.
    """
    many = _many_shops(tell)
    with throwaway_shop() as shop_id:
        tell(f"Inventing a shop of {products:,} products")
        _put_in_service(shop_id, invented_model(products), invented_catalogue(products))
        for rule in RULES:
            rules.add_rule(shop_id, 0, rule)
        draft = rules.find_draft(shop_id)
        rules.publish_draft(shop_id, 0, rules.etag_of(draft.rules) if draft else "", is_confirmed=True)
        return _measured(shop_id, [f"p{number}" for number in range(products)], rate, seconds, tell) | many


def _measured(shop_id: ShopId, ids: Sequence[str], rate: float, seconds: float, tell: Tell) -> Figures:
    """Measure the engine here, and the running site at a fixed rate; milliseconds and CPU milliseconds.

    The site is asked in turn: a view that does nothing, shelves of visits with ten views, posted as pages post them,
    and a few pages that all see alike, so that a busy neighbour meets all three. It gets half of what it can do at
    most: beyond that it is the machine that is measured. Raises NothingToMeasure for a shop without suggestions.
    """
    if not ids or not suggest(shop_id, None, Context(views=tuple(ids[:1]), language="en"), PLACES):
        raise NothingToMeasure("The shop shows no suggestions yet: `manage.py train` it first.")
    chance = random.Random(0)  # noqa: S311
    with start_servers(tell) as servers:
        own, alike = _visits(shop_id, ids, chance, servers.site), _pages(shop_id, ids, chance)
        idle = idle_share(servers)
        for requests in (alike, alike, alike, [YARDSTICK, *own]):  # each page until each process has made it
            warm(requests, servers, 0.0)
        capacity = capacity_for(own, servers)
        if not capacity:
            raise NothingToMeasure("The site answered no shelf at all while it was asked as fast as it could.")
        driven = min(rate, capacity / 2)
        tell(f"The site can do {capacity:.0f} shelves of a visit a second; it gets {driven:g}, at most half of that")
        nothing, shelf, ready = (
            Course(servers, requests, driven, keep)
            for requests, keep in (([YARDSTICK], ""), (own, "model"), (alike, ""))
        )
        engine = Engine(shop_id, ids, chance)
        engine.run(VISITS)  # these map what is looked at
        engine.forget()
        for number in range(ROUNDS):
            tell(f"Round {number + 1} of {ROUNDS}: the engine by itself, nothing, shelves of a visit, pages alike")
            engine.run(VISITS // ROUNDS)
            for course in (nothing, shelf, ready):
                course.run(seconds / ROUNDS)
    return {
        **engine.figures(nothing.cpu_milliseconds),
        "rules_cpu_milliseconds": rules_cpu_milliseconds(),
        "asked_rate": rate,
        "capacity": capacity,
        "rate": driven,
        **_figures(nothing, shelf, ready),
        "idle_cpu_share": idle,
    }


def _figures(nothing: Course, shelf: Course, ready: Course) -> Figures:
    """Return what was seen of visits' shelves and of pages kept ready, beside a view that does nothing."""
    return {
        "calls": shelf.seen.calls,
        "answered_share": min(shelf.seen.share(200), ready.seen.share(200)),
        "shown_share": sum(map(bool, shelf.seen.values)) / max(shelf.seen.calls, 1),
        "p50": percentile(shelf.seen.milliseconds, 0.5),
        "p99": percentile(shelf.seen.milliseconds, 0.99),
        "ready_p99": percentile(ready.seen.milliseconds, 0.99),
        "yardstick_p50": percentile(nothing.seen.milliseconds, 0.5),
        "yardstick_p99": percentile(nothing.seen.milliseconds, 0.99),
        "late_p99": percentile(shelf.seen.late, 0.99),
        "cpu_milliseconds": shelf.cpu_milliseconds,
        **shelf.cpu_by_part(),
        "ready_cpu_milliseconds": ready.cpu_milliseconds,
        "yardstick_cpu_milliseconds": nothing.cpu_milliseconds,
        "ratio": ratio(shelf.cpu_milliseconds, nothing.cpu_milliseconds),
        "cpu_rate": ratio(nothing.cpu_milliseconds, shelf.cpu_milliseconds),
        "ready_cpu_rate": ratio(nothing.cpu_milliseconds, ready.cpu_milliseconds),
    }


class Engine:
    """Candidates, rules, choice, cards and sentences of visits with ten views, without a request around them."""

    def __init__(self, shop_id: ShopId, ids: Sequence[str], chance: random.Random) -> None:
        self._shop_id, self._ids, self._chance = shop_id, ids, chance
        self._clock: list[float] = []
        self._cpu: list[float] = []

    def run(self, visits: int) -> None:
        for _visit in range(visits):
            context = Context(views=tuple(self._chance.choices(self._ids, k=VIEWS)), language="en")
            clock, spent = time.perf_counter(), time.thread_time()
            suggest(self._shop_id, Shelf.FOR_YOU, context, PLACES)
            self._clock.append(1000 * (time.perf_counter() - clock))
            self._cpu.append(1000 * (time.thread_time() - spent))

    def forget(self) -> None:
        self._clock.clear()
        self._cpu.clear()

    def figures(self, yardstick: float) -> Figures:
        """Return milliseconds by the clock and of the processor, and the latter by the yardstick's."""
        clock, cpu = sorted(self._clock), sorted(self._cpu)
        p50, p99 = percentile(cpu, 0.5), percentile(cpu, 0.99)
        return {
            "engine_p50": percentile(clock, 0.5),
            "engine_p99": percentile(clock, 0.99),
            "engine_cpu_p50": p50,
            "engine_cpu_p99": p99,
            "engine_p50_ratio": ratio(p50, yardstick),
            "engine_p99_ratio": ratio(p99, yardstick),
        }


def _visits(shop_id: ShopId, ids: Sequence[str], chance: random.Random, origin: str) -> list[Request]:
    """Return what visitors with ten views post: for themselves, and beside a product."""
    address = _shelf_of(shop_id)
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": origin}
    requests = []
    for number in range(VISITS):
        place = {"shelf": Shelf.FOR_YOU.value} if number % 2 else {"product": chance.choice(ids)}
        visit = {"views": ",".join(chance.choices(ids, k=VIEWS)), "visitor": sign_visitor(shop_id, f"{number:032x}")}
        requests.append(Request("POST", address, _encoded({**place, **visit, "page": f"/{number}"}), headers))
    return requests


def _pages(shop_id: ShopId, ids: Sequence[str], chance: random.Random) -> list[Request]:
    """Return what is asked by whoever comes to one of some pages."""
    address = _shelf_of(shop_id)
    pages = ({"product": name, "page": f"/{name}"} for name in chance.choices(ids, k=PAGES))
    return [Request("GET", f"{address}?{_encoded(page)}") for page in pages]


def _shelf_of(shop_id: ShopId) -> str:
    return f"/w/{public_key(shop_id)}/shelf"


def _encoded(fields: dict[str, str]) -> str:
    return urlencode({**fields, "k": PLACES, "lang": "en"})


def _put_in_service(shop_id: ShopId, model: Invented, catalogue: Invented) -> None:
    store.save(shop_id, "catalogue", catalogue.arrays, catalogue.manifest)
    store.save(shop_id, "products", model.arrays, model.manifest)


def _many_shops(tell: Tell) -> Figures:
    """Measure what this process holds once it has shown a shelf of each of many small shops."""
    tell(f"Opening {MANY_SHOPS:,} shops")
    model, catalogue = invented_model(A_SMALL_SHOP), invented_catalogue(A_SMALL_SHOP)
    before = held_megabytes()
    with _files_of_many() as shops:
        for shop_id in shops:
            _put_in_service(shop_id, model, catalogue)
            suggest(shop_id, None, Context(views=("p1", "p2"), language="en"), 4)
        return {"shops": len(shops), "shops_megabytes": held_megabytes(), "shops_megabytes_before": before}


@contextmanager
def _files_of_many() -> Iterator[list[ShopId]]:
    shops = [ShopId(FIRST_OF_MANY + number) for number in range(MANY_SHOPS)]
    try:
        yield shops
    finally:
        for shop_id in shops:
            store.erase(shop_id)
