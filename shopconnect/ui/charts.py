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


def span_chart(
    title: str,
    unit: str,
    spans: Sequence[tuple[date, Decimal | None]],
    write: Callable[[Decimal], str],
    high: Decimal | None = None,
) -> Chart | None:
    """Draw numbers of spans that follow each other, from zero; None for one means that it has no number.

    `high` is the upper end of the axis, else the highest number. None where fewer than two spans have a number.
    """
    known = [(place, number) for place, (_, number) in enumerate(spans) if number is not None]
    if len(known) < 2:
        return None
    top = high or max(number for _, number in known) or Decimal(1)
    return Chart(
        title=title,
        unit=unit,
        line=_line([(WIDE * place / (len(spans) - 1), number) for place, number in known], Decimal(0), top),
        top=write(top),
        bottom=write(Decimal(0)),
        first=spans[0][0],
        last=spans[-1][0],
        rows=tuple(
            ChartRow(at=day, number="–" if number is None else write(number)) for day, number in reversed(spans)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BandChart:
    """A line of what was, and beside it one of what is expected, in a band of what most lies within."""

    title: str
    line: str
    expected: str
    band: str
    top: str
    first: date
    turn: str  # how far across what was ends
    last: date


def band_chart(
    title: str,
    past: Sequence[tuple[date, float]],
    coming: Sequence[tuple[date, float, float, float]],
    write: Callable[[Decimal], str],
) -> BandChart | None:
    """Draw days with a number, and days to come with its mean, low and high; None where either is missing."""
    if not past or not coming:
        return None
    high = Decimal(max(1.0, *(number for _, number in past), *(upper for *_, upper in coming)))
    first, last = past[0][0], coming[-1][0]
    days = (last - first).days or 1

    def point(day: date, number: float) -> tuple[float, Decimal]:
        return WIDE * (day - first).days / days, Decimal(number)

    now = point(*past[-1])
    lows = [point(day, low) for day, _mean, low, _high in coming]
    highs = [point(day, upper) for day, _mean, _low, upper in coming]
    return BandChart(
        title=title,
        line=_line([point(*one) for one in past], Decimal(0), high),
        expected=_line([now, *(point(day, mean) for day, mean, *_ in coming)], Decimal(0), high),
        band=_line([now, *highs, *reversed(lows)], Decimal(0), high),
        top=write(high),
        first=first,
        turn=f"{now[0]:.2f}",
        last=last,
    )


def _bounds(numbers: Sequence[Decimal], from_zero: bool) -> tuple[Decimal, Decimal]:
    low, high = min(numbers), max(numbers)
    low = min(low, Decimal(0)) if from_zero or low == high else low
    return low, high if high > low else low + 1


def _line(points: Sequence[tuple[float, Decimal]], low: Decimal, high: Decimal) -> str:
    return " ".join(
        f"{across:.2f},{HIGH - HIGH * float((number - low) / (high - low)):.2f}" for across, number in points
    )
