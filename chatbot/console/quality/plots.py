"""What the page of chat quality draws and says, in the language that is active."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chatbot.answers.engine.figures import share_interval
from chatbot.answers.labels import grade_label, topic_label
from chatbot.answers.types import GRADES, Topic
from chatbot.console.quality.types import DayCounts, QualityPeriod, sum_of
from shopconnect.core.web.csv_files import Cell
from shopconnect.ui.charts import Chart, span_chart
from shopconnect.ui.templatetags.show import share

DAILY_UP_TO, WEEK_DAYS = 35, 7
FEWEST = 5  # cases: below, a share says nothing
MEDIAN, LATE = 50, 90  # percentiles of waits
MINUTE, HOUR, DAY = 60, 3_600, 86_400
Part = Callable[[DayCounts], tuple[int, int]]  # hits and cases


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityPlot:
    """A figure with what it counts; `chart` is None where too few spans have one."""

    title: str
    counted: str
    chart: Chart | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """A line of a table: how many, and which share of all."""

    title: str
    count: int
    share: str


def plots_of(period: QualityPeriod) -> list[QualityPlot]:
    """Return the page's figures in their order, each over the whole period and over time."""
    spans = _spans(period)
    return [
        *(_share_plot(period.total, spans, part, title, counted) for part, title, counted in _shares()),
        _wait_plot(period.total, spans),
    ]


def is_weekly(period: QualityPeriod) -> bool:
    """Say whether the plots go by weeks, for days would be too many."""
    return (period.last - period.first).days >= DAILY_UP_TO


def reason_rows(total: DayCounts) -> list[CountRow]:
    """Return why a person was asked for, the most frequent reason first."""
    ordered = sorted(total.reasons.items(), key=lambda one: (-one[1], one[0]))
    return [_count_row(topic_label(Topic(topic)), count, total.passed) for topic, count in ordered]


def grade_rows(total: DayCounts) -> list[CountRow]:
    """Return how many shoppers gave each grade, the best first."""
    return [_count_row(grade_label(one), total.grades.get(one, 0), total.graded) for one in reversed(GRADES)]


def csv_rows(period: QualityPeriod) -> Iterator[Sequence[Cell]]:
    """Yield the head, then a line a day."""
    reasons = sorted(period.total.reasons)
    yield [
        _("Day"),
        _("Conversations"),
        _("With a question"),
        _("Answered"),
        _("Solved, confirmed"),
        _("Solved, assumed"),
        _("Passed to your team"),
        _("Neither solved nor passed on"),
        _("Answers checked"),
        _("Right answers"),
        _("Median reply time of your team (seconds)"),
        _("90% had your team’s reply within (seconds)"),
        *(_("Rating %(grade)s") % {"grade": grade} for grade in GRADES),
        *(_("Passed on: %(reason)s") % {"reason": topic_label(Topic(one))} for one in reasons),
    ]
    for day in _days(period.first, period.last, 1):
        counts = period.days.get(day, DayCounts())
        median, late = counts.wait_seconds(MEDIAN), counts.wait_seconds(LATE)
        yield [
            day.isoformat(),
            counts.conversations,
            counts.questions,
            counts.answered,
            counts.confirmed,
            counts.assumed,
            counts.passed,
            counts.open_ended,
            counts.judged,
            counts.right,
            "" if median is None else median,
            "" if late is None else late,
            *(counts.grades.get(grade, 0) for grade in GRADES),
            *(counts.reasons.get(one, 0) for one in reasons),
        ]


