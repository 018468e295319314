"""Which price a product should have: the points that each rule leaves, and the one that surely brings more.

A point is judged by the lower quantile of what it brings beyond the price that holds, over draws of what is not known:
so a price is only changed where the change is likely to pay. What a fall costs the next announced reduction is in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, exp

import numpy as np

from recommender.prices.engine.endings import PriceEndings
from recommender.prices.engine.outlook import PriceDemand, drawn_outcomes, mean_between, with_luck

AT_ONCE = 250
REDUCED_WEEKS = 2.0  # how long a reduction lasts where none is planned


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the rules come to for all products; shares are of 1."""

    goal: str
    weeks: float
    largest_step: float
    least_margin: float
    ceiling: float
    tax_share: float
    caution: float


@dataclass(frozen=True, slots=True)
class PriceCase:
    """A product to be priced: amounts in cents, cost without tax; chance and depth of the reduction that may follow.

    `is_frozen` says that no price falls before it. `competitor` is the highest price beside a competitor's,
    `family` the lowest and the highest within the family; None is no end.
    """

    price: int
    cost: float
    usual: float
    reference: int
    stock: float
    chance: float
    depth: float
    is_frozen: bool = False
    reduction_weeks: float = REDUCED_WEEKS
    competitor: int | None = None
    family: tuple[int, int | None] = (0, None)


@dataclass(frozen=True, slots=True)
class LimitCount:
    """What a rule did to the points: how many there were, how many it left, the amount in cents that it goes by."""

    name: str
    before: int
    after: int
    cents: int | None


@dataclass(frozen=True, slots=True)
class PricePoints:
    """The points that rules left, the price that holds first, and what each rule did."""

    cents: list[int]
    counts: list[LimitCount]


@dataclass(frozen=True, slots=True)
class PriceChoice:
    """The point chosen, and what it brings beyond now (lower quantile, median, upper one); the outlook at both."""

    cents: int
    gain: float
    usual_gain: float
    high_gain: float
    now: list[list[float]]
    then: list[list[float]]
    is_by_reference: bool


def allowed_points(case: PriceCase, bounds: Bounds, endings: PriceEndings) -> PricePoints:
    """Return the points that the rules leave of a product's, rule by rule."""
    low, high = ceil(case.price * (1 - bounds.largest_step)), int(case.price * (1 + bounds.largest_step))
    points = [cents for cents in endings.points(low, high) if cents != case.price]
    counts = [
        LimitCount("largest_step", high - low + 1, high - low + 1, None),
        LimitCount("endings", high - low + 1, len(points), None),
    ]
    gross = 1 + bounds.tax_share
    least = ceil(case.cost * gross)
    wanted = ceil(case.cost * gross / max(1 - bounds.least_margin, 0.01))
    most = int(case.usual * bounds.ceiling)
    low_in_family, high_in_family = case.family
    rules: list[tuple[str, int | None, Callable[[int], bool]]] = [
        ("cost", least, lambda cents: cents >= least),
        ("least_margin", wanted, lambda cents: cents >= wanted),
        ("ceiling", most, lambda cents: cents <= most),
        ("competitor", case.competitor, lambda cents: case.competitor is None or cents <= case.competitor),
        ("family", high_in_family, lambda cents: cents >= low_in_family and cents <= (high_in_family or cents)),
        ("freeze", case.price if case.is_frozen else None, lambda cents: not case.is_frozen or cents > case.price),
    ]
    for name, cents, allows in rules:
        left = [point for point in points if allows(point)]
        counts.append(LimitCount(name, len(points), len(left), cents))
        points = left
    return PricePoints([case.price, *points], counts)


