"""The report of what the arms earned: worked out by a worker, kept as a row, and read by the merchant's page."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from shopconnect.core.clock import now, read_time, write_time
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.lists import Latest
from shopconnect.events.selectors import clicks_of_visitors, count_lost
from shopconnect.experiments import guard, statements
from shopconnect.experiments.counting import store_tallies
from shopconnect.experiments.earnings import work_out
from shopconnect.experiments.history.after_clicks import orders_after_click
from shopconnect.experiments.history.days import (
    ArmTotals,
    ComparisonHistory,
    DayResult,
    read_buyers,
    read_history,
    totals_between,
    write_history,
)
from shopconnect.experiments.models import Experiment, Report
from shopconnect.experiments.selectors import (
    config_of_shop,
    list_experiments,
    list_fallbacks,
    non_shopper_requests,
    summed_tallies,
)
from shopconnect.experiments.services import arm_under, draw_secret, hold_out_percent
from shopconnect.experiments.types import (
    HOLD_OUT,
    LONGEST_WAIT_DAYS,
    START_PERCENT,
    Comparison,
    ExperimentConfig,
    ExperimentSummary,
    FallbackSummary,
    Figure,
    FigureName,
    Results,
    ShelfTally,
)
from shopconnect.orders.selectors import count_left_out, count_placed
from shopconnect.widgets.types import NonShopper
from shopconnect.widgets.visitors import visitors_within_limits

WEEK = timedelta(days=8)  # an event may come a week late
MOST_CLICKS = 20  # of a visitor on a shelf in a day
SHOWN, MOST_EXPERIMENTS = timedelta(days=28), 20


@dataclass(frozen=True, slots=True)
class ExperimentResult:
    """A test of A against B, and how B compared with A when that was last weighed."""

    summary: ExperimentSummary
    comparison: Comparison | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedCounts:
    """What counts in no figure of the last days: shelves asked for by no shopper, orders nobody chose, lost events."""

    requests: int  # by anybody
    non_shopper: Mapping[NonShopper, int]
    placed: int  # whatever they are
    orders: Mapping[str, int]
    lost_events: int  # since too many came at once
    events: int  # that were not lost, where any was


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days of the comparison that are looked at, both ends included, and what each group did in them."""

    first: date
    last: date
    is_whole: bool
    days: tuple[DayResult, ...]
    treated: ArmTotals
    control: ArmTotals


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsPage:
    """What the merchant's page of results shows."""

    config: ExperimentConfig
    fallbacks: tuple[FallbackSummary, ...]
    percent: int
    results: Results | None
    history: ComparisonHistory | None
    experiment_history: ComparisonHistory | None
    experiments: Latest[ExperimentResult]  # newest first
    shelves: tuple[ShelfTally, ...]
    excluded: ExcludedCounts
    seen_at: datetime

    @property
    def current(self) -> ExperimentResult | None:
        """Return the experiment that was not ended yet: it runs, or its days are over and nobody decided."""
        return next((experiment for experiment in self.experiments if experiment.summary.ended_at is None), None)

    @property
    def is_slow(self) -> bool:
        """Say whether the hold-out of today would take longer than a year to show ten percent."""
        return self.results is not None and self.results.days.get((self.percent, 10), 0) > LONGEST_WAIT_DAYS

    def experiment_days(self, effect: int) -> int:
        """Return in how many days an experiment shows an effect (percent), 0 where nobody can say.

        Its arms are half and half of the visits that are not held out.
        """
        days = self.results.days.get((START_PERCENT, effect), 0) if self.results else 0
        return ceil(days * 100 / (100 - self.percent))


def weigh_results(shop_id: ShopId) -> None:
    """Work out what the arms of a shop earned and keep it; where one surely does harm, the guard steps in."""
    with shop_scope(shop_id):
        draw_secret()
        config = config_of_shop()
        _count_clicks(config)
        found = work_out(config)
        results = found.results
        Report.objects.get_or_create()
        written = _written(results) | {
            "history": found.hold_out and write_history(found.hold_out.history),
            "after_clicks": orders_after_click(now() - SHOWN, results.currency),
        }
        returns = found.hold_out.returns if found.hold_out else []
        Report.objects.update(made_at=results.made_at, figures=written, returns=returns)
        if config.experiment is not None and found.experiment is not None:
            Experiment.objects.filter(public_id=config.experiment.public_id).update(
                outcome=written["experiment"], history=write_history(found.experiment.history)
            )
        if _does_harm(results.hold_out):
            guard.stop_harm()
        else:
            guard.end_harm()
        if _does_harm(results.experiment):
            guard.stop_experiment()


def results_of(shop_id: ShopId) -> Results | None:
    """Return what the arms of a shop earned when that was last worked out, or None."""
    with shop_scope(shop_id):
        figures = _last_figures()
        return _read(figures) if figures else None


def compared_buyers(shop_id: ShopId) -> tuple[int, int] | None:
    """Return how many bought with suggestions and without, as it was worked out last; None before a comparison."""
    with shop_scope(shop_id):
        history = _last_figures().get("history")
    return read_buyers(history) if history else None


