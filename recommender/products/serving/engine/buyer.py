"""What goes with what a buyer, cart or visit holds: each fitted signal at some rows, on its scale over all products."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import sqrt

import numpy as np

from recommender.products.data.engine.arrays import distinct
from recommender.products.data.engine.recency import (
    FADE,
    HALF_LIFE_DAYS,
    MOST_BOUGHT,
    STEPS_BACK,
    WEEK,
    dueness,
    in_season,
)
from recommender.products.data.engine.schema import ModelArray, ModelArrays
from recommender.products.serving.engine.signals import ALS_CONFIDENCE, FOLLOWED, MOST_ALS_WEIGHT, SHARED, WALKED
from recommender.products.types import Purpose

MOST_HELD, MOST_VIEWED, MOST_CANDIDATES = 100, 10, 500
BEST_SELLERS = 100
# By their own spread, a buyer's one purchase would speak as loud as another's hundred. Beyond ten, orders say no more.
SURE_SIGNALS, USUALLY_HELD, MOST_SURE = ("buy_again", "rebought"), 20, 10.0
LEAST_SPREAD = 1e-9  # of a signal that says the same of all products, and so nothing
# Tables of links whose products are worth ranking beside best sellers for who holds a product.
LINK_TABLES: Mapping[Purpose, tuple[ModelArray, ...]] = {
    Purpose.NEXT: ("together_links", "following_links", "ease_links"),
    Purpose.NEW: ("together_links", "following_links", "ease_links"),
    Purpose.CART: ("together_links", "basket_ease_links"),
}


@dataclass(frozen=True)
class BuyerHistory:
    """What a buyer had, or a cart or visit holds: rows weighted by how long ago, by how many orders, the newest day.

    `by_season` has what was bought about a year before the coming weeks, `times` how often each was bought.
    `country` is a place in the model's list of countries, -1 for none of them.
    """

    by_days: Mapping[int, float]
    by_steps: Mapping[int, float] = field(default_factory=dict)
    days_ago: Mapping[int, float] = field(default_factory=dict)
    by_season: Mapping[int, float] = field(default_factory=dict)
    country: int = -1
    times: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def weights(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows, int32, and how much each weighs by its days, float32."""
        return _weights_of(self.by_days)


Entries = tuple[np.ndarray, np.ndarray]  # rows and values of a signal that is nought but there; equal rows add up


@dataclass(slots=True)
class _Signal:
    """What a signal says of some rows, and its mean and spread over all products."""

    at: Callable[[np.ndarray], np.ndarray]
    mean: float
    spread: float


def buyer_history(bought: Sequence[tuple[int, float]], country: int = -1) -> BuyerHistory:
    """Return what was bought, (row, days ago) each, with its weights; the newest hundred products count."""
    if not bought:
        return BuyerHistory({}, country=country)
    by_days: dict[int, float] = {}
    by_steps: dict[int, float] = {}
    days_ago: dict[int, float] = {}
    by_season: dict[int, float] = {}
    # Of a purchase the time is known and not the order, so what was bought at one time is one step.
    times = sorted({ago for _, ago in bought})
    steps = {ago: step for step, ago in enumerate(times)}
    seasons = dict(zip(times, in_season(np.array(times)).tolist(), strict=True))
    for row, ago in sorted(bought, key=lambda entry: (entry[1], entry[0])):
        # The newest hundred say enough, and bound what a shelf costs whoever asks.
        if row not in days_ago and len(days_ago) == MOST_HELD:
            continue
        by_days[row] = by_days.get(row, 0.0) + 0.5 ** (ago / HALF_LIFE_DAYS)
        days_ago.setdefault(row, ago)
        if steps[ago] < STEPS_BACK:
            by_steps.setdefault(row, FADE ** steps[ago])
        if seasons[ago]:
            by_season[row] = by_season.get(row, 0.0) + seasons[ago]
    # What was bought at one time was bought once; of a history that is cut off nobody knows how often.
    often = Counter(row for row, _ago in set(bought)) if len(bought) < MOST_BOUGHT else {}
    return BuyerHistory(by_days, by_steps, days_ago, by_season, country, often)


def cart_history(rows: Sequence[int]) -> BuyerHistory:
    """Return what lies in a cart, where nothing is older than anything else."""
    return BuyerHistory(dict.fromkeys(rows, 1.0))


def visit_history(rows: Sequence[int]) -> BuyerHistory:
    """Return what a visit looked at, the newest first and each row once; ten count, older ones less."""
    return BuyerHistory({row: FADE**place for place, row in enumerate(rows[:MOST_VIEWED])})


