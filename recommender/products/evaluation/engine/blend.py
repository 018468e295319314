"""The blend's weights, tuned before the cut, and the gate: learning is served only where it beats the simple rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from recommender.products.evaluation.engine.metrics import bootstrapped
from recommender.products.evaluation.engine.queries import Parts
from recommender.products.evaluation.engine.split import EvaluationCases

# Weights that climbing may give a part: steps grow, for a ranking answers to ratios of weights.
LADDER = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5)
ROUNDS = 3  # of climbing, over all weights
LEAST_GAIN = 2e-4  # of NDCG, for which a weight is changed
FOLDS = 4
LEAST_SHARE = 0.01  # of the weights' sum, below which a part is left out
DEPTH = 60  # of each part's best that enter the table
CUTOFF = 10  # the k of NDCG@k
LEAST_CASES = 20  # below, nothing is tuned
FEW_CASES, MOST_CASES = 1_000, 2_000
MOST_CELLS = 40_000_000  # cases times products that are judged, where that leaves a thousand cases or more


@dataclass(frozen=True, slots=True)
class TunedBlend:
    """The weights, and what the gate saw: NDCG@10 of blend (weights from other cases) and simple rule, by case."""

    weights: Mapping[str, float]
    served: str
    blend_ndcg: float
    simple_ndcg: float
    difference: float
    difference_low: float
    cases: int
    folds: tuple[Mapping[str, float], ...]  # with which each quarter of the cases was judged; `weights` are their mean


@dataclass(frozen=True)
class _Table:
    """What tuning needs of its cases: each part's standardised scores of the few products that can reach the top."""

    parts: tuple[str, ...]
    scores: np.ndarray  # float32 [parts, cases, candidates]
    relevant: np.ndarray  # bool [cases, candidates]
    absent: np.ndarray  # bool [cases, candidates]
    ideal: np.ndarray  # float64 [cases]

    @cached_property
    def right(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the cases and the columns of all right candidates."""
        rows, columns = self.relevant.nonzero()
        return rows, columns

    def part(self, rows: np.ndarray) -> "_Table":
        """Return some of the cases."""
        selected = (self.relevant[rows], self.absent[rows], self.ideal[rows])
        return _Table(self.parts, self.scores[:, rows], *selected)

    def total(self, weights: np.ndarray) -> np.ndarray:
        """Return the weighted sum of the parts [cases, candidates], -inf where there is none."""
        total = np.tensordot(weights.astype(np.float32), self.scores, 1)
        total[self.absent] = -np.inf
        return np.asarray(total)

    def ndcg(self, total: np.ndarray) -> np.ndarray:
        """Return NDCG@10 of scores of the candidates, by case.

        Only where right candidates stand is looked for, which is faster than putting the best ten in order. Where one
        of them shares its score with another candidate, the order among them decides, and they are put in it.
        """
        k = min(CUTOFF, total.shape[1])
        # (cases, k + 1): one more than has a place, so that a tie across the last place is noticed.
        best = np.partition(total, -k - 1, axis=1)[:, -k - 1 :] if total.shape[1] > k else total
        rows, columns = self.right
        value = total[rows, columns]
        can_be_seen = value >= best.min(axis=1)[rows]
        rows, value = rows[can_be_seen], value[can_be_seen, None]
        # As many as are better stand before it, and all of those are among the best.
        place = np.count_nonzero(best[rows] > value, axis=1)
        is_tied = np.count_nonzero(best[rows] >= value, axis=1) > place + 1
        is_seen = place < k
        gains = np.zeros((len(total), k))
        gains[rows[is_seen], place[is_seen]] = 1 / np.log2(place[is_seen] + 2)
        tied = np.unique(rows[is_seen & is_tied])
        if len(tied):
            gains[tied] = self._gains(tied, total[tied], k)
        return np.asarray(gains.sum(axis=1) / self.ideal)

    def _gains(self, rows: np.ndarray, total: np.ndarray, k: int) -> np.ndarray:
        """Return what each of the first k places of some cases gains, by putting the candidates in order."""
        top = np.argpartition(-total, k - 1, axis=1)[:, :k]
        # A partition says who is among the first k; their order is another sort, of k alone.
        order = np.argsort(-np.take_along_axis(total, top, axis=1), axis=1, kind="stable")
        top = np.take_along_axis(top, order, axis=1)
        is_right = np.take_along_axis(self.relevant[rows], top, axis=1)
        return np.asarray(is_right / np.log2(np.arange(2, k + 2)))


def tune(parts: Parts, simple: Mapping[str, float], cases: EvaluationCases, seed: int) -> TunedBlend:
    """Find the blend's weights on cases from before the cut, and decide what is served.

    The `simple` rule is a blend too, of weights that nobody tuned; climbing begins at them.

    The gate is fair by cross-fitting: each quarter of the cases is judged with weights from the other three. Served are
    the means of those four, which hang less on chance than one search does. The blend is served when its mean lead over
    the simple rule is above zero by its 95 % interval (paired bootstrap), and when those means find as much as the rule
    does; with under 20 cases it is not.
    """
    cases = judged_cases(cases, seed)
    # Under twenty cases any lead is chance, so nothing is tuned; all of one visit are one.
    if len(np.unique(cases.clusters)) < LEAST_CASES:
        return TunedBlend(dict(simple), "simple", 0.0, 0.0, 0.0, 0.0, len(cases), ())
    # All scores are computed once; climbing then only adds up columns of a small table.
    table = _make_table(parts, cases)
    plain = np.array([simple.get(name, 0.0) for name in table.parts])
    fold = fold_of_each(cases, seed)
    blend = np.zeros(len(cases))
    # Each quarter is judged with weights that never saw it; else tuning would praise itself.
    from_others = [_climb(table.part(np.flatnonzero(fold != number)), plain) for number in range(FOLDS)]
    for number, weights in enumerate(from_others):
        judged = np.flatnonzero(fold == number)
        part = table.part(judged)
        blend[judged] = part.ndcg(part.total(weights))
    rule = table.ndcg(table.total(plain))
    mean = _mean(from_others)
    low, _high = bootstrapped(blend - rule, cases.clusters, seed)
    # The mean of four searches was never judged itself, so it must at least match the rule.
    is_ahead = low > 0 and table.ndcg(table.total(mean)).mean() >= rule.mean()
    return TunedBlend(
        weights=_by_name(table, mean),
        served="blend" if is_ahead else "simple",
        blend_ndcg=float(blend.mean()),
        simple_ndcg=float(rule.mean()),
        difference=float((blend - rule).mean()),
        difference_low=low,
        cases=len(cases),
        folds=tuple(_by_name(table, weights) for weights in from_others),
    )


def judged_cases(cases: EvaluationCases, seed: int) -> EvaluationCases:
    """Return the cases that the gate and the proof judge, drawn by the seed: 2,000 at most, 1,000 in a large shop."""
    return some_cases(cases, seed, min(MOST_CASES, max(FEW_CASES, MOST_CELLS // max(cases.right.shape[1], 1))))


def some_cases(cases: EvaluationCases, seed: int, most: int = FEW_CASES) -> EvaluationCases:
    """Return so many of the cases at most, drawn by the seed."""
    if len(cases) <= most:
        return cases
    return cases.part(np.sort(np.random.default_rng(seed).choice(len(cases), most, replace=False)))


def fold_of_each(cases: EvaluationCases, seed: int) -> np.ndarray:
    """Return in which quarter, 0 to 3, each case lies [b]; those of one visit in one, or it would foretell itself."""
    clusters = cases.clusters
    fold = np.random.default_rng(seed).permutation(clusters.max(initial=-1) + 1) % FOLDS
    return np.asarray(fold[clusters])


def _mean(searches: Sequence[np.ndarray]) -> np.ndarray:
    """Return the mean of weights that say the same at any scale; what hardly weighs in it is left out."""
    sums = np.array([weights.sum() for weights in searches])
    # Shares of each search's sum, else the search with the largest weights would decide; then their usual scale again.
    mean = np.mean([weights / max(total, 1e-9) for weights, total in zip(searches, sums, strict=True)], axis=0)
    return np.asarray(np.where(mean < LEAST_SHARE, 0, np.round(mean * sums.mean(), 4)))


def _by_name(table: _Table, weights: np.ndarray) -> dict[str, float]:
    return {name: float(weight) for name, weight in zip(table.parts, weights, strict=True) if weight}


def _climb(table: _Table, start: np.ndarray) -> np.ndarray:
    """Change one weight at a time to the best rung of the ladder, while that gains anything."""
    weights, total = start.copy(), table.total(start)
    best = table.ndcg(total).mean() if weights.any() else 0.0
    for _ in range(ROUNDS):
        before = best
        for i in range(len(weights)):
            # Not all weights may be nought: that ranks by lot.
            rungs = [rung for rung in LADDER if rung != weights[i] and (rung or np.delete(weights, i).any())]
            # The sum is linear: another weight of one part adds a multiple of that part, and no other is read.
            ndcg = {rung: table.ndcg(total + np.float32(rung - weights[i]) * table.scores[i]).mean() for rung in rungs}
            rung = max(ndcg, key=ndcg.__getitem__, default=0.0)
            if ndcg and ndcg[rung] > best + LEAST_GAIN:
                best, weights[i] = ndcg[rung], rung
                total = table.total(weights)
        if best == before:
            break
    return weights


def _make_table(parts: Parts, cases: EvaluationCases) -> _Table:
    """Return each case's candidates: the union of what each part ranks highest among what may be shown."""
    found = [
        _narrowed(columns, values, cases, row) for row, (columns, values) in enumerate(parts.of_each(cases.queries))
    ]
    width = max((len(columns) for columns, _values in found), default=0)
    scores = np.zeros((len(parts.names), len(cases), width), np.float32)
    relevant = np.zeros((len(cases), width), dtype=bool)
    absent = np.ones((len(cases), width), dtype=bool)
    is_right = np.zeros(cases.right.shape[1], dtype=bool)
    for row, (columns, values) in enumerate(found):
        right = _columns_of(cases.right, row)
        is_right[right] = True
        scores[:, row, : len(columns)] = values
        relevant[row, : len(columns)], absent[row, : len(columns)] = is_right[columns], False
        is_right[right] = False
    count = np.minimum(np.diff(cases.right.indptr), CUTOFF)
    # The DCG of the best ranking that a case allows (Järvelin and Kekäläinen 2002), by which its own is divided.
    ideal = np.cumsum(1 / np.log2(np.arange(2, CUTOFF + 2)))[np.maximum(count, 1) - 1]
    return _Table(parts.names, scores, relevant, absent, ideal)


def _narrowed(
    columns: np.ndarray, values: np.ndarray, cases: EvaluationCases, row: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the candidates of one case that can reach the top, ascending, and what the parts say of them."""
    allowed = ~np.isin(columns, _columns_of(cases.excluded, row))
    columns, values = columns[allowed], values[:, allowed]
    if len(columns) <= DEPTH:
        return columns, values
    best = np.unique(np.argpartition(-values, DEPTH, axis=1)[:, :DEPTH])
    return columns[best], values[:, best]


def _columns_of(matrix: sp.csr_matrix, row: int) -> np.ndarray:
    return np.asarray(matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]])
