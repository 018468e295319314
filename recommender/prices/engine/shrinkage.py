"""Empirical Bayes: a product's elasticity is drawn to its category's, and that to the shop's.

What a product's own weeks say is a normal distribution of its elasticity and of what a promotion adds beyond the price;
the latter, the lift, is one for the shop. Given the two variances all means follow at once (a linear system that is
solved by elimination); the variances follow by EM. Nothing is drawn at random.
"""

from dataclasses import dataclass

import numpy as np

ROUNDS = 60
LEAST_VARIANCE = 1e-3
FIRST_WITHIN, FIRST_BETWEEN = 0.25, 0.1
SURE = 3.0  # standard errors: a lift that is less sure is taken for none


@dataclass(frozen=True, slots=True)
class OwnEvidence:
    """What products' own weeks say of (elasticity, lift), all else integrated out: [P, 2, 2] and score [P, 2]."""

    information: np.ndarray
    score: np.ndarray

    def without_lift(self) -> "OwnEvidence":
        """Return the same where a promotion adds nothing beyond its price."""
        information, score = self.information.copy(), self.score.copy()
        information[:, 0, 1] = information[:, 1, 0] = 0
        information[:, 1, 1], score[:, 1] = 1, 0
        return OwnEvidence(information, score)


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Elasticities [P] with their variances, by category [C], and the shop's; variances within and between categories.

    `lift` is what a promotion adds to the log of units beyond its price, with its standard error.
    """

    elasticity: np.ndarray
    variance: np.ndarray
    of_category: np.ndarray
    of_shop: float
    within: float
    between: float
    lift: float
    lift_error: float


def shrink(evidence: OwnEvidence, category: np.ndarray, categories: int) -> Shrunk:
    """Return what is believed of each product; a lift that is not sure is left out."""
    found = _shrink(evidence, category, categories)
    if abs(found.lift) > SURE * found.lift_error:
        return found
    return _shrink(evidence.without_lift(), category, categories)


def _shrink(evidence: OwnEvidence, category: np.ndarray, categories: int) -> Shrunk:
    within, between = FIRST_WITHIN, FIRST_BETWEEN
    for _ in range(ROUNDS):
        found, of_mean, gain = _means(evidence, category, categories, within, between)
        own = 1 / (evidence.information[:, 0, 0] + 1 / within)
        distance = (found.elasticity - found.of_category[category]) ** 2 + own + gain**2 * of_mean[category]
        # A product that says nothing only repeats what is believed, and slows the search.
        says = evidence.information[:, 0, 0] > 1e-9
        within = max(float(distance[says].mean()) if says.any() else within, LEAST_VARIANCE)
        has = np.bincount(category[says], minlength=categories) > 0
        spread = (found.of_category - found.of_shop) ** 2 + of_mean
        between = max(float(spread[has].mean()) if has.any() else between, LEAST_VARIANCE)
    return _means(evidence, category, categories, within, between)[0]


def _means(
    evidence: OwnEvidence, category: np.ndarray, categories: int, within: float, between: float
) -> tuple[Shrunk, np.ndarray, np.ndarray]:
    """Return all means under given variances, each category's variance, and how far products follow themselves."""
    (own, both), lifts = evidence.information[:, 0].T, evidence.information[:, 1, 1]
    own_score, lift_score = evidence.score.T
    drawn, held = 1 / within, 1 / between
    total = own + drawn
    # Elasticities are eliminated first, categories next; two equations, of shop and lift, are left.
    by_category = np.bincount(category, drawn * own / total, categories) + held
    cross = np.bincount(category, drawn * both / total, categories)
    right = np.bincount(category, drawn * own_score / total, categories)
    lift_information = (lifts - both**2 / total).sum() - (cross**2 / by_category).sum()
    lift_right = (lift_score - both * own_score / total).sum() - (cross * right / by_category).sum()
    shop_information = (held - held**2 / by_category).sum()
    mixed = (held * cross / by_category).sum()
    matrix = np.array([[shop_information, mixed], [mixed, lift_information]]) + 1e-9 * np.eye(2)
    covariance = np.linalg.inv(matrix)
    shop, lift = covariance @ [(held * right / by_category).sum(), lift_right]
    means = (right + held * shop - cross * lift) / by_category
    elasticity = (own_score - both * lift + drawn * means[category]) / total
    gain = own / total
    of_mean = 1 / by_category
    by_shop = drawn * (held / by_category)[category] / total
    by_lift = -(both + drawn * (cross / by_category)[category]) / total
    common = by_shop**2 * covariance[0, 0] + 2 * by_shop * by_lift * covariance[0, 1] + by_lift**2 * covariance[1, 1]
    variance = 1 / total + (1 - gain) ** 2 * of_mean[category] + common
    error = float(np.sqrt(covariance[1, 1]))
    return Shrunk(elasticity, variance, means, float(shop), within, between, float(lift), error), of_mean, gain
