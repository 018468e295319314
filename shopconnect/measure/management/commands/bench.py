"""manage.py bench WHAT: measure the real servers against yardsticks of the same run (docs/measuring.md)."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from shopconnect.connectors.base import ResourceType
from shopconnect.core.machine import SetupProblem
from shopconnect.core.observability.progress import percent_bar
from shopconnect.core.tenancy.context import ShopId
from shopconnect.measure.bench.calls import bench_chat, bench_events, bench_webhooks
from shopconnect.measure.bench.figures import as_json
from shopconnect.measure.bench.load import bench_load
from shopconnect.measure.bench.load_platform import bench_load_platform
from shopconnect.measure.bench.prices import bench_prices
from shopconnect.measure.bench.stock import bench_stock
from shopconnect.measure.bench.train import bench_large_train, bench_train
from shopconnect.measure.bench.types import Figures, NothingToMeasure
from shopconnect.measure.bench.widget import bench_large_widget, bench_widget
from shopconnect.platforms.registry import BenchSource, find_bench_source, list_bench_sources
from shopconnect.shops.selectors import find_shop

NUMBERS = ("rate", "seconds", "lines", "products", "orders")
USUAL_PRODUCTS = 100_000
USUAL_NIGHTLY = 10_000
NIGHTLY = {"prices": bench_prices, "stock": bench_stock}
USUAL_RATE = {"widget": 200.0, "chat": 25.0, "events": 200.0, "webhooks": 100.0}


class Command(BaseCommand):
    """Exit code 0 says that it was measured; whether each figure is good is in the bars."""

    help = "Measure what requests, loads and trainings cost, against yardsticks of the same run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name what is measured, on which shop, how fast and how long."""
        parser.add_argument(
            "what", choices=("widget", "chat", "events", "webhooks", "load", "train", "prices", "stock")
        )
        parser.add_argument("--shop", help="the shop's unique name; widget invents a large one, the rest measures demo")
        parser.add_argument(
            "--rate",
            type=float,
            help="calls a second: 200 to the widget, 200 batches of events, 25 to the chat, 100 webhooks unless said",
        )
        parser.add_argument("--seconds", type=float, default=5.0, help="how long each of the two is called")
        parser.add_argument("--lines", type=int, default=100_000, help="order lines to load from files")
        parser.add_argument(
            "--platform",
            choices=list_bench_sources(),
            help="load what a platform exports, and not files of ours; or whose webhooks are sent",
        )
        parser.add_argument(
            "--products",
            type=int,
            help="products to load from a platform, or of the shop that widget, train, prices or stock invents",
        )
        parser.add_argument("--orders", type=int, help="orders of two lines to load from a platform, and not products")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, report progress on stderr, and print figures and bars."""
        what = options["what"]
        if settings.PRODUCTION:
            raise CommandError("A bench has no business in production: it would measure shoppers, and disturb them.")
        if any(options[name] <= 0 for name in NUMBERS if options[name] is not None):
            raise CommandError("--rate, --seconds, --lines, --products and --orders are more than 0.")
        try:
            figures = self._measure(what, options)
        except (NothingToMeasure, SetupProblem) as problem:
            raise CommandError(str(problem)) from problem
        found = as_json(what, {name: round(value, 4) for name, value in figures.items()}, _kind(what, options))
        self.stdout.write(json.dumps(found) if options["json"] else _as_text(found))

    def _measure(self, what: str, options: Mapping[str, Any]) -> Figures:
        products = options["products"] or USUAL_PRODUCTS
        if what == "load" and options["platform"]:
            resource = ResourceType.ORDER if options["orders"] else ResourceType.PRODUCT
            count, source = options["orders"] or products, _source(options["platform"])
            with percent_bar(self.stderr) as progress:
                return bench_load_platform(options["platform"], source, resource, count, progress)
        if what in NIGHTLY:
            with percent_bar(self.stderr) as progress:
                return NIGHTLY[what](options["products"] or USUAL_NIGHTLY, progress)
        if what == "train" and options["products"]:
            with percent_bar(self.stderr) as progress:
                return bench_large_train(products, progress)
        if what == "load":
            return bench_load(options["lines"], self.stderr.write)
        if what == "webhooks":
            name = options["platform"] or next(iter(list_bench_sources()), "")
            rate = options["rate"] or USUAL_RATE[what]
            return bench_webhooks(name, _source(name), rate, options["seconds"], self.stderr.write)
        rate = options["rate"] or USUAL_RATE.get(what, 0.0)
        if what == "events":
            return bench_events(rate, options["seconds"], self.stderr.write)
        if what == "widget" and not options["shop"]:
            return bench_large_widget(products, rate, options["seconds"], self.stderr.write)
        shop_id = _shop(options["shop"] or "demo")
        if what == "train":
            return bench_train(shop_id, self.stderr.write)
        bench = bench_widget if what == "widget" else bench_chat
        return bench(shop_id, rate, options["seconds"], self.stderr.write)


def _kind(what: str, options: Mapping[str, Any]) -> str | None:
    """Return what has bars of its own: a load of products or orders from a platform, a training of an invented shop."""
    if what == "train":
        return "invented" if options["products"] else None
    if what == "load" and options["platform"]:
        return "orders" if options["orders"] else "platform"
    return None


def _source(platform: str) -> BenchSource:
    source = find_bench_source(platform)
    if source is None:
        raise NothingToMeasure("There is no platform to measure.")
    return source


def _shop(slug: str) -> ShopId:
    shop_id = find_shop(slug)
    if shop_id is None:
        first = "`make demo ONCE=1` first" if slug == "demo" else "`manage.py load_shop` brings one in"
        raise CommandError(f"There is no shop named {slug}: {first}.")
    return shop_id


def _as_text(report: Mapping[str, Any]) -> str:
    """Return figures and bars as lines."""
    figures = [f"  {name:28}{value:>14,.3f}" for name, value in report["figures"].items()]
    bars = [
        f"  {bar['name']:28}{bar['value']:>14,.3f}   bar {bar['bar']:g}: {'good' if bar['ok'] else 'MISSED'}"
        for bar in report["bars"]
    ]
    return "\n".join([report["bench"], *figures, "bars", *bars])
