"""The proof that a merchant is shown: how often the places shown would have held what was bought in the last weeks.

Each quarter of the cases is judged with weights tuned on the other three, with the variety that is served, and beside
the best sellers of the two weeks before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.products.engine.blend import fold_of_each, judged_cases
from recommender.products.engine.cases import Cases
from recommender.products.engine.exposure import Shown, varied
from recommender.products.engine.figures import batches, bootstrapped, rank_cases, tie_order
from recommender.products.engine.scorers import Score, score_blend

PLACES = 8


@dataclass(frozen=True, slots=True)
class Proof:
    """Of how many cases, and the shares of them, 0 to 1, in which a place held what was bought; the lead's interval."""

    cases: int
    places: int
    held: float
    best_sellers: float
    lead_low: float
    lead_high: float


def prove(
    parts: Mapping[str, Score], folds: Sequence[Mapping[str, float]], cases: Cases, shown: Shown, seed: int
) -> Proof:
    """Return in what share of the cases that the gate judged the places would have held a product that was bought.

    `parts` are scores by name, "trend" among them; `folds` the weights with which each quarter of the cases is judged.
    """
    cases = judged_cases(cases, seed)
    fold = fold_of_each(cases, seed)
    served, trend = np.zeros((2, len(cases)))
    nothing = Shown(0.0, np.zeros_like(shown.prices), shown.unit)
    for number, weights in enumerate(folds):
        rows = np.flatnonzero(fold == number)
        served[rows] = _hits(score_blend(parts, weights), cases.part(rows), shown, seed)
        trend[rows] = _hits(parts["trend"], cases.part(rows), nothing, seed)
    lead = served - trend
    low, high = bootstrapped(lead, seed)
    return Proof(
        cases=len(cases),
        places=PLACES,
        held=float(served.mean()),
        best_sellers=float(trend.mean()),
        lead_low=low,
        lead_high=high,
    )


def _hits(score: Score, cases: Cases, shown: Shown, seed: int) -> np.ndarray:
    count = cases.right.shape[1]
    ties, found = tie_order(count, seed), [np.zeros(0)]
    for rows in batches(len(cases), count):
        part = cases.part(rows)
        ranked = varied(score(part.asked), part.barred, shown, PLACES)
        found.append(rank_cases(ranked, part.right, part.barred, ties, PLACES).hit)
    return np.concatenate(found)