def orders_by_day() -> dict[str, int]:
    """Return by day (UTC) how many orders came within a week after a click, as it was worked out last; in scope."""
    return dict(_last_figures().get("after_clicks", {}))


def period_of(shop_id: ShopId, page: ResultsPage, first: date | None, last: date | None) -> Period | None:
    """Return the days from one to another, or as far as the comparison goes; None where it has none of them.

    What is returned describes those days and decides nothing.
    """
    if page.history is None:
        return None
    days = tuple(one for one in page.history.days if (first or one.day) <= one.day <= (last or one.day))
    if not days:
        return None
    treated, control = page.history.treated, page.history.control
    is_whole = len(days) == len(page.history.days)
    if not is_whole:
        with shop_scope(shop_id):
            treated, control = totals_between(
                page.history, days, Report.objects.values_list("returns", flat=True).get()
            )
    return Period(first=days[0].day, last=days[-1].day, is_whole=is_whole, days=days, treated=treated, control=control)


def page_of(shop_id: ShopId) -> ResultsPage:
    """Return what a shop's page of results shows."""
    with shop_scope(shop_id):
        config = config_of_shop()
        since = now() - SHOWN
        shelves, non_shopper = summed_tallies(since.date(), "shelf", "arm"), non_shopper_requests(since.date())
        lost, stored = count_lost(since.date())
        requests = sum(non_shopper.values()) + sum(row.requests for row in shelves.values())
        figures = _last_figures()
        experiments = list_experiments(MOST_EXPERIMENTS)
        return ResultsPage(
            config=config,
            fallbacks=tuple(list_fallbacks()),
            percent=hold_out_percent(config),
            seen_at=now(),
            experiments=Latest((_result(*one) for one in experiments), experiments.total),
            results=_read(figures) if figures else None,
            history=read_history(figures["history"]) if figures.get("history") else None,
            experiment_history=_history_of_current(),
            shelves=tuple(sorted(shelves.values(), key=_place)),
            excluded=ExcludedCounts(
                requests=requests,
                non_shopper=non_shopper,
                placed=count_placed(since),
                orders=count_left_out(since),
                lost_events=lost,
                events=stored,
            ),
        )


def _result(summary: ExperimentSummary, outcome: Mapping[str, Any] | None) -> ExperimentResult:
    return ExperimentResult(summary, comparison_of(outcome))


def _history_of_current() -> ComparisonHistory | None:
    """Return the days of the experiment that was not ended yet, as they were worked out last."""
    current = Experiment.objects.exclude(kind=HOLD_OUT).filter(ended_at=None)
    history = current.values_list("history", flat=True).first()
    return read_history(history) if history else None


def _last_figures() -> Mapping[str, Any]:
    report = Report.objects.exclude(made_at=None).first()
    return report.figures if report else {}


def _place(row: ShelfTally) -> tuple[str, str]:
    return row.shelf, row.arm


def _does_harm(comparison: Comparison | None) -> bool:
    revenue = comparison.figure(FigureName.REVENUE) if comparison is not None and comparison.has_weight else None
    return revenue is not None and revenue.high is not None and revenue.high < 0


def _count_clicks(config: ExperimentConfig) -> None:
    """Write the clicks of the last days as events tell them, in the place of what was written before."""
    began = [one.started_at.date() for one in (config.hold_out, config.experiment) if one is not None]
    since = max([(now() - WEEK).date(), *began])
    clicks: Counter[tuple[str, str, str]] = Counter()
    rows = clicks_of_visitors(since)
    allowed = visitors_within_limits(visitor for _day, _shelf, visitor, _count in rows)
    for day, shelf, visitor, count in rows:
        if visitor in allowed:
            clicks[day.isoformat(), shelf, arm_under(config, visitor).letter] += min(count, MOST_CLICKS)
    store_tallies((ShelfTally(*place, clicks=count) for place, count in clicks.items()), statements.SET_CLICKS)


def _written(results: Results) -> dict[str, Any]:
    days = [[share, effect, days] for (share, effect), days in results.days.items()]
    plain = asdict(results) | {"days": days, "made_at": write_time(results.made_at)}
    for name in ("hold_out", "experiment"):
        if plain[name]:
            plain[name]["since"] = write_time(plain[name]["since"])
    return plain


def _read(plain: Mapping[str, Any]) -> Results:
    days = {(share, effect): days for share, effect, days in plain["days"]}
    pages = _figure(plain["pages"]) if plain["pages"] else None
    return Results(
        made_at=read_time(plain["made_at"]),
        currency=plain["currency"],
        covered=plain["covered"],
        pages=pages,
        hold_out=comparison_of(plain["hold_out"]),
        experiment=comparison_of(plain["experiment"]),
        days=days,
    )


def comparison_of(plain: Mapping[str, Any] | None) -> Comparison | None:
    """Return what was found as it was kept in JSON; raises KeyError, TypeError or ValueError for anything else."""
    if not plain:
        return None
    figures = tuple(map(_figure, plain["figures"]))
    return Comparison(**{**plain, "since": read_time(plain["since"]), "figures": figures})


def _figure(plain: Mapping[str, Any]) -> Figure:
    return Figure(**{**plain, "name": FigureName(plain["name"])})
