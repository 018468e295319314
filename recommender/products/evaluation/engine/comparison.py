"""Comparing models on one split: fitted on what is known, tuned on the window before, and the blend of them."""

from collections.abc import Callable
from dataclasses import dataclass

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from recommender.products.data.engine.history import History, are_mostly_guests, guests_as_buyers
from recommender.products.evaluation.engine.blend import TunedBlend
from recommender.products.evaluation.engine.popularity import (
    Diversification,
    DiversityTradeOff,
    diversity_for,
    measure_trade_offs,
    popularity_penalties,
    tolerance_for,
)
from recommender.products.evaluation.engine.queries import Score, ScoringModels
from recommender.products.evaluation.engine.split import Split, before_last, make_split, visit_days, without_seen
from recommender.products.evaluation.engine.tuning import PURPOSES, audience_of, can_be_tuned, served_score, tune_for
from recommender.products.types import Task
from shopconnect.core.progress import Progress, scaled, silent

ONE_STEP = (Task.SESSION, Task.LAST)  # the next view, or one order: diversity costs more there than it gives
Fit = Callable[[Split, Progress], ScoringModels]
NAMES = (
    "popular",
    "trend",
    "buy_again",
    "together",
    "ease",
    "als",
    "lightfm",
    "lightfm_fit",
    "sequence",
    "sessions",
    "blend",
    "simple",
)


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """A split with its models fitted; blend and diversity are tuned on an earlier split of the same kind."""

    task: Task
    split: Split
    fitted: ScoringModels
    tuned: TunedBlend
    trade_offs: tuple[DiversityTradeOff, ...]

    @property
    def scores(self) -> dict[str, Score]:
        """Return each model's scores by its public name, the blend among them."""
        parts = self.fitted.scores
        known = self.split.known
        served = {name: served_score(self.task, self.fitted, self.tuned, known, name) for name in ("blend", "simple")}
        return {name: parts[name] for name in NAMES if name not in served} | served

    @property
    def diversity(self) -> float:
        """Return the diversity weight for a shop that chose nothing; 0 where one right step is asked."""
        return 0.0 if self.task in ONE_STEP else diversity_for(self.trade_offs, tolerance_for(PURPOSES[self.task]))

    @property
    def diversification(self) -> Diversification:
        """Return how the scores of what is served become places."""
        score = served_score(self.task, self.fitted, self.tuned, self.split.known)
        audience = audience_of(self.task, self.split)
        penalties = popularity_penalties(score, audience, self.diversity)
        return Diversification(self.diversity, penalties, self.fitted.directions)


def compare_models(
    task: Task,
    history: History,
    fit: Fit,
    *,
    cut: float,
    days: float,
    seed: int,
    progress: Progress = silent,
    mask_seen: bool = False,
) -> ModelComparison:
    """Tune on the window before the cut, fit again on everything before it, and return both for measuring.

    `fit` fits every model on what a split knows, and reports its progress. With `mask_seen` what a
    visit has seen is neither shown nor asked for. Raises ValueError when there is too little
    before the cut, or nothing to measure after it.
    """
    with threadpool_limits(limits=1):
        # One thread, for several add up in another order, and the last digits would be the machine's.
        return _compare_models(task, history, fit, cut, days, seed, progress, mask_seen)


def _compare_models(
    task: Task, history: History, fit: Fit, cut: float, days: float, seed: int, progress: Progress, mask_seen: bool
) -> ModelComparison:
    # As in learning: a shop of guests would else have no buyers to learn from.
    if task != Task.SESSION and are_mostly_guests(history.before(cut)):
        history = guests_as_buyers(history)
    split = make_split(task, history, cut, days, seed)
    # The cases that all figures are of; nothing below may choose by them.
    split = without_seen(split) if mask_seen else split
    if not len(split.cases):
        raise ValueError("Nothing of this kind happened in the window after the cut, so there is nothing to measure.")
    validation = _validation_split(task, history, split, cut, days, seed)
    validation = without_seen(validation) if mask_seen else validation
    # Without a known buyer every model would be fitted to nothing.
    if not (validation.known.buyers >= 0).any():
        raise ValueError("Nobody known bought anything, so there is nothing to learn.")
    # Weights and diversity come from the earlier window alone; the models are then fitted again on all that is known.
    before = fit(validation, scaled(progress, "before: ", 0, 45))
    tuned = tune_for(task, before, validation, seed)
    audience, score = audience_of(task, validation), served_score(task, before, tuned, validation.known)
    is_told = can_be_tuned(validation)
    trade_offs = measure_trade_offs(score, audience, validation.cases, before.directions, seed) if is_told else ()
    fitted = fit(split, scaled(progress, "", 50, 90))
    return ModelComparison(task, split, fitted, tuned, trade_offs)


def _validation_split(task: Task, history: History, split: Split, cut: float, days: float, seed: int) -> Split:
    """Return the same kind of split one window earlier, made only of what the real one may know."""
    if task == Task.LAST:
        # With each buyer's last order taken away, the one before it is the last, and is foretold instead.
        return make_split(task, before_last(history.before(cut + days)), cut, days, seed)
    if task == Task.SESSION:
        days = visit_days(split.known, cut, days)
    # Another seed: for `cold` the same lot would hide what is hidden already, and leave nothing to ask.
    return make_split(task, split.known, cut - days, days, seed + 1)