def ranked_rows(
    arrays: ModelArrays, purpose: Purpose, weights: Mapping[str, float], held: BuyerHistory, excluded: np.ndarray
) -> tuple[np.ndarray, Mapping[str, np.ndarray]]:
    """Return the rows [m] worth ranking for who holds something, and what each fitted signal adds to them.

    They are ascending, but not those of a visit. Of what is `excluded` (bool [n]) there is none. `weights` are those
    served for the purpose; see `buyer_parts`.
    """
    if purpose == Purpose.VISIT:
        return _visit_parts(arrays, weights, held, excluded)
    rows = _candidate_rows(arrays, purpose, held, excluded)
    return rows, buyer_parts(arrays, weights, held, rows)


def _candidate_rows(arrays: ModelArrays, purpose: Purpose, held: BuyerHistory, excluded: np.ndarray) -> np.ndarray:
    """Return all rows of a small shop, else what fitted tables link to what is held.

    What is linked most often comes first where there is more than can be ranked; best sellers always are among them,
    and the newest of what nobody bought yet in places left. To buy again only what is held is worth ranking.
    """
    count, own = len(arrays["trend"]), np.array(sorted(held.by_days), np.int64)
    own = own[~excluded[own]]
    if purpose == Purpose.AGAIN:
        return np.asarray(own)
    # A small shop is ranked whole: gathering would cost more than it saves.
    if count <= MOST_CANDIDATES:
        return np.flatnonzero(~excluded)
    # (held, links) of each table: a gather of few rows.
    linked = np.concatenate([arrays[name][list(held.by_days)].ravel() for name in LINK_TABLES[purpose]])
    linked_rows, where = distinct(linked[~excluded[linked]], count)
    # Best sellers are always among them, so that no buyer is left with an empty shelf.
    sellers = arrays["selling_order"][:BEST_SELLERS]
    sellers = sellers[~excluded[sellers]]
    # What they hold and what sells has its place; links share what is left of the five hundred.
    room = MOST_CANDIDATES - len(own) - len(sellers)
    strongest = linked_rows[np.argsort(-np.bincount(where), kind="stable")[:room]]
    rows, _where = distinct(np.concatenate([own, sellers, strongest]), count)
    # What nobody bought yet is linked to little, so the newest of it take the places that are left.
    left = MOST_CANDIDATES - len(rows)
    untried = np.flatnonzero((arrays["popular"] == 0) & ~excluded)[-left:] if left else rows[:0]
    return distinct(np.concatenate([rows, untried]), count)[0]


def _visit_parts(
    arrays: ModelArrays, weights: Mapping[str, float], held: BuyerHistory, excluded: np.ndarray
) -> tuple[np.ndarray, Mapping[str, np.ndarray]]:
    """Return what was looked at and what visits link to it, of which alone something can be said, and its parts.

    All signals go together, one line of an array each; they are standardised as those of buyers are.
    """
    count, (had, fading), names = len(excluded), held.weights, [name for name, weight in weights.items() if weight]
    # (views, tables, 50): what leads on from each view, the newest first. Unfilled places have weight nought.
    linked, values = (arrays[name].take(had, axis=0) for name in ("visit_links", "visit_weights"))
    values = values.astype(np.float32) * fading[:, None, None]
    own = had if "seen" in names else had[:0]
    rows, where = distinct(np.concatenate([linked.ravel(), own]), count, ascending=False)
    seen, where = where[linked.size :], where[: linked.size].reshape(linked.shape)
    # (tables, rows): the places of each table follow those of the one before.
    places = where + np.arange(linked.shape[1])[:, None] * len(rows)
    tables = np.bincount(places.ravel(), values.ravel(), linked.shape[1] * len(rows)).reshape(-1, len(rows))
    last = np.bincount(where[0, FOLLOWED], values[0, FOLLOWED], len(rows))
    others = {"viewed_next": last, "seen": np.bincount(seen, fading[: len(seen)], len(rows))}
    # (signals, rows), and of each signal its moments over all products, most of which have none of it.
    totals = np.array([others[name] if name in others else tables[_TABLES[name]] for name in names], np.float32)
    means = totals.sum(axis=1, keepdims=True) / count
    squares = np.einsum("ij,ij->i", totals, totals) / count
    scales = [_scale(weights[name], _spread(*of)) for name, *of in zip(names, means[:, 0].tolist(), squares.tolist())]
    # What speaks against a product brings it nowhere.
    shown = np.flatnonzero((totals > 0).any(axis=0) & ~excluded[rows])
    parts = (totals.take(shown, axis=1) - means) * np.array(scales, np.float32)[:, None]
    return rows[shown], dict(zip(names, parts, strict=True))


