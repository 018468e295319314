"""Measuring a comparison: each model's figures, its cost, and what its diversity costs."""

import time
from collections.abc import Callable, Iterable, Mapping

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from recommender.products.data.engine.arrays import batches
from recommender.products.evaluation.engine.comparison import ModelComparison
from recommender.products.evaluation.engine.metrics import rank_cases, summed_up, tie_order
from recommender.products.evaluation.engine.popularity import Diversification, diversify
from recommender.products.evaluation.engine.queries import Score
from recommender.products.evaluation.engine.shelf_comparison import ShelfComparison
from recommender.products.evaluation.engine.split import EvaluationCases
from shopconnect.core.progress import Progress, silent

TIMED_CASES = 200
# Parts that ask a fit of another name, whose CPU seconds are then theirs too.
FITTED_WITH = {
    "beside": "together",
    "co_purchase": "together",
    "similar": "lightfm",
    "again_now": "buy_again",
    "lightfm_fit": "lightfm",
    "viewed": "sequence",
    "viewed_next": "sequence",
    "viewed_ease": "ease",
    "viewed_walk": "sequence",
    "seen": "buy_again",
    "season": "buy_again",
    "rebought": "due",
    "kind": "due",
    "country": "due",
}


def measure(
    comparison: ModelComparison, k: int, seed: int, progress: Progress = silent
) -> dict[str, dict[str, float | None]]:
    """Return each model's figures at k over all cases, CPU seconds of training, and milliseconds to answer one case.

    `blend` took the training of its parts. Models that cannot do the task get None throughout.
    """
    with threadpool_limits(limits=1):
        # One thread: the times are one core's, and the figures the same on every machine.
        return _measure(comparison, k, seed, progress)


def _measure(comparison: ModelComparison, k: int, seed: int, progress: Progress) -> dict[str, dict[str, float | None]]:
    cases = comparison.split.cases
    figures: dict[str, dict[str, float | None]] = {}
    cpu = comparison.fitted.cpu_seconds
    scores = comparison.scores
    for i, (name, score) in enumerate(scores.items()):
        progress(f"measure {name}", 90 + 9 * i // len(scores))
        # A figure that could only be nought would look like a bad model.
        if name == "buy_again" and not _can_buy_again(cases):
            figures[name] = dict.fromkeys(_KEYS)
            continue
        spent = _training(cpu, comparison.tuned.weights if name == "blend" else (name,))
        figures[name] = {
            **figures_of(score, cases, k, seed),
            "train_cpu_seconds": round(spent, 3),
            **milliseconds_of(score, cases, k),
        }
    return figures


def _training(cpu: Mapping[str, float], parts: Iterable[str]) -> float:
    """Return the CPU seconds of the fits behind some parts, each fit counted once."""
    # A set, since several parts of a blend may ask one fit.
    fits = {FITTED_WITH.get(part, part) for part in parts}
    return sum(cpu[fit] for fit in fits)


def measure_served(comparison: ModelComparison, k: int, seed: int) -> dict[str, float]:
    """Return the figures of what is served, with the shop's default diversity."""
    score = comparison.scores[comparison.tuned.served]
    return diverse_figures_of(score, comparison.diversification, comparison.split.cases, k, seed)


def measure_shelf(
    comparison: ShelfComparison, k: int, seed: int, progress: Progress = silent
) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Return the figures at k of a shelf and the models beside it, with milliseconds, and the shelf's as it is served.

    Served is with the default diversity; a shelf without any has the same figures.
    """
    cases, scores = comparison.split.cases, comparison.scores
    with threadpool_limits(limits=1):
        models = {}
        for i, (name, score) in enumerate(scores.items()):
            progress(f"measure {name}", 90 + 9 * i // len(scores))
            models[name] = {**figures_of(score, cases, k, seed), **milliseconds_of(score, cases, k)}
        if comparison.diversification is None:
            return models, {name: value for name, value in models["shelf"].items() if name not in _MILLISECONDS}
        return models, diverse_figures_of(scores["shelf"], comparison.diversification, cases, k, seed)


def diverse_figures_of(
    score: Score, shown: Diversification, cases: EvaluationCases, k: int, seed: int
) -> dict[str, float]:
    """Return the figures at k of one model over all cases, with its places diversified."""
    return _figures(lambda part: diversify(score(part.queries), part.excluded, shown, k), cases, k, seed)


def figures_of(score: Score, cases: EvaluationCases, k: int, seed: int) -> dict[str, float]:
    """Return the figures at k of one model over all cases."""
    return _figures(lambda part: score(part.queries), cases, k, seed)


def _figures(
    shown: Callable[[EvaluationCases], np.ndarray], cases: EvaluationCases, k: int, seed: int
) -> dict[str, float]:
    products = cases.right.shape[1]
    ties = tie_order(products, seed)
    parts = [cases.part(rows) for rows in batches(len(cases), products)]
    ranked = [rank_cases(shown(part), part.right, part.excluded, ties, k, with_auc=True) for part in parts]
    return {name: round(value, 6) for name, value in summed_up(ranked, products).items()}


def _can_buy_again(cases: EvaluationCases) -> bool:
    """Say whether any case may be answered by what is held already."""
    # Something that is held may be shown where not all of what is held is excluded.
    return bool(cases.queries.held.multiply(cases.excluded).nnz < cases.queries.held.nnz)


def milliseconds_of(score: Score, cases: EvaluationCases, k: int) -> dict[str, float]:
    """Return wall milliseconds from a query to its first k products, one query at a time."""
    spent = []
    # One at a time, as shoppers come.
    for row in range(min(len(cases), TIMED_CASES)):
        one = cases.part(slice(row, row + 1))
        started = time.perf_counter()
        # A copy: what is the same for everybody is a view that cannot be written to.
        values = np.array(score(one.queries))[0]
        values[one.excluded.indices] = -np.inf
        top = np.argpartition(-values, min(k, len(values) - 1))[:k]
        # As a shelf would put them in order; only the time of it is wanted.
        top[np.argsort(-values[top])]
        spent.append(1000 * (time.perf_counter() - started))
    return {
        "milliseconds_p50": round(float(np.percentile(spent, 50)), 3),
        "milliseconds_p99": round(float(np.percentile(spent, 99)), 3),
    }


_MILLISECONDS = ("milliseconds_p50", "milliseconds_p99")
_KEYS = ("ndcg", "recall", "hit", "mrr", "auc", "coverage", "gini", "train_cpu_seconds", *_MILLISECONDS)
