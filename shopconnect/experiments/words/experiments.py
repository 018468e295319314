"""Tests on half of the visits in plain words: how long one takes, what it found, and what became of it."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.utils.formats import number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shopconnect.core.clock import now, read_time
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.web.lists import Latest
from shopconnect.experiments.history.rows import Trend, trend_of
from shopconnect.experiments.kinds import find_kind
from shopconnect.experiments.result_rows import FigureRow, rows_of
from shopconnect.experiments.results import ExperimentResult, ResultsPage
from shopconnect.experiments.services import MOST_EXPERIMENT_DAYS
from shopconnect.experiments.types import Because, Comparison, ExperimentSummary, FallbackSummary, Figure, FigureName
from shopconnect.experiments.words.headlines import WIDE, Headline, verdict_of
from shopconnect.ui.dates import date_format
from shopconnect.ui.templatetags.show import change

LENGTHS, USUAL_LENGTH = (14, 28, 56, 112, MOST_EXPERIMENT_DAYS), 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """In how many days a test shows a difference of five and of ten percent (0: not known), and how long it may run."""

    five: int
    ten: int
    longest: int
    lengths: tuple[int, ...]
    usual: int

    @property
    def is_small(self) -> bool:
        """Say whether even ten percent take longer than the longest test."""
        return self.ten > self.longest

    @property
    def is_late(self) -> bool:
        """Say whether five percent take longer than the longest test."""
        return self.five > self.longest


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentExperiment:
    """The test that runs, or whose days are over and which nobody decided yet: what A and B have, in words."""

    summary: ExperimentSummary
    a: str
    b: str
    changes: tuple[str, ...]
    comparison: Comparison | None
    verdict: Headline
    rows: tuple[FigureRow, ...]
    trend: Trend | None
    is_live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedExperiment:
    """A test that ended: what A and B had, what was seen of revenue, and how it came to its end."""

    since: datetime
    until: datetime
    a: str
    b: str
    outcome: str
    end: str


def outlook_of(page: ResultsPage) -> Outlook:
    """Return how long a test of this shop would take."""
    ten = page.experiment_days(10)
    enough = [days for days in LENGTHS if days >= ten]
    return Outlook(
        five=page.experiment_days(5),
        ten=ten,
        longest=MOST_EXPERIMENT_DAYS,
        lengths=LENGTHS,
        usual=(enough[0] if enough else MOST_EXPERIMENT_DAYS) if ten else USUAL_LENGTH,
    )


def running_experiment(page: ResultsPage) -> ExperimentSummary | None:
    """Return the test that runs, which leaves no room for another."""
    return page.current.summary if page.current is not None and page.current.summary.is_live(now()) else None


def current_experiment(shop_id: ShopId, page: ResultsPage, language: str) -> CurrentExperiment | None:
    """Return the test that runs, or waits for a decision."""
    if page.current is None:
        return None
    summary, comparison = page.current.summary, page.current.comparison
    is_live = summary.is_live(now())
    kind = find_kind(summary.kind)
    base, value = int(summary.base or 0), int(summary.value or 0)
    return CurrentExperiment(
        summary=summary,
        a=kind.describe(shop_id, base),
        b=kind.describe(shop_id, value),
        changes=kind.changes(shop_id, base, value, language),
        comparison=comparison,
        verdict=verdict_of(comparison, page.experiment_days(10), is_live=is_live),
        rows=tuple(rows_of(comparison.figures, page.results.currency)) if comparison and page.results else (),
        trend=trend_of(page.experiment_history) if comparison and comparison.is_known else None,
        is_live=is_live,
    )


def fallback_sentence(fallback: FallbackSummary, zone: tzinfo) -> str:
    """Return why a shelf shows the simple rule, and what was seen of it, in the times of a zone."""
    because = {
        Because.HARM: _("Visits with suggestions earn less than visits without."),
        Because.ERRORS: _("It failed more often than usual."),
        Because.EMPTIES: _("It stayed empty more often than usual."),
    }[fallback.because]
    if not fallback.seen:
        return because
    times = {name: read_time(str(fallback.seen[name])) for name in ("first_at", "last_at")}
    seen = ngettext(
        "Occurred %(count)s time, from %(networks)s networks, between %(first)s and %(last)s.",
        "Occurred %(count)s times, from %(networks)s networks, between %(first)s and %(last)s.",
        int(fallback.seen["count"]),
    ) % {
        "count": number_format(int(fallback.seen["count"]), force_grouping=True),
        "networks": number_format(int(fallback.seen["networks"]), force_grouping=True),
        "first": date_format(localtime(times["first_at"], zone), "SHORT_DATETIME_FORMAT"),
        "last": date_format(localtime(times["last_at"], zone), "SHORT_DATETIME_FORMAT"),
    }
    return f"{because} {seen}"


def ended_experiments(page: ResultsPage) -> Latest[EndedExperiment]:
    """Return the latest tests that ended, and how many did."""
    ended = [_ended(one) for one in page.experiments if one.summary.ended_at is not None]
    return Latest(ended, page.experiments.total - len(page.experiments) + len(ended))


def _ended(result: ExperimentResult) -> EndedExperiment:
    summary, kind = result.summary, find_kind(result.summary.kind)
    revenue = _revenue(result.comparison)
    if result.comparison is not None and not result.comparison.is_sound:
        outcome = _("the groups didn’t have the intended sizes")
    elif revenue is None or revenue.low is None or revenue.high is None or revenue.middle is None:
        outcome = _("too few buyers to tell")
    else:
        words = {"middle": change(revenue.middle), "low": change(revenue.low), "high": change(revenue.high)}
        sentence = _("%(middle)s, between %(low)s and %(high)s")
        if revenue.low <= 0 <= revenue.high:
            is_wide = revenue.high - revenue.low > WIDE
            no_difference = _("no difference: between %(low)s and %(high)s")
            sentence = _("too few visits to tell: between %(low)s and %(high)s") if is_wide else no_difference
        outcome = sentence % words
    return EndedExperiment(
        since=summary.started_at,
        until=min(filter(None, (summary.ended_at, summary.ends_at)), default=now()),
        a=kind.title(int(summary.base or 0)),
        b=kind.title(int(summary.value or 0)),
        outcome=outcome,
        end=_end_words(summary),
    )


def _end_words(summary: ExperimentSummary) -> str:
    """Return how a test came to its end."""
    words = {
        Because.KEPT: _("variant B was kept for everyone"),
        Because.HARM: _("ended automatically: variant B earned less"),
        Because.ERRORS: _("ended automatically: variant B failed more often"),
        Because.EMPTIES: _("ended automatically: variant B stayed empty more often"),
    }
    if summary.ended_because:
        return words[summary.ended_because]
    is_over = summary.ends_at is not None and summary.ended_at is not None and summary.ended_at >= summary.ends_at
    return _("ran for its full duration") if is_over else _("ended by an owner")


def _revenue(comparison: Comparison | None) -> Figure | None:
    return comparison.figure(FigureName.REVENUE) if comparison else None