def buyer_parts(
    arrays: ModelArrays, weights: Mapping[str, float], held: BuyerHistory, rows: np.ndarray
) -> Mapping[str, np.ndarray]:
    """Return what each fitted signal adds to the score of `rows`, float32; `weights` are those served for the purpose.

    Signals are standardised over all products, as the weights were tuned, but for what was had: that is measured by the
    spread of twenty products bought once, whoever asks, so that many orders of a thing say more than one. A signal that
    says the same of all products adds nothing.
    """
    parts = {}
    for name, weight in weights.items():
        if weight and name in _ENTRIES:
            linked, values = _ENTRIES[name](arrays, held)
            values = np.minimum(values, MOST_SURE) if name in SURE_SIGNALS else values
            signal = np.zeros(len(arrays["trend"]), np.float32)
            # `np.add.at` and not `+=`: several held products may lead to one row.
            np.add.at(signal, linked, values)
            mean, spread = _moments(values, signal[linked], len(signal))
            if name in SURE_SIGNALS and spread > LEAST_SPREAD:
                spread = sqrt(USUALLY_HELD / len(signal))
            parts[name] = _standardised(signal[rows], weight, mean, spread)
        elif weight and name in _SIGNALS:
            dense = _SIGNALS[name](arrays, held)
            parts[name] = _standardised(dense.at(rows), weight, dense.mean, dense.spread)
    return parts


def _standardised(values: np.ndarray, weight: float, mean: float, spread: float) -> np.ndarray:
    return np.asarray(_scale(weight, spread) * (values - mean), np.float32)


def _scale(weight: float, spread: float) -> float:
    """Return what a signal of a spread is multiplied with to have a weight; a signal without one says nothing."""
    return weight / spread if spread > LEAST_SPREAD else 0.0


def _moments(values: np.ndarray, totals: np.ndarray, count: int) -> tuple[float, float]:
    """Return the mean and the spread of a signal of so many products from its few entries: `totals` of their rows."""
    mean = float(values.sum(dtype=np.float64)) / count
    # A row's total squared is the sum of its values times it.
    return mean, _spread(mean, float(values @ totals) / count)


def _spread(mean: float, square: float) -> float:
    """Return the standard deviation from the means of a value and of its square."""
    # Rounding may leave a variance a hair below nought.
    return sqrt(max(square - mean * mean, 0.0))


def _had(arrays: ModelArrays, held: BuyerHistory) -> Entries:
    return held.weights


def _had_in_season(arrays: ModelArrays, held: BuyerHistory) -> Entries:
    return _weights_of(held.by_season)


def _had_and_selling(arrays: ModelArrays, held: BuyerHistory) -> Entries:
    rows, weights = held.weights
    return rows, weights * np.sqrt(arrays["trend"][rows], dtype=np.float32)


def _had_and_rebought(arrays: ModelArrays, held: BuyerHistory) -> Entries:
    rows, weights = held.weights
    return rows, weights * arrays["rebought"][rows]


def _selling(arrays: ModelArrays, held: BuyerHistory) -> _Signal:
    return _selling_in(arrays, arrays["trend"], 0)


def _selling_there(arrays: ModelArrays, held: BuyerHistory) -> _Signal:
    """Trend in the buyer's country, nothing where it is none of the main ones."""
    if held.country < 0:
        return _Signal(lambda rows: np.zeros(len(rows), np.float32), 0.0, 0.0)
    return _selling_in(arrays, arrays["trend_countries"][:, held.country], 1 + held.country)


def _selling_in(arrays: ModelArrays, values: np.ndarray, place: int) -> _Signal:
    mean, spread = arrays["trend_moments"][place]
    return _Signal(lambda rows: values[rows].astype(np.float32), float(mean), float(spread))


def _due(arrays: ModelArrays, held: BuyerHistory) -> Entries:
    rows, days = _weights_of(held.days_ago)
    # Half a day at least, as in training: what was just bought is not infinitely late.
    due = dueness(np.maximum(days, 0.5), arrays["rhythm"][rows], arrays["repeats"][rows])
    return rows, due.astype(np.float32)


