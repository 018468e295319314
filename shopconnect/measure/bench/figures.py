"""Percentiles, ratios, and the bars: what a figure must be for us to call it good."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Side(StrEnum):
    """On which side of its bar a figure is good."""

    AT_MOST = "at most"
    AT_LEAST = "at least"


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure's name, what it must be, and why."""

    name: str
    side: Side
    bar: float
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A figure beside its bar."""

    name: str
    value: float
    bar: float
    ok: bool


# Ratios vary by a fifth on a machine that others use; the bars leave about half as much room again (docs/measuring.md).
BARS: Mapping[str, Sequence[Bar]] = {
    "widget": (
        Bar("engine_p50_ratio", Side.AT_MOST, 0.8, "A gather and a short ranking cost less than an empty request."),
        Bar("engine_p99_ratio", Side.AT_MOST, 1.6, "However large the shop, and whatever was looked at."),
        Bar("rules_cpu_milliseconds", Side.AT_MOST, 0.2, "Rules of every kind on 500 candidates: a tenth of a shelf."),
        Bar("cpu_rate", Side.AT_LEAST, 0.33, "A shelf of a visit is at most three empty requests' worth."),
        Bar("ready_cpu_rate", Side.AT_LEAST, 0.625, "What all see alike is made once: 1.6 empty requests' worth."),
        Bar("p99", Side.AT_MOST, 15.0, "The page is long there when the shelf is: nobody sees it come."),
        Bar("answered_share", Side.AT_LEAST, 0.999, "A shelf that does not come leaves a hole in the shop's page."),
        Bar("shown_share", Side.AT_LEAST, 0.9, "An empty shelf costs next to nothing: only the hold-out's may be."),
    ),
    "widget_shops": (
        Bar("shops_megabytes", Side.AT_MOST, 1000.0, "One process serves whoever asks: two thousand shops in 1 GB."),
    ),
    "chat": (
        Bar("ratio", Side.AT_MOST, 25.0, "A message and its reply are stored, and in between the index is asked."),
        Bar("p95", Side.AT_MOST, 150.0, "A shopper who waits longer sees that something thinks."),
        Bar("p99", Side.AT_MOST, 400.0, "Also for whom other messages were in the way."),
        Bar("cpu_milliseconds", Side.AT_MOST, 25.0, "Two cores answer 300 open chats and have time for the rest."),
        Bar("answered_share", Side.AT_LEAST, 0.95, "An answer in the same response spares the page a second one."),
        Bar("order_apart", Side.AT_MOST, 5.0, "The time that an order takes must not say that there is one."),
        Bar("effect_cold", Side.AT_MOST, 5.0, "Staff see what a draft changes while they still think of it."),
        Bar("error_share", Side.AT_MOST, 0.0, "Twenty-five messages a second: none may fail."),
    ),
    "events": (
        Bar("ratio", Side.AT_MOST, 5.0, "A batch is checked event by event and put into a stream; no table is asked."),
        Bar("p99", Side.AT_MOST, 50.0, "A page that is left waits for nobody; a slow answer holds up the next page."),
        Bar("answered_share", Side.AT_LEAST, 0.999, "A device tells once: what is not taken is lost."),
    ),
    "webhooks": (
        Bar(
            "ratio", Side.AT_MOST, 10.0, "A webhook is checked, kept and noted as due, in one transaction on the disk."
        ),
        Bar("p99", Side.AT_MOST, 100.0, "A platform gives up after five seconds, and sends hundreds at once."),
        Bar("answered_share", Side.AT_LEAST, 1.0, "What is not taken comes again, hours later."),
        Bar("p99_without_redis", Side.AT_MOST, 100.0, "Redis only wakes; who waits for it waits for nothing."),
        Bar("answered_share_without_redis", Side.AT_LEAST, 1.0, "What is kept is kept in PostgreSQL."),
    ),
    "load": (
        Bar("ratio", Side.AT_MOST, 70.0, "Lines are read, checked, encrypted and linked; COPY only writes them down."),
        Bar("peak_megabytes", Side.AT_MOST, 400.0, "Memory follows a batch and not the shop."),
    ),
    "load_orders": (
        Bar("longest_step_seconds", Side.AT_MOST, 240.0, "A step that takes longer is ended, and would never be done."),
        Bar("peak_megabytes", Side.AT_MOST, 700.0, "Memory follows a group of orders and not the shop."),
    ),
    "load_platform": (
        Bar(
            "seconds", Side.AT_MOST, 120.0, "A merchant with a hundred thousand products waits for a coffee, no longer."
        ),
        Bar(
            "ratio",
            Side.AT_MOST,
            100.0,
            "Lines are read, put together, checked and linked; COPY only writes them down.",
        ),
        Bar("peak_megabytes", Side.AT_MOST, 500.0, "Memory follows a lot and not the shop."),
    ),
    "train": (
        Bar(
            "ratio",
            Side.AT_MOST,
            80.0,
            "Several models are fitted, for the validation window and in earnest, and their blends tuned.",
        ),
        Bar("cpu_seconds", Side.AT_MOST, 120.0, "A million lines in two minutes, so that a core learns hundreds."),
        Bar("peak_megabytes", Side.AT_MOST, 1500.0, "A learner must fit beside the rest on a machine of 2 GB."),
        Bar("increment_cpu_seconds", Side.AT_MOST, 2.0, "An hour's orders are few; so must be what they cost."),
    ),
    "prices": (
        Bar("cpu_seconds", Side.AT_MOST, 60.0, "Ten thousand products are priced every night, on one core."),
        Bar("peak_megabytes", Side.AT_MOST, 1000.0, "Beside the rest on a machine of 2 GB."),
    ),
    "stock": (
        Bar("cpu_seconds", Side.AT_MOST, 60.0, "Ten thousand items are foretold every night, on one core."),
        Bar("peak_megabytes", Side.AT_MOST, 1000.0, "Beside the rest on a machine of 2 GB."),
    ),
    "train_invented": (
        Bar("cpu_seconds", Side.AT_MOST, 900.0, "A hundred thousand products in a quarter of an hour, once a week."),
        Bar("peak_megabytes", Side.AT_MOST, 4000.0, "A large shop may take a machine of 8 GB, and half of it."),
        Bar("increment_cpu_seconds", Side.AT_MOST, 10.0, "Every five minutes: a shop is added to in seconds."),
    ),
}


def judge(bench: str, figures: Mapping[str, float]) -> list[Verdict]:
    """Return each bar of a bench with its figure; a figure that is missing or no number is not good."""
    return [_verdict(bar, figures.get(bar.name, math.nan)) for bar in BARS[bench]]


def as_json(bench: str, figures: Mapping[str, float], kind: str | None = None) -> dict[str, Any]:
    """Return what `bench --json` prints; what is of a kind has bars of its own."""
    verdicts = judge(f"{bench}_{kind}" if kind else bench, figures)
    if "shops_megabytes" in figures:
        verdicts += judge("widget_shops", figures)
    return {"bench": bench, "figures": dict(figures), "bars": [asdict(one) for one in verdicts]}


def percentile(ascending: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed; 0 of no values."""
    if not ascending:
        return 0.0
    # Nearest rank: a value that was measured, and none in between.
    return ascending[max(0, math.ceil(share * len(ascending)) - 1)]


def ratio(value: float, yardstick: float) -> float:
    """Return how many times the yardstick a value is; raises ValueError for a yardstick of nothing."""
    if yardstick <= 0:
        raise ValueError("A yardstick that cost nothing measures nothing.")
    return value / yardstick


def _verdict(bar: Bar, value: float) -> Verdict:
    ok = value <= bar.bar if bar.side == Side.AT_MOST else value >= bar.bar
    return Verdict(bar.name, value, bar.bar, ok)