def choose_prices(
    cases: Sequence[PriceCase], points: Sequence[Sequence[int]], demand: PriceDemand, bounds: Bounds
) -> list[PriceChoice]:
    """Return the choice of each case among its points, of which the first is the price that holds."""
    found: list[PriceChoice] = []
    for first in range(0, len(cases), AT_ONCE):
        rows = slice(first, first + AT_ONCE)
        found += _choose(cases[rows], points[rows], demand.of(np.arange(len(cases))[rows]), bounds)
    return found


def _choose(
    cases: Sequence[PriceCase], points: Sequence[Sequence[int]], demand: PriceDemand, bounds: Bounds
) -> list[PriceChoice]:
    longest = max(map(len, points))
    grid = np.array([[*row, *[row[0]] * (longest - len(row))] for row in points], dtype=float)
    price, cost = grid[:, 0], np.array([case.cost for case in cases])
    weeks = np.full(len(cases), bounds.weeks)
    drawn = drawn_outcomes(demand, price, grid, cost, bounds.tax_share, weeks)
    alone = _gains(bounds, cases, grid, drawn.units, drawn.revenue if bounds.goal == "revenue" else drawn.margin)
    after = _next_reduction(cases, grid, demand, bounds, cost)
    gains = alone if bounds.goal == "clearing" else alone + after - after[:, :1]
    cautious, usual, high = np.quantile(gains, [bounds.caution, 0.5, 1 - bounds.caution], axis=2)
    best = cautious.argmax(axis=1)
    unaware = np.quantile(alone, bounds.caution, axis=2).argmax(axis=1)
    units = with_luck(drawn.units, demand.dispersion, weeks)
    if bounds.goal == "clearing":
        units = np.minimum(units, _stock(cases))
    net = grid / (1 + bounds.tax_share)
    found = []
    for row, (case, place) in enumerate(zip(cases, best.tolist(), strict=True)):
        at = [_outlook(units[row, one], float(net[row, one]), case.cost) for one in (0, place)]
        found.append(
            PriceChoice(
                int(grid[row, place]),
                float(cautious[row, place]),
                float(usual[row, place]),
                float(high[row, place]),
                at[0],
                at[1],
                bool(unaware[row] != best[row]),
            )
        )
    return found


def _gains(
    bounds: Bounds, cases: Sequence[PriceCase], grid: np.ndarray, units: np.ndarray, brought: np.ndarray
) -> np.ndarray:
    """Return [N, G, D] of what points bring beyond the first; for clearing what is paid for the stock."""
    if bounds.goal != "clearing":
        return np.asarray(brought - brought[:, :1])
    # Stock is paid for: what a unit cost is lost where it stays.
    paid = np.minimum(units, _stock(cases)) * grid[:, :, None] / (1 + bounds.tax_share)
    return np.asarray(paid - paid[:, :1])


def _stock(cases: Sequence[PriceCase]) -> np.ndarray:
    return np.array([case.stock for case in cases])[:, None, None]


def _next_reduction(
    cases: Sequence[PriceCase], grid: np.ndarray, demand: PriceDemand, bounds: Bounds, cost: np.ndarray
) -> np.ndarray:
    """Return [N, G, D] of what the next announced reduction brings, by its chance: it starts from the lowest price of
    thirty days, which a lower price lowers.
    """
    reference = np.array([float(case.reference) for case in cases])[:, None]
    depth = np.array([exp(-case.depth) for case in cases])[:, None]
    chance = np.array([case.chance for case in cases])[:, None, None]
    announced = np.minimum(reference, grid) * depth
    weeks = np.array([case.reduction_weeks for case in cases])
    drawn = drawn_outcomes(demand, grid[:, 0], announced, cost, bounds.tax_share, weeks)
    return np.asarray(chance * (drawn.revenue if bounds.goal == "revenue" else drawn.margin))


def _outlook(units: np.ndarray, net: float, cost: float) -> list[list[float]]:
    """Return units, revenue and margin, each with mean and interval, of draws [D] of units."""
    found: list[list[float]] = mean_between(np.stack([units, units * net, units * (net - cost)])).tolist()
    return found
