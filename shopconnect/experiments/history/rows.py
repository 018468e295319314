"""A comparison's days as the page of results draws, lists and hands them out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain

from django.utils.formats import number_format
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shopconnect.core.money import Money
from shopconnect.core.web.csv_files import Cell
from shopconnect.experiments.engine.intervals import Interval
from shopconnect.experiments.history.days import ArmTotals, ComparisonHistory, DayResult
from shopconnect.experiments.results import Period
from shopconnect.ui.dates import date_format
from shopconnect.ui.templatetags.show import change, share

WIDTH, HEIGHT = 130.0, 44.0  # of the plot, in the units of its view box
MOST_POINTS, LEAST_POINTS = 31, 2
SCALES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)  # at the upper end of the axis
ROOM = 1.8  # times as far as the last bounds; those of the first days may run over the edge


@dataclass(frozen=True, slots=True)
class TrendRow:
    """How the deciding figure stood by the end of a day: the difference, and its bounds."""

    day: date
    middle: str
    low: str
    high: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The deciding figure over time, drawn and as a table: a band between the bounds, a line, and no difference."""

    band: str
    line: str
    zero: float
    top: str
    bottom: str
    summary: str
    rows: tuple[TrendRow, ...]  # newest first

    @property
    def first(self) -> date:
        """Return the first day that is drawn."""
        return self.rows[-1].day

    @property
    def last(self) -> date:
        """Return the last day that is drawn."""
        return self.rows[0].day


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One figure of some days: its title, and what it was in both groups."""

    title: str
    treated: str
    control: str


def trend_of(history: ComparisonHistory | None) -> Trend | None:
    """Return how the deciding figure stood day by day, None before it was known for some days."""
    known = [(one.day, one.found) for one in history.days if one.found is not None] if history else []
    if len(known) < LEAST_POINTS:
        return None
    points = _thinned(known)
    first, last = points[0][0], points[-1][0]
    top = _scale([found for _day, found in points])
    bottom = min(top, 1.0)

    def x(day: date) -> float:
        return WIDTH * (day - first).days / (last - first).days

    def y(bound: float) -> float:
        return HEIGHT * (top - max(min(bound, top), -bottom)) / (top + bottom)

    lower = [(x(day), y(found.low)) for day, found in points]
    upper = [(x(day), y(found.high)) for day, found in points]
    return Trend(
        band=_drawn([*upper, *reversed(lower)]),
        line=_drawn([(x(day), y(found.middle)) for day, found in points]),
        zero=y(0.0),
        top=change(top),
        bottom=change(-bottom),
        summary=_summary(points),
        rows=tuple(TrendRow(day, *map(change, (found.middle, found.low, found.high))) for day, found in points[::-1]),
    )


def period_rows(period: Period, currency: str) -> list[PeriodRow]:
    """Return what both groups did in some days."""
    both = (period.treated, period.control)
    titles = {
        _("Visitors"): lambda one: number_format(one.visitors, force_grouping=True),
        _("Visits"): lambda one: number_format(one.visits, force_grouping=True),
        _("Visits with an order"): lambda one: share(one.buying_visits / one.visits) if one.visits else "–",
        _("Revenue"): lambda one: _money(one.revenue, currency),
        _("Revenue per visitor"): lambda one: _money(one.revenue / one.visitors, currency) if one.visitors else "–",
    }
    return [PeriodRow(title, *map(written, both)) for title, written in titles.items()]


def period_file(shop: str, period: Period, currency: str) -> tuple[str, Iterator[Sequence[Cell]]]:
    """Return the name of a file with the figures of some days by group, and its rows, the head first."""
    name = f"results-{slugify(shop) or 'shop'}-{period.first.isoformat()}-{period.last.isoformat()}.csv"
    # Said now: while the file is sent, the reader's language may be over.
    head = (_("Day"), _("Group"), _("Visitors"), _("Visits"), _("Visits with an order"), _("Revenue"), _("Currency"))
    return name, chain([head], _file_rows(period.days, currency, (_("With suggestions"), _("Without suggestions"))))


def _file_rows(days: Sequence[DayResult], currency: str, groups: tuple[str, str]) -> Iterator[Sequence[Cell]]:
    for one in days:
        for group, totals in zip(groups, (one.treated, one.control), strict=True):
            yield (one.day.isoformat(), group, *_counts(totals), f"{totals.revenue:.2f}", currency)


def _counts(totals: ArmTotals) -> tuple[int, int, int]:
    return totals.visitors, totals.visits, totals.buying_visits


def _thinned(known: Sequence[tuple[date, Interval]]) -> list[tuple[date, Interval]]:
    """Return the last day, and of the others as many at even distances as can be read."""
    step = -(-len(known) // MOST_POINTS)
    return list(known[::-1][::step][::-1])


def _scale(found: Sequence[Interval]) -> float:
    needed = ROOM * max(abs(found[-1].low), abs(found[-1].high))
    return next((scale for scale in SCALES if scale >= needed), SCALES[-1])


def _drawn(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in points)


def _summary(points: Sequence[tuple[date, Interval]]) -> str:
    """Return in words what the drawing shows."""
    (first, began), (last, ended) = points[0], points[-1]
    return _(
        "On %(first)s, the uplift was between %(first_low)s and %(first_high)s. On %(last)s, "
        "it was between %(low)s and %(high)s."
    ) % {
        "first": date_format(first),
        "first_low": change(began.low),
        "first_high": change(began.high),
        "last": date_format(last),
        "low": change(ended.low),
        "high": change(ended.high),
    }


def _money(amount: float, currency: str) -> str:
    return Money(amount=Decimal(amount).quantize(Decimal("0.01")), currency=currency).written(get_language() or "en")
