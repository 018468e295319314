"""Tests on half of the visits in plain words: what one would compare, what it found, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from recommender.products.data.catalogue import title_of
from recommender.products.evaluation import replay as replays
from recommender.products.experiments import diversity_choices_to_test
from recommender.products.rules import services as rules
from recommender.products.rules.live import rules_for
from recommender.products.rules.types import Rule
from recommender.products.rules.words import difference_of, sentence_of_caution
from recommender.products.services import diversity_of
from recommender.products.types import RULES_KIND, VARIETY_KIND, DiversityPoint, State
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing
from shopconnect.core.tenancy.context import ShopId
from shopconnect.dashboard.results import Row, rows_of
from shopconnect.experiments.results import ExperimentResult, ResultsPage, page_of
from shopconnect.experiments.services import MOST_EXPERIMENT_DAYS
from shopconnect.experiments.types import Because, Comparison, ExperimentKind, ExperimentSummary, Figure, FigureName
from shopconnect.ui.templatetags.show import change, share

LENGTHS, USUAL = (14, 28, 56, 112, MOST_EXPERIMENT_DAYS), 28


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
class TrialToBegin:
    """A test that may be begun: what A has, what B may have (number and words), and what that changes.

    `number` is the version of the rules, `mark` what was looked at; `is_confirmed` says that nobody must say so any
    more. `running` is a test that runs already, and leaves no room for another.
    """

    kind: ExperimentKind
    base: str
    choices: tuple[tuple[int, str], ...]
    outlook: Outlook
    running: ExperimentSummary | None
    number: int = 0
    changes: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    mark: str = ""
    is_confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialNow:
    """The test that runs, or whose days are over and which nobody decided yet."""

    facts: ExperimentSummary
    base: str
    tried: str
    changes: tuple[str, ...]
    found: Comparison | None
    verdict: str
    tone: str
    rows: tuple[Row, ...]
    is_live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedTrial:
    """A test that ended: what it compared, what was seen of revenue, and how it came to its end."""

    since: datetime
    until: datetime
    base: str
    tried: str
    outcome: str
    end: str


def variety_trial(shop_id: ShopId) -> TrialToBegin:
    """Return what a test of variety would compare: what is shown today, and each setting that shows something else."""
    facts, page = diversity_of(shop_id), page_of(shop_id)
    chosen = next(choice for choice in facts.choices if choice.is_chosen)
    return TrialToBegin(
        kind=VARIETY_KIND,
        base=variety_words(chosen.percent, facts.shown),
        choices=tuple(
            (choice.percent, variety_words(choice.percent, choice.point))
            for choice in diversity_choices_to_test(shop_id)
        ),
        outlook=_outlook(page),
        running=_running(page),
    )


def rules_trial(shop_id: ShopId, number: int, language: str) -> TrialToBegin:
    """Return what a test of a version of the rules would compare with what is in force; 0 is the draft.

    Raises Missing for a version that never was, and where there is no draft.
    """
    live = rules.current_version(shop_id)
    tried = rules.find_version(shop_id, number) if number else rules.find_draft(shop_id)
    if tried is None:
        raise Missing(_("There is no draft."))
    replay, page = replays.latest_replay(shop_id, tried.rules), page_of(shop_id)
    is_replayed = replay is not None and replay.is_current and replay.state == State.DONE
    return TrialToBegin(
        kind=RULES_KIND,
        number=number,
        base=rules_words(live.number),
        choices=((number, rules_words(number) if number else _("The draft")),) if tried.rules != live.rules else (),
        changes=_changes(shop_id, live.rules, tried.rules, language),
        cautions=tuple(
            sentence_of_caution(one, lambda product: title_of(shop_id, product, language))
            for one in rules.cautions_for(shop_id, tried.rules)
        ),
        mark=rules.mark_of(tried.rules),
        is_confirmed=bool(number) or is_replayed,
        outlook=_outlook(page),
        running=_running(page),
    )


def trials_shown(shop_id: ShopId, page: ResultsPage, language: str) -> dict[str, object]:
    """Return the test that runs, or waits for a decision, and those that ended, as the page of results shows them."""
    ended = [trial for trial in page.experiments if trial.facts.ended_at is not None]
    return {
        "trial": _trial_now(shop_id, page.current, page, language) if page.current else None,
        "ended_trials": [_ended(trial) for trial in ended],
    }


def variety_words(percent: int, point: DiversityPoint | None = None) -> str:
    """Return a setting of variety in words, with how much of the catalogue it shows where that is measured."""
    words = {"percent": share(percent / 100), "coverage": share(point.coverage) if point else ""}
    if point is None:
        return _("at most %(percent)s of accuracy for variety") % words if percent else _("nothing for variety")
    if not percent:
        return _("nothing for variety, which shows %(coverage)s of the catalogue") % words
    return _("at most %(percent)s of accuracy for variety, which shows %(coverage)s of the catalogue") % words


def rules_words(number: int) -> str:
    """Return a version of the rules in words; 0 is how it was before any."""
    return _("version %(number)d of the rules") % {"number": number} if number else _("as it is without written rules")


def verdict_of(found: Comparison | None) -> tuple[str, str]:
    """Return what a test says in one sentence, and its tone: good, bad, warning or none."""
    revenue = _revenue(found)
    if revenue is None or revenue.low is None or revenue.high is None or revenue.middle is None:
        return _("It is not yet known which of the two brings in more."), ""
    if found is not None and not found.is_sound:
        return _("The two groups did not come out as meant, so no figure of this test holds."), "warning"
    words = {"middle": share(abs(revenue.middle)), "low": change(revenue.low), "high": change(revenue.high)}
    if revenue.low > 0:
        return _("A visit in B brings in %(middle)s more than one in A, between %(low)s and %(high)s.") % words, "good"
    if revenue.high < 0:
        return _("A visit in B brings in %(middle)s less than one in A, between %(low)s and %(high)s.") % words, "bad"
    return _("No difference in revenue can be seen yet: B is between %(low)s and %(high)s of A a visit.") % words, ""


def _trial_now(shop_id: ShopId, trial: ExperimentResult, page: ResultsPage, language: str) -> TrialNow:
    facts, found = trial.facts, trial.found
    verdict, tone = verdict_of(found)
    base, tried = _arms(shop_id, facts)
    changes: tuple[str, ...] = ()
    if facts.kind == RULES_KIND:
        before, after = (rules_for(shop_id, int(one or 0)).rules for one in (facts.base, facts.value))
        changes = _changes(shop_id, before, after, language)
    return TrialNow(
        facts=facts,
        base=base,
        tried=tried,
        changes=changes,
        found=found,
        verdict=verdict,
        tone=tone,
        rows=tuple(rows_of(found.figures, page.results.currency)) if found and page.results else (),
        is_live=facts.is_live(now()),
    )


def _ended(trial: ExperimentResult) -> EndedTrial:
    facts, revenue = trial.facts, _revenue(trial.found)
    if trial.found is not None and not trial.found.is_sound:
        outcome = _("the groups did not come out as meant")
    elif revenue is None or revenue.low is None or revenue.high is None or revenue.middle is None:
        outcome = _("too few buyers to say")
    else:
        words = {"middle": change(revenue.middle), "low": change(revenue.low), "high": change(revenue.high)}
        is_open = revenue.low <= 0 <= revenue.high
        said = _("no difference was seen: between %(low)s and %(high)s")
        outcome = (said if is_open else _("%(middle)s, between %(low)s and %(high)s")) % words
    return EndedTrial(
        since=facts.started_at,
        until=min(filter(None, (facts.ended_at, facts.ends_at)), default=now()),
        base=_short(facts.kind, facts.base),
        tried=_short(facts.kind, facts.value),
        outcome=outcome,
        end=_end_words(facts),
    )


def _arms(shop_id: ShopId, facts: ExperimentSummary) -> tuple[str, str]:
    """Return what A and B have, in words."""
    values = [int(value or 0) for value in (facts.base, facts.value)]
    if facts.kind == RULES_KIND:
        return rules_words(values[0]), rules_words(values[1])
    points = {choice.percent: choice.point for choice in diversity_of(shop_id).choices}
    return variety_words(values[0], points.get(values[0])), variety_words(values[1], points.get(values[1]))


def _short(kind: ExperimentKind, value: float | None) -> str:
    return rules_words(int(value or 0)) if kind == RULES_KIND else variety_words(int(value or 0))


def _end_words(facts: ExperimentSummary) -> str:
    """Return how a test came to its end."""
    words = {
        Because.KEPT: _("B was kept for everybody"),
        Because.HARM: _("ended by itself: B earned less"),
        Because.ERRORS: _("ended by itself: B failed more often"),
        Because.EMPTIES: _("ended by itself: B stayed empty more often"),
    }
    if facts.ended_because:
        return words[facts.ended_because]
    is_over = facts.ends_at is not None and facts.ended_at is not None and facts.ended_at >= facts.ends_at
    return _("its days were over") if is_over else _("ended by an owner")


def _revenue(found: Comparison | None) -> Figure | None:
    return found.figure(FigureName.REVENUE) if found else None


def _changes(shop_id: ShopId, before: Sequence[Rule], after: Sequence[Rule], language: str) -> tuple[str, ...]:
    return difference_of(before, after, lambda product: title_of(shop_id, product, language))


def _running(page: ResultsPage) -> ExperimentSummary | None:
    return page.current.facts if page.current is not None and page.current.facts.is_live(now()) else None


def _outlook(page: ResultsPage) -> Outlook:
    ten = page.experiment_days(10)
    enough = [days for days in LENGTHS if days >= ten]
    return Outlook(
        five=page.experiment_days(5),
        ten=ten,
        longest=MOST_EXPERIMENT_DAYS,
        lengths=LENGTHS,
        usual=(enough[0] if enough else MOST_EXPERIMENT_DAYS) if ten else USUAL,
    )