def _selling_of_its_kind(arrays: ModelArrays, held: BuyerHistory) -> _Signal:
    """What sells in the categories that the buyer holds; the last of the shares stands for no category."""
    had, weights = held.weights
    kinds, selling, sums = arrays["kinds"], arrays["trend_windows"], arrays["kind_sums"]
    own = kinds[had]
    shares = np.zeros(len(sums) + 1, np.float32)
    # `np.add.at` and not `+=`: a category that several held products share must add up.
    np.add.at(shares, own, np.where(own >= 0, weights[:, None], 0))
    # The slot of -1, for products without a category, must not add anything.
    shares[-1] = 0
    one, other = arrays["kind_pairs"].T
    mean = float(shares[:-1] @ sums) / len(kinds)
    square = float((shares[one] * shares[other]) @ arrays["kind_squares"]) / len(kinds)
    return _Signal(lambda rows: shares[kinds[rows]].sum(axis=1) * selling[rows, WEEK], mean, _spread(mean, square))


def _weights_of(held: Mapping[int, float]) -> Entries:
    return np.array(list(held), np.int32), np.array(list(held.values()), np.float32)


def _by_points(arrays: ModelArrays, held: BuyerHistory) -> _Signal:
    had, weights = held.weights
    place = weights @ arrays["points"][had].astype(np.float32) / max(float(weights.sum()), 1e-9)
    return _projected(arrays["points"], arrays["points_moments"], place, arrays["biases"])


def _by_fit(arrays: ModelArrays, held: BuyerHistory) -> _Signal:
    had, weights = held.weights
    near = arrays["points"][had].astype(np.float32)
    place = fitting_point(near, weights, arrays["points_common"], 1.0, 0.0)
    return _projected(arrays["points"], arrays["points_moments"], place)


def _by_als(arrays: ModelArrays, held: BuyerHistory) -> _Signal:
    had, weights = held.weights
    near = arrays["als_points"][had].astype(np.float32)
    place = fitting_point(near, np.minimum(weights, MOST_ALS_WEIGHT), arrays["als_common"], ALS_CONFIDENCE, 1.0)
    return _projected(arrays["als_points"], arrays["als_moments"], place)


def _by_likeness(arrays: ModelArrays, held: BuyerHistory) -> _Signal:
    had, weights = held.weights
    place = weights @ arrays["directions"][had].astype(np.float32)
    return _projected(arrays["directions"], arrays["directions_moments"], place)


def _projected(points: np.ndarray, moments: np.ndarray, place: np.ndarray, biases: np.ndarray | None = None) -> _Signal:
    """Return the products of points [n, d] with one, and biases; `moments` are those of (points, biases, 1)."""
    whole = np.zeros(len(moments))
    whole[: len(place)] = place
    whole[len(place)] = biases is not None
    mean = float(moments[-1] @ whole)

    def at(rows: np.ndarray) -> np.ndarray:
        scores = points[rows].astype(np.float32) @ place
        return np.asarray(scores if biases is None else scores + biases[rows])

    return _Signal(at, mean, _spread(mean, float(whole @ moments @ whole)))


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


def _linked(links: ModelArray, values: ModelArray) -> Callable[[ModelArrays, BuyerHistory], Entries]:
    return lambda arrays, held: _links_of(arrays, links, values, held.weights)


def _following(arrays: ModelArrays, held: BuyerHistory) -> Entries:
    return _links_of(arrays, "following_links", "following_weights", _weights_of(held.by_steps))


def _links_of(arrays: ModelArrays, links: ModelArray, values: ModelArray, held: Entries) -> Entries:
    had, weights = held
    # Unfilled places have weight nought and add nothing.
    return arrays[links][had].ravel(), (weights[:, None] * arrays[values][had]).ravel()


# Signals of the few products that are held, or linked to what is.
_ENTRIES: Mapping[str, Callable[[ModelArrays, BuyerHistory], Entries]] = {
    "again_now": _had_and_selling,
    "buy_again": _had,
    "rebought": _had_and_rebought,
    "season": _had_in_season,
    "due": _due,
    "ease": _linked("ease_links", "ease_weights"),
    "basket_ease": _linked("basket_ease_links", "basket_ease_weights"),
    "together": _linked("together_links", "together_weights"),
    "sequence": _following,
}
# Which table of links signals of a visit are read from.
_TABLES = {"viewed": FOLLOWED, "viewed_ease": SHARED, "viewed_walk": WALKED}
# Signals of every product.
_SIGNALS: Mapping[str, Callable[[ModelArrays, BuyerHistory], _Signal]] = {
    "trend": _selling,
    "similar": _by_likeness,
    "lightfm": _by_points,
    "lightfm_fit": _by_fit,
    "als": _by_als,
    "country": _selling_there,
    "kind": _selling_of_its_kind,
}
