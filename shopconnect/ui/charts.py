"""Lines that the server draws: places in a drawing of 130 by 44, which ui/chart.html frames and labels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

WIDE, HIGH = 130, 44
Number = int | Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartRow:
    """A number of a chart, as its table shows it."""

    at: date
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A line with its labels; `title` is what it shows at a glance, `unit` heads the numbers of its table."""

    title: str
    unit: str
    line: str
    top: str
    bottom: str
    first: date
    last: date
    rows: tuple[ChartRow, ...]  # newest first


def step_chart(
    title: str,
    unit: str,
    entries: Sequence[tuple[datetime, Decimal]],
    until: datetime,
    write: Callable[[Decimal], str],
    *,
    from_zero: bool = False,
) -> Chart | None:
    """Draw numbers that hold from a moment until the next one, by time, the last one until now; None for no entry."""
    if not entries:
        return None
    numbers = [number for _, number in entries]
    low, high = _bounds(numbers, from_zero)
    first, last = entries[0][0], max(until, entries[-1][0])
    seconds = (last - first).total_seconds() or 1
    points, before = [], numbers[0]
    for at, number in entries:
        across = WIDE * (at - first).total_seconds() / seconds
        points += [(across, before), (across, number)]
        before = number
    points.append((WIDE, before))
    return Chart(
        title=title,
        unit=unit,
        line=_line(points, low, high),
        top=write(high),
        bottom=write(low),
        first=first,
        last=last,
        rows=tuple(ChartRow(at=at, number=write(number)) for at, number in reversed(entries)),
    )


def day_chart(title: str, unit: str, days: Sequence[tuple[date, int]]) -> Chart:
    """Draw what was counted on days that follow each other, two at least."""
    low, high = Decimal(0), Decimal(max(1, *(count for _, count in days)))
    points = [(WIDE * place / (len(days) - 1), Decimal(count)) for place, (_, count) in enumerate(days)]
    return Chart(
        title=title,
        unit=unit,
        line=_line(points, low, high),
        top=str(high),
        bottom="0",
        first=days[0][0],
        last=days[-1][0],
        rows=tuple(ChartRow(at=day, number=str(count)) for day, count in reversed(days)),
    )


def _bounds(numbers: Sequence[Decimal], from_zero: bool) -> tuple[Decimal, Decimal]:
    low, high = min(numbers), max(numbers)
    low = min(low, Decimal(0)) if from_zero or low == high else low
    return low, high if high > low else low + 1


def _line(points: Sequence[tuple[float, Decimal]], low: Decimal, high: Decimal) -> str:
    return " ".join(
        f"{across:.2f},{HIGH - HIGH * float((number - low) / (high - low)):.2f}" for across, number in points
    )
