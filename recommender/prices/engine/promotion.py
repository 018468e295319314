"""What a promotion would bring of products beside the price that holds, as far as the stock lasts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.prices.engine.outlook import PriceDemand, drawn_outcomes, mean_between, with_luck

WEEK = 7


@dataclass(frozen=True, slots=True)
class PromotionTerms:
    """Of products [N]: prices that hold and that are promised, costs without tax, stock (inf where not counted)."""

    price: Sequence[float]
    promised: Sequence[float]
    cost: Sequence[float]
    stock: Sequence[float]
    tax_share: float
    days: int
    days_before: int
    days_after: int


@dataclass(frozen=True, slots=True)
class PromotionOutlook:
    """Outlooks [N, 3, 3] (units, revenue, margin; mean and 95 % interval) at the price that holds, at the one promised
    and in the days after; the extra margin [N, 3]; the stock left on the first day and the share of draws in which it
    lasts [N].
    """

    usual: np.ndarray
    reduced: np.ndarray
    after: np.ndarray
    gain: np.ndarray
    stock: np.ndarray
    lasts: np.ndarray


def promotion_outlook(demand: PriceDemand, terms: PromotionTerms) -> PromotionOutlook:
    """Return what products would bring; what stock does not hold is not sold."""
    grid, cost = np.column_stack([terms.price, terms.promised]), np.array(terms.cost)
    lift = np.array([0.0, demand.lift])
    units = _units(demand, terms, grid, terms.days, np.exp(lift))
    expected = units[:, 0].mean(axis=1) / max(terms.days, 1) * terms.days_before
    stock = np.maximum(np.array(terms.stock) - expected, 0)
    sold = np.minimum(units, stock[:, None, None])
    after = _units(demand, terms, grid[:, :1], terms.days_after, np.ones(1))[:, 0]
    net = grid / (1 + terms.tax_share)
    margin = sold * (net - cost[:, None])[:, :, None]
    return PromotionOutlook(
        usual=_outlooks(sold[:, 0], net[:, 0], cost),
        reduced=_outlooks(sold[:, 1], net[:, 1], cost),
        after=_outlooks(after, net[:, 0], cost),
        gain=mean_between(margin[:, 1] - margin[:, 0]),
        stock=stock,
        lasts=np.asarray((units[:, 1] <= stock[:, None]).mean(axis=1)),
    )


def _units(demand: PriceDemand, terms: PromotionTerms, grid: np.ndarray, days: int, lifted: np.ndarray) -> np.ndarray:
    """Return [N, G, D] of units that may sell in so many days at points [N, G], lifted by announcing them [G]."""
    weeks = np.full(len(grid), days / WEEK)
    drawn = drawn_outcomes(demand, np.array(terms.price), grid, np.array(terms.cost), terms.tax_share, weeks)
    return with_luck(drawn.units * lifted[:, None], demand.dispersion, weeks)


def _outlooks(units: np.ndarray, net: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """Return [N, 3, 3] of draws of units [N, D]."""
    parts = (units, units * net[:, None], units * (net - cost)[:, None])
    return np.stack([mean_between(part) for part in parts], axis=1)
