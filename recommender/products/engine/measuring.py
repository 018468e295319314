"""Measuring a contest: each model's figures, its cost, and what its diversity costs."""

import time
from collections.abc import Callable, Iterable, Mapping

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from recommender.products.engine.cases import Cases
from recommender.products.engine.exposure import varied
from recommender.products.engine.figures import batches, rank_cases, summed_up, tie_order
from recommender.products.engine.learning import Contest, Progress, silent
from recommender.products.engine.scorers import Score

TIMED_CASES = 200
FITTED_WITH = {
    "beside": "together",
    "similar": "lightfm",
    "again_now": "buy_again",
    "lightfm_fit": "lightfm",
    "kind": "due",
    "country": "due",
}


def measure(contest: Contest, k: int, seed: int, progress: Progress = silent) -> dict[str, dict[str, float | None]]:
    """Return each model's figures at k over all cases, CPU seconds of training, and milliseconds to answer one case.

    `blend` took the training of its parts. Models that cannot do the task get None throughout.
    """
    with threadpool_limits(limits=1):
        return _measure(contest, k, seed, progress)


def _measure(contest: Contest, k: int, seed: int, progress: Progress) -> dict[str, dict[str, float | None]]:
    cases = contest.trial.cases
    found: dict[str, dict[str, float | None]] = {}
    cpu = contest.learnt.cpu_seconds
    scores = contest.scores
    for i, (name, score) in enumerate(scores.items()):
        progress(f"measure {name}", 90 + 9 * i // len(scores))
        if name == "buy_again" and not _can_buy_again(cases):
            found[name] = dict.fromkeys(_KEYS)
            continue
        spent = _training(cpu, contest.tuned.weights if name == "blend" else (name,))
        found[name] = {
            **figures_of(score, cases, k, seed),
            "train_cpu_seconds": round(spent, 3),
            **_milliseconds(score, cases, k),
        }
    return found


def _training(cpu: Mapping[str, float], parts: Iterable[str]) -> float:
    """Return the CPU seconds of the fits behind some parts, each fit counted once."""
    return sum(cpu[fit] for fit in {FITTED_WITH.get(part, part) for part in parts})


def measure_served(contest: Contest, k: int, seed: int) -> dict[str, float]:
    """Return the figures of what is served, with the shop's default variety."""
    score, shown = contest.scores[contest.tuned.served], contest.shown
    return _figures(lambda part: varied(score(part.asked), part.barred, shown, k), contest.trial.cases, k, seed)


def figures_of(score: Score, cases: Cases, k: int, seed: int) -> dict[str, float]:
    """Return the figures at k of one model over all cases."""
    return _figures(lambda part: score(part.asked), cases, k, seed)


def _figures(shown: Callable[[Cases], np.ndarray], cases: Cases, k: int, seed: int) -> dict[str, float]:
    products = cases.right.shape[1]
    ties = tie_order(products, seed)
    parts = [cases.part(rows) for rows in batches(len(cases), products)]
    ranked = [rank_cases(shown(part), part.right, part.barred, ties, k, with_auc=True) for part in parts]
    return {name: round(value, 6) for name, value in summed_up(ranked, products).items()}


def _can_buy_again(cases: Cases) -> bool:
    """Say whether any case may be answered by what is held already."""
    return bool(cases.asked.held.multiply(cases.barred).nnz < cases.asked.held.nnz)


def _milliseconds(score: Score, cases: Cases, k: int) -> dict[str, float]:
    """Return wall milliseconds from a question to its first k products, one question at a time."""
    spent = []
    for row in range(min(len(cases), TIMED_CASES)):
        one = cases.part(slice(row, row + 1))
        started = time.perf_counter()
        values = np.array(score(one.asked))[0]
        values[one.barred.indices] = -np.inf
        top = np.argpartition(-values, min(k, len(values) - 1))[:k]
        top[np.argsort(-values[top])]
        spent.append(1000 * (time.perf_counter() - started))
    return {
        "milliseconds_p50": round(float(np.percentile(spent, 50)), 3),
        "milliseconds_p99": round(float(np.percentile(spent, 99)), 3),
    }


_KEYS = (
    "ndcg",
    "recall",
    "hit",
    "mrr",
    "auc",
    "coverage",
    "gini",
    "train_cpu_seconds",
    "milliseconds_p50",
    "milliseconds_p99",
)