def _shares() -> list[tuple[Part, str, str]]:
    """Which part of what each share is, its title, and what it counts."""
    return [
        (
            lambda one: (one.answered, one.questions),
            _("Answered: %(share)s"),
            _("%(hits)s of %(cases)s conversations with a question got at least one answer from the assistant."),
        ),
        (
            lambda one: (one.confirmed, one.questions),
            _("Solved, confirmed by the shopper: %(share)s"),
            _(
                "%(hits)s of %(cases)s conversations with a question were answered without your team, and the shopper "
                "said that an answer helped or that they were satisfied."
            ),
        ),
        (
            lambda one: (one.assumed, one.questions),
            _("Solved, assumed: %(share)s"),
            _(
                "%(hits)s of %(cases)s conversations with a question were answered without your team and ended with "
                "an answer, about which the shopper said nothing. Some of them left without help."
            ),
        ),
        (
            lambda one: (one.passed, one.questions),
            _("Passed to your team: %(share)s"),
            _(
                "In %(hits)s of %(cases)s conversations with a question the shopper or the assistant asked for a "
                "person, or your team wrote."
            ),
        ),
        (
            lambda one: (one.right, one.judged),
            _("Right answers: %(share)s"),
            _("%(hits)s of %(cases)s answers that your team checked came from the entry that is right."),
        ),
        (
            lambda one: (one.satisfied, one.graded),
            _("Satisfied shoppers: %(share)s"),
            _("%(hits)s of %(cases)s shoppers who were asked at the end said they were satisfied or very satisfied."),
        ),
    ]


def _share_plot(
    total: DayCounts, spans: Sequence[tuple[date, DayCounts]], part: Part, title: str, counted: str
) -> QualityPlot:
    hits, cases = part(total)
    finding = share(hits / cases) if cases >= FEWEST else _("too few to tell")
    said = [counted % {"hits": _number(hits), "cases": _number(cases)}]
    bounds = share_interval(hits, cases) if cases >= FEWEST else None
    if bounds:
        words = {"low": share(bounds[0]), "high": share(bounds[1])}
        said.append(_("95%% interval: %(low)s to %(high)s.") % words)
    parts = [(day, part(counts)) for day, counts in spans]
    points = [(day, Decimal(found) / among if among else None) for day, (found, among) in parts]
    name = title % {"share": finding}
    return QualityPlot(
        title=name, counted=" ".join(said), chart=span_chart(name, _("Share"), points, _percent, high=Decimal(1))
    )


def _wait_plot(total: DayCounts, spans: Sequence[tuple[date, DayCounts]]) -> QualityPlot:
    median, late = total.wait_seconds(MEDIAN), total.wait_seconds(LATE)
    replied = len(total.waits)
    if median is None or late is None or replied < FEWEST:
        title = _("Your team’s reply time: %(time)s") % {"time": _("too few to tell")}
    else:
        words = {"median": time_words(median), "late": time_words(late)}
        title = _("Your team’s reply time: half within %(median)s, 90%% within %(late)s") % words
    counted = ngettext(
        "From the last request for a person to your team’s reply, in %(count)s conversation that had one. The plot "
        "shows the median, in minutes.",
        "From the last request for a person to your team’s reply, in %(count)s conversations that had one. The plot "
        "shows the median, in minutes.",
        replied,
    )
    medians = [(day, counts.wait_seconds(MEDIAN)) for day, counts in spans]
    points = [(day, None if found is None else Decimal(found) / MINUTE) for day, found in medians]
    chart = span_chart(
        title, _("Minutes (median)"), points, lambda value: number_format(round(value), force_grouping=True)
    )
    return QualityPlot(title=title, counted=counted % {"count": _number(replied)}, chart=chart)


def time_words(seconds: int) -> str:
    """Say a length of time in its largest fitting unit."""
    if seconds < MINUTE:
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    if seconds < 2 * HOUR:
        minutes = round(seconds / MINUTE)
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    if seconds < 2 * DAY:
        hours = round(seconds / HOUR)
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    days = round(seconds / DAY)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def _spans(period: QualityPeriod) -> list[tuple[date, DayCounts]]:
    """The period's days, or its weeks from its first day on, each with its counts."""
    length = WEEK_DAYS if is_weekly(period) else 1
    return [
        (start, sum_of(counts for day, counts in period.days.items() if 0 <= (day - start).days < length))
        for start in _days(period.first, period.last, length)
    ]


def _days(first: date, last: date, step: int) -> Iterator[date]:
    for place in range(0, (last - first).days + 1, step):
        yield first + timedelta(days=place)


def _count_row(title: str, count: int, among: int) -> CountRow:
    return CountRow(title=title, count=count, share=share(count / among) if among else "–")


def _percent(part: Decimal) -> str:
    return share(float(part))


def _number(count: int) -> str:
    return str(number_format(count, force_grouping=True))
