"""Questions about experiments. All run in the scope of a shop."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Max, Min, Sum

from shopconnect.core.clock import now
from shopconnect.core.web.lists import Latest, latest_of
from shopconnect.experiments.models import AssignmentSecret, Experiment, Fallback, ShelfCount, ShelfTrouble
from shopconnect.experiments.types import (
    HOLD_OUT,
    Because,
    ExperimentConfig,
    ExperimentKind,
    ExperimentSummary,
    FallbackSummary,
    ShelfTally,
    Sighting,
)
from shopconnect.widgets.types import NonShopper

TALLIED = ("requests", "empties", "errors", "clicks", "excess")


def config_of_shop() -> ExperimentConfig:
    """Return what runs in the shop."""
    rows = {row.kind == HOLD_OUT: row for row in Experiment.objects.filter(ended_at=None).defer("history")}
    fallen = dict(Fallback.objects.filter(lifted_at=None).values_list("shelf", "because"))
    return ExperimentConfig(
        secret=find_secret(),
        hold_out=_summary(rows[True]) if True in rows else None,
        experiment=_summary(rows[False]) if False in rows else None,
        fallen={shelf: Because(because) for shelf, because in fallen.items()},
    )


def find_secret() -> str:
    """Return what keys the hash that says who is in which arm, "" while none was drawn."""
    row = AssignmentSecret.objects.first()
    return row.secret if row else ""


def list_fallbacks() -> list[FallbackSummary]:
    """Return the shelves that show the simple rule now, by name."""
    rows = Fallback.objects.filter(lifted_at=None).order_by("shelf")
    return [FallbackSummary(shelf=row.shelf, because=Because(row.because), at=row.at, seen=row.seen) for row in rows]


def list_experiments(most: int) -> Latest[tuple[ExperimentSummary, Mapping[str, Any] | None]]:
    """Return the newest experiments of A against B with what was weighed last, and how many there are."""
    rows = Experiment.objects.exclude(kind=HOLD_OUT).defer("history").order_by("-started_at", "-id")
    return latest_of(rows, most, lambda row: (_summary(row), row.outcome))


def iter_experiments() -> Iterator[tuple[ExperimentSummary, Mapping[str, Any] | None]]:
    """Yield every experiment with what was weighed last, hold-outs too, by beginning and id."""
    for row in Experiment.objects.defer("history").order_by("started_at", "public_id"):
        yield _summary(row), row.outcome


def first_counted_day() -> date | None:
    """Return the first day on which a shopper was counted, or None."""
    first: date | None = ShelfCount.objects.exclude(arm__in=list(NonShopper)).aggregate(first=Min("day"))["first"]
    return first


def last_shown_day(since: date) -> date | None:
    """Return the last day (UTC), from one on, on which a shopper was shown a shelf; None for no such day."""
    shown = ShelfCount.objects.filter(day__gte=since, requests__gt=F("empties") + F("errors"))
    last: date | None = shown.exclude(arm__in=list(NonShopper)).aggregate(last=Max("day"))["last"]
    return last


def tallies(since: date | None = None) -> Iterator[ShelfTally]:
    """Yield what was counted, ever or from a day on, by day, shelf and arm, that of no shopper too."""
    rows = ShelfCount.objects.all() if since is None else ShelfCount.objects.filter(day__gte=since)
    for day, *rest in rows.order_by("day", "shelf", "arm").values_list("day", "shelf", "arm", *TALLIED):
        yield ShelfTally(day.isoformat(), *rest)


def summed_tallies(since: date, *by: str) -> dict[tuple[str, ...], ShelfTally]:
    """Return what shoppers did from a day on, summed by some of day, shelf and arm; what was summed over is ""."""
    rows = ShelfCount.objects.filter(day__gte=since).exclude(arm__in=list(NonShopper)).order_by()
    sums = rows.values(*by).annotate(**{f"{name}_sum": Sum(name) for name in TALLIED})
    found = {}
    for row in sums:
        day, shelf, arm = (str(row[name]) if name in by else "" for name in ("day", "shelf", "arm"))
        counts = [int(row[f"{name}_sum"]) for name in TALLIED]
        found[tuple(str(row[name]) for name in by)] = ShelfTally(day, shelf, arm, *counts)
    return found


def non_shopper_requests(since: date) -> dict[NonShopper, int]:
    """Return how often shelves were asked for from a day on by those who are no shoppers."""
    rows = ShelfCount.objects.filter(day__gte=since, arm__in=list(NonShopper)).order_by()
    return {NonShopper(arm): total for arm, total in rows.values_list("arm").annotate(total=Sum("requests"))}


def sighting_of(kind: Because, arms: str, since: datetime, shelf: str | None = None) -> Sighting | None:
    """Return what was seen of a kind of trouble today in some arms, from the hour of a moment on; None for nothing."""
    rows = ShelfTrouble.objects.filter(day=now().date(), kind=kind, arm__in=list(arms))
    rows = rows if shelf is None else rows.filter(shelf=shelf)
    if since.date() == now().date():
        rows = rows.filter(hour__gte=since.hour)
    found: list[Mapping[str, Any]] = list(rows.values("day", "hour", "network", "count"))
    if not found:
        return None
    hours = sorted({row["hour"] for row in found})
    return Sighting(
        count=sum(row["count"] for row in found),
        networks=len({row["network"] for row in found}),
        hours=len(hours),
        first_at=_hour(found[0]["day"], hours[0]),
        last_at=_hour(found[0]["day"], hours[-1]) + timedelta(hours=1),
    )


def _hour(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def _summary(row: Experiment) -> ExperimentSummary:
    return ExperimentSummary(
        public_id=row.public_id,
        kind=ExperimentKind(row.kind),
        percent=row.percent,
        value=row.value,
        base=row.base,
        started_at=row.started_at,
        ends_at=row.ends_at,
        ended_at=row.ended_at,
        ended_because=Because(row.ended_because) if row.ended_because else None,
    )
