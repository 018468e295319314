"""The proof that a merchant is shown: how often the places shown would have held what was bought in the last weeks.

Each quarter of the cases is judged with weights tuned on the other three, with the diversity that is served, beside
the best sellers of the two weeks before and the strongest simple rule, which is what the lead is over.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from recommender.products.data.engine.arrays import batches
from recommender.products.evaluation.engine.blend import fold_of_each, judged_cases
from recommender.products.evaluation.engine.metrics import bootstrapped, rank_cases, tie_order
from recommender.products.evaluation.engine.popularity import Diversification, diversify
from recommender.products.evaluation.engine.queries import Parts, Score
from recommender.products.evaluation.engine.split import EvaluationCases
from recommender.products.types import Proof

PLACES = 8


def prove(
    parts: Parts,
    simple: Mapping[str, float],
    folds: Sequence[Mapping[str, float]],
    cases: EvaluationCases,
    diversification: Diversification,
    seed: int,
) -> Proof:
    """Return in what share of the cases that the gate judged the places would have held a product that was bought.

    `folds` are the weights with which each quarter of the cases is judged, `simple` those of the strongest simple rule.
    """
    cases = judged_cases(cases, seed)
    fold = fold_of_each(cases, seed)
    served = np.zeros(len(cases))
    # Best sellers are shown as they are, without penalties that were made for another score.
    nothing = Diversification(0.0, np.zeros_like(diversification.penalties), diversification.unit)
    for number, weights in enumerate(folds):
        rows = np.flatnonzero(fold == number)
        # Judged with weights from the other quarters, as the gate judged.
        served[rows] = _hits(parts.blended(weights), cases.part(rows), diversification, seed)
    sellers, rule = (_hits(parts.blended(one), cases, nothing, seed) for one in ({"trend": 1.0}, simple))
    # Case by case, so that what makes a case easy for both cancels out.
    lead = served - rule
    low, high = bootstrapped(lead, cases.clusters, seed)
    return Proof(
        cases=len(cases),
        places=PLACES,
        held=float(served.mean()),
        best_sellers=float(sellers.mean()),
        simple=float(rule.mean()),
        lead_low=low,
        lead_high=high,
    )


def _hits(score: Score, cases: EvaluationCases, diversification: Diversification, seed: int) -> np.ndarray:
    count = cases.right.shape[1]
    # An empty part first, so that no cases at all are no hits and not an error.
    ties, hits = tie_order(count, seed), [np.zeros(0)]
    for rows in batches(len(cases), count):
        part = cases.part(rows)
        ranked = diversify(score(part.queries), part.excluded, diversification, PLACES)
        hits.append(rank_cases(ranked, part.right, part.excluded, ties, PLACES).hit)
    return np.concatenate(hits)
