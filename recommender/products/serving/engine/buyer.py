"""What a buyer may take next: each fitted signal at some rows, on the scale that it has over all products."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.products.data.engine.recency import FADE, HALF_LIFE_DAYS, STEPS_BACK, WEEK, dueness
from recommender.products.data.engine.schema import ModelArray, ModelArrays
from recommender.products.serving.engine.signals import ALS_CONFIDENCE

MOST_HELD, MOST_CANDIDATES = 100, 500
MEASURED_ROWS = 2048  # of which mean and spread of a signal are taken
BEST_SELLERS = 100
# Tables of links whose products are worth ranking for who holds a product.
LINK_TABLES: tuple[ModelArray, ...] = ("related_items", "following_links", "ease_links")
Signal = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True)
class BuyerHistory:
    """What a buyer had: rows weighted by how many days ago, and by how many orders ago, and the newest day each.

    `country` is a place in the model's list of countries, -1 for none of them.
    """

    by_days: Mapping[int, float]
    by_steps: Mapping[int, float]
    days_ago: Mapping[int, float]
    country: int = -1


def buyer_history(bought: Sequence[tuple[int, float]], country: int = -1) -> BuyerHistory:
    """Return what was bought, (row, days ago) each, with its weights; the newest hundred products count."""
    by_days: dict[int, float] = {}
    by_steps: dict[int, float] = {}
    days_ago: dict[int, float] = {}
    # Of a purchase the time is known and not the order, so what was bought at one time is one step.
    times = sorted({ago for _, ago in bought})
    steps = {ago: step for step, ago in enumerate(times)}
    for row, ago in sorted(bought, key=lambda entry: entry[1]):
        # The newest hundred say enough, and bound what a shelf costs whoever asks.
        if row not in days_ago and len(days_ago) == MOST_HELD:
            continue
        by_days[row] = by_days.get(row, 0.0) + 0.5 ** (ago / HALF_LIFE_DAYS)
        days_ago.setdefault(row, ago)
        if steps[ago] < STEPS_BACK:
            by_steps.setdefault(row, FADE ** steps[ago])
    return BuyerHistory(by_days, by_steps, days_ago, country)


def buyer_candidates(arrays: ModelArrays, held: BuyerHistory) -> np.ndarray:
    """Return the rows worth ranking for a buyer: all of a small shop, else what fitted tables link to what they hold.

    What is linked most often comes first where there is more than can be ranked; best sellers always are among them.
    """
    count, rows = len(arrays["trend"]), list(held.by_days)
    # A small shop is ranked whole: gathering would cost more than it saves.
    if count <= MOST_CANDIDATES:
        return np.arange(count)
    # (held, 50) of each table: a gather of few rows, never a pass over all products.
    tables = [arrays[name][rows].ravel() for name in LINK_TABLES]
    linked = np.concatenate(tables)
    linked_rows, times = np.unique(linked[linked >= 0], return_counts=True)
    # Best sellers are always among them, so that no buyer is left with an empty shelf.
    sellers = arrays["selling_order"][:BEST_SELLERS]
    # What they hold and what sells has its place; links share what is left of the five hundred.
    room = MOST_CANDIDATES - len(rows) - len(sellers)
    strongest = linked_rows[np.argsort(-times, kind="stable")[:room]]
    return np.unique(np.concatenate([np.array(rows, np.int64), sellers, strongest]))


def buyer_parts(
    arrays: ModelArrays, weights: Mapping[str, float], held: BuyerHistory, rows: np.ndarray
) -> Mapping[str, np.ndarray]:
    """Return what each fitted signal adds to the score of `rows`; `weights` are those served for the purpose.

    Signals are standardised over all products, or over 2,048 of them, evenly spread, where there are more.
    """
    count = len(arrays["trend"])
    # Mean and spread of a sample are near enough, and cost the same in a shop of any size.
    measured = np.linspace(0, count - 1, min(count, MEASURED_ROWS)).astype(np.int64)
    parts = {}
    for name, weight in weights.items():
        if weight and name in _SIGNALS:
            signal = _SIGNALS[name](arrays, held)
            # Standardised as in training, else the served weights would mean something else.
            usual = signal(measured)
            spread = max(float(usual.std()), 1e-12)
            parts[name] = (weight * (signal(rows) - usual.mean()) / spread).astype(np.float32)
    return parts


def _column(values: np.ndarray) -> Signal:
    return lambda rows: np.asarray(values[rows], np.float32)


def _spread(count: int, held: Mapping[int, float]) -> np.ndarray:
    values = np.zeros(count, np.float32)
    values[list(held)] = list(held.values())
    return values


def _had(arrays: ModelArrays, held: BuyerHistory) -> Signal:
    return _column(_spread(len(arrays["trend"]), held.by_days))


def _had_and_selling(arrays: ModelArrays, held: BuyerHistory) -> Signal:
    own = _spread(len(arrays["trend"]), held.by_days)
    return lambda rows: own[rows] * np.sqrt(arrays["trend"][rows]).astype(np.float32)


def _selling(arrays: ModelArrays, held: BuyerHistory) -> Signal:
    return _column(arrays["trend"])


def _due(arrays: ModelArrays, held: BuyerHistory) -> Signal:
    rows, days = _weights_of(held.days_ago)
    # Half a day at least, as in training: what was just bought is not infinitely late.
    due = dueness(np.maximum(days, 0.5), arrays["rhythm"][rows], arrays["repeats"][rows])
    return _column(_spread(len(arrays["trend"]), dict(zip(rows, due.tolist(), strict=True))))


def _selling_there(arrays: ModelArrays, held: BuyerHistory) -> Signal:
    """Trend in the buyer's country, nothing where it is none of the main ones."""
    if held.country < 0:
        return lambda rows: np.zeros(len(rows), np.float32)
    return _column(arrays["trend_countries"][:, held.country])


