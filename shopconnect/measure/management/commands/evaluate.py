"""manage.py evaluate NAME products|chat|stock|prices: measure on a shop's own history, baselines in the same run."""

import json
import resource
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatbot.answers.evaluation import evaluate_answers
from chatbot.answers.types import TestQuestionSummary
from recommender.prices.measuring import evaluate_prices
from recommender.products.services import evaluate_products, evaluate_shelf
from recommender.products.types import BESIDE, Shelf, Task
from recommender.stock.services import evaluate_stock
from recommender.stock.types import StockEvaluation
from shopconnect.core.errors import Refusal
from shopconnect.core.observability.progress import percent_bar
from shopconnect.core.progress import Progress
from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops.selectors import find_shop

MOST_DAYS, MOST_WEEKS = 36_500, 52
SHOWN = ("ndcg", "recall", "hit", "mrr", "auc", "coverage", "gini", "train_cpu_seconds", "milliseconds_p99")


class Command(BaseCommand):
    """Measure in this process; nothing is stored."""

    help = "Measure suggestions, answers, forecasts or prices of a shop on its own history."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what docs/recommendations.md and docs/chatbot.md explain."""
        parser.add_argument("name", help="the shop's unique name")
        parser.add_argument("what", choices=("products", "chat", "stock", "prices"))
        parser.add_argument("--task", choices=[task.value for task in Task], help="what is asked of the models")
        parser.add_argument(
            "--shelf",
            choices=[BESIDE, *(shelf.value for shelf in Shelf)],
            help="measure one shelf instead, by the function that serves it, with the simple rule beside it; "
            f"{BESIDE} is the shelf without a name",
        )
        parser.add_argument("--cut", type=date.fromisoformat, help="first day (UTC) of what is foretold")
        parser.add_argument("--days", type=int, default=28)
        parser.add_argument("--k", type=int, default=10)
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--mask-seen", action="store_true", help="session, viewed: leave out what the visit saw")
        parser.add_argument("--train-weeks", type=int, default=40, help="prices: weeks that elasticities are fitted on")
        parser.add_argument("--test-weeks", type=int, default=13, help="prices: weeks after them that are foretold")
        parser.add_argument("--messages", type=Path, help="chat: a file of messages (JSON Lines)")
        parser.add_argument("--origins", type=int, default=6, help="stock: times in the past that are foretold from")
        parser.add_argument("--horizon-weeks", type=int, default=4, help="stock: weeks that are foretold")
        parser.add_argument("--lead-weeks", type=int, default=3, help="stock: weeks until a delivery")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, report progress on stderr, and print the figures."""
        shop_id = find_shop(options["name"])
        if shop_id is None:
            raise CommandError(f"There is no shop named {options['name']}.")
        measure = {"products": self._products, "chat": self._chat, "stock": self._stock, "prices": self._prices}[
            options["what"]
        ]
        try:
            with percent_bar(self.stderr) as progress:
                found = measure(shop_id, options, progress)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(found))
        else:
            self.stdout.writelines(f"{line}\n" for line in _as_text(found))

    def _products(self, shop_id: ShopId, options: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        if (options["task"] is None) == (options["shelf"] is None):
            raise CommandError(
                "Say which task: --task next-new, next-all, cart, last, cold or session; "
                "or which shelf: --shelf beside, similar, together, cart, for-you, viewed, again or trending."
            )
        if options["k"] < 1 or not 1 <= options["days"] <= MOST_DAYS or options["seed"] < 0:
            raise CommandError(f"--k is 1 or more, --days 1 to {MOST_DAYS:,}, --seed 0 or more.")
        asked = {name: options[name] for name in ("cut", "days", "k", "seed", "mask_seen")}
        if options["task"]:
            return evaluate_products(shop_id, Task(options["task"]), **asked, progress=progress)
        shelf = None if options["shelf"] == BESIDE else Shelf(options["shelf"])
        return evaluate_shelf(shop_id, shelf, **asked, progress=progress)

    def _prices(self, shop_id: ShopId, options: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        asked = {name: options[name] for name in ("train_weeks", "test_weeks")}
        return _with_cost(lambda: evaluate_prices(shop_id, **asked, progress=progress))

    def _chat(self, shop_id: ShopId, options: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        return evaluate_answers(
            shop_id, _messages(options["messages"]), lambda done, of: progress("answering", 100 * done // max(of, 1))
        )

    def _stock(self, shop_id: ShopId, options: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        asked = {name: options[name] for name in ("origins", "horizon_weeks", "lead_weeks")}
        if not all(1 <= value <= MOST_WEEKS for value in asked.values()):
            raise CommandError(f"--origins, --horizon-weeks and --lead-weeks are 1 to {MOST_WEEKS}.")
        return _with_cost(lambda: evaluate_stock(shop_id, StockEvaluation(**asked), progress))


def _with_cost(measure: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    """Return figures with what they took of this process: seconds of CPU, and the most memory it ever had."""
    began = time.process_time()
    found = measure()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {**found, "cpu_seconds": time.process_time() - began, "peak_mb": peak / 1024}


def _messages(file: Path | None) -> list[TestQuestionSummary] | None:
    """Return the messages of a file, or None for those that are stored."""
    if file is None:
        return None
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise CommandError(f"{file} cannot be read.") from error
    return [_message(file, number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _message(file: Path, number: int, line: str) -> TestQuestionSummary:
    try:
        found = json.loads(line)
        return TestQuestionSummary(text=found["text"], language=found["language"], expect=found.get("expect"))
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{file}, line {number}, is no message: it needs text and language.") from error


def _as_text(report: Mapping[str, Any]) -> Iterable[str]:
    """Yield the figures as a table."""
    if "task" in report or "shelf" in report:
        yield from _as_ranking(report)
        return
    intervals = report.get("intervals", {})
    for name, value in report.items():
        if isinstance(value, Mapping) and name != "intervals":
            yield from _as_rows(name, value)
        elif name != "intervals":
            yield f"{name:20} {value}{_between(intervals.get(name))}"


def _as_rows(title: str, rows: Mapping[str, Any]) -> Iterable[str]:
    """Yield what is told of several things, one a line."""
    yield f"{title}:"
    for name, value in rows.items():
        figures = value if isinstance(value, Mapping) else {"": value}
        yield f"  {name:20}" + "".join(f"{key:>24} {_written(figure)}" for key, figure in figures.items())


def _as_ranking(report: Mapping[str, Any]) -> Iterable[str]:
    """Yield how models ranked, one a line."""
    asked = report.get("task") or report["shelf"]
    yield f"{asked}, cut {report['cut']}, {report['cases']} cases, figures at {report['k']}"
    yield f"{'':11}" + "".join(f"{name:>18}" for name in SHOWN)
    for name, figures in {**report["models"], "default": report["served_default"]}.items():
        values = [figures.get(key) for key in SHOWN]
        yield f"{name:11}" + "".join(f"{_written(value):>18}" for value in values)
    yield f"served: {report['served']}"


def _written(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.4f}"


def _between(interval: Sequence[float] | None) -> str:
    """Say between what a figure lies with 95% certainty."""
    return f"  (95%: {interval[0]} to {interval[1]})" if interval else ""