def _selling_of_its_kind(arrays: ModelArrays, held: BuyerHistory) -> Signal:
    """What sells in the categories that the buyer holds; the last of the shares stands for no category."""
    had, weights = _weights_of(held.by_days)
    kinds, selling = arrays["kinds"], arrays["trend_windows"]
    own = kinds[had]
    shares = np.zeros(int(kinds.max(initial=-1)) + 2, np.float32)
    # `np.add.at` and not `+=`: a category that several held products share must add up.
    np.add.at(shares, own, np.where(own >= 0, weights[:, None], 0))
    # The slot of -1, for products without a category, must not add anything.
    shares[-1] = 0
    return lambda rows: np.asarray(shares[kinds[rows]].sum(axis=1) * selling[rows, WEEK], np.float32)


def _weights_of(held: Mapping[int, float]) -> tuple[list[int], np.ndarray]:
    return list(held), np.array(list(held.values()), np.float32)


def _by_points(arrays: ModelArrays, held: BuyerHistory) -> Signal:
    had, weights = _weights_of(held.by_days)
    mean = weights @ arrays["points"][had].astype(np.float32) / max(float(weights.sum()), 1e-9)
    return lambda rows: np.asarray(arrays["points"][rows].astype(np.float32) @ mean + arrays["biases"][rows])


def _by_fit(arrays: ModelArrays, held: BuyerHistory) -> Signal:
    return _fitted(arrays["points"], arrays["points_common"], held, 1.0, 0.0)


def _by_als(arrays: ModelArrays, held: BuyerHistory) -> Signal:
    return _fitted(arrays["als_points"], arrays["als_common"], held, ALS_CONFIDENCE, 1.0)


def _fitted(points: np.ndarray, common: np.ndarray, held: BuyerHistory, confidence: float, certainty: float) -> Signal:
    """Place the buyer where they fit what they hold best; only the rows that they hold are read of the points."""
    had, weights = _weights_of(held.by_days)
    place = fitting_point(points[had].astype(np.float32), weights, common, confidence, certainty)
    return lambda rows: np.asarray(points[rows].astype(np.float32) @ place)


def fitting_point(
    near: np.ndarray, weights: np.ndarray, common: np.ndarray, confidence: float, certainty: float
) -> np.ndarray:
    """Return the point u of (common + sum c v v') u = sum (c + certainty) v over the rows v of `near`, float32 [d].

    c = confidence * weight. The one row of `solve_points` that a shopper waits for, worked out by numpy alone, so that
    web processes load no scipy; a test compares the two.
    """
    # Float32 throughout, as training solves it.
    sure = confidence * weights
    pulls = sure + certainty * (sure > 0)
    # (d, d): what all products say, plus sum c v v' of the few that are held.
    left = common + (near * sure[:, None]).T @ near
    return np.asarray(np.linalg.solve(left, pulls @ near), np.float32)


def _linked(links: ModelArray, values: ModelArray, by_steps: bool) -> Callable[[ModelArrays, BuyerHistory], Signal]:
    def signal(arrays: ModelArrays, held: BuyerHistory) -> Signal:
        had, weights = _weights_of(held.by_steps if by_steps else held.by_days)
        result = np.zeros(len(arrays["trend"]), np.float32)
        # Several held products may lead to one row; unfilled places have weight nought and add nothing.
        np.add.at(result, arrays[links][had], weights[:, None] * arrays[values][had])
        return _column(result)

    return signal


def _by_co_purchase(arrays: ModelArrays, held: BuyerHistory) -> Signal:
    had, weights = _weights_of(held.by_days)
    result = np.zeros(len(arrays["trend"]), np.float32)
    # (held, 50): orders in common over the root of the held product's own, for no artefact has the table of cosines.
    together = arrays["related_orders"][had] / np.sqrt(1.0 + arrays["popular"][had])[:, None]
    items = arrays["related_items"][had]
    # An empty place, -1, adds nought to row 0 rather than something to the last row.
    np.add.at(result, np.maximum(items, 0), np.where(items >= 0, weights[:, None] * together, 0))
    return _column(result)


_SIGNALS: Mapping[str, Callable[[ModelArrays, BuyerHistory], Signal]] = {
    "again_now": _had_and_selling,
    "buy_again": _had,
    "trend": _selling,
    "lightfm": _by_points,
    "lightfm_fit": _by_fit,
    "als": _by_als,
    "ease": _linked("ease_links", "ease_weights", by_steps=False),
    "due": _due,
    "country": _selling_there,
    "kind": _selling_of_its_kind,
    "sequence": _linked("following_links", "following_weights", by_steps=True),
    "together": _by_co_purchase,
}
