"""What each shelf may show: at most 500 products of a shop, and what each part adds to their score."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from recommender.products.engine.buyer import Arrays, Held, buyer_candidates, buyer_parts
from recommender.products.engine.learning import AGAIN_PARTS, SELLING_PARTS, SHELF_PARTS
from recommender.products.engine.rules import Bound
from recommender.products.engine.sequences import FADE
from recommender.products.types import Purpose

FADING = 0.8  # of several anchors, each older one counts so much less
MOST_CANDIDATES, LEAST_ORDERS, NEW_DAYS = 500, 2, 30.0
SIGNAL_OF = {"beside": "together", "together": "together", "ease": "together", "trend": "trend", "similar": "similar"}
NOTHING = Held({}, {}, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit in rows of the model, the newest first; `day` is today in days since 1970, `country` a column, -1 none.

    `categories` are codes of the column of that name; `page` and `day` say when exploration shows something else.
    """

    beside: Sequence[int] = ()
    views: Sequence[int] = ()
    cart: Sequence[int] = ()
    disliked: Sequence[int] = ()
    held: Held = NOTHING
    categories: Sequence[int] = ()
    country: int = -1
    day: float = 0.0
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A visit, what was learnt, the facts of today beside it (columns by name, maybe absent), and what is barred.

    `rules` are the merchant's for this shelf, `untried` what may be explored, `standing` what has a place already;
    `variety` is what is tried instead of what the shop gives for it, in percent of accuracy.
    """

    arrays: Arrays
    columns: Arrays
    weights: Mapping[str, Mapping[str, float]]
    barred: np.ndarray
    visit: Visit
    rules: Bound
    untried: np.ndarray
    standing: tuple[int, ...] = ()
    variety: float | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """Distinct rows, what each signal adds to their score, and the rows that brought them there, -1 for none.

    `anchors` by kind: "beside" is what a row is a companion of, "viewed" what was looked at before it.
    """

    rows: np.ndarray
    parts: Mapping[str, np.ndarray] = field(default_factory=dict)
    anchors: Mapping[str, np.ndarray] = field(default_factory=dict)

    def scores(self) -> np.ndarray:
        """Return the sums of the parts, float32."""
        return np.asarray(sum(self.parts.values(), np.zeros(len(self.rows), np.float32)))

    def only(self, which: np.ndarray) -> "Candidates":
        """Return some of them: by a mask, or in an order."""
        parts, anchors = ({name: one[which] for name, one in kept.items()} for kept in (self.parts, self.anchors))
        return Candidates(self.rows[which], parts, anchors)


NONE = Candidates(np.zeros(0, np.int64))
Gather = Callable[[Question], Candidates]


def beside(question: Question) -> Candidates:
    """Companions of what stands on the page, by every part of the learnt blend."""
    return companions(question, question.visit.beside)


def similar(question: Question) -> Candidates:
    """What is like the product: its nearest by likeness among its companions, its category and what is viewed after."""
    if not question.visit.beside:
        return NONE
    anchor = int(question.visit.beside[0])
    pools = [question.arrays["shelf_companions"][anchor]]
    if "viewed_links" in question.arrays:
        pools.append(question.arrays["viewed_links"][anchor][question.arrays["viewed_weights"][anchor] > 0])
    if "category" in question.columns:
        code = question.columns["category"][anchor]
        pools.append(np.flatnonzero(question.columns["category"] == code)[:MOST_CANDIDATES] if code >= 0 else [])
    rows = _free(question, np.concatenate(pools))[:MOST_CANDIDATES]
    unit = question.arrays["directions"]
    likeness = unit[rows].astype(np.float32) @ unit[anchor].astype(np.float32)
    found = Candidates(rows, {"similar": likeness}, {"beside": np.full(len(rows), anchor)})
    return found.only(likeness > 0)


def together(question: Question) -> Candidates:
    """What was ordered with the product, twice at least, by the parts that come from orders."""
    if not question.visit.beside:
        return NONE
    anchor = int(question.visit.beside[0])
    found = companions(question, [anchor])
    orders = orders_with(question.arrays, anchor, found.rows)
    by_orders = Candidates(found.rows, {"together": found.parts["together"]}, found.anchors) if len(orders) else NONE
    return by_orders.only(orders >= LEAST_ORDERS)


def cart(question: Question) -> Candidates:
    """What completes the cart: its products count alike, for a cart has no order."""
    return companions(question, question.visit.cart, fading=1.0)


def for_you(question: Question) -> Candidates:
    """What the visit and the orders of a buyer point to, but what they looked at, hold in the cart or have."""
    visit = question.visit
    seen = list(dict.fromkeys([*visit.views, *visit.cart]))
    found = _joined(
        [companions(question, seen), _viewed_after(question, visit.views), _of_buyer(question, Purpose.NEW)]
    )
    return found.only(~np.isin(found.rows, [*visit.views, *visit.cart, *visit.held.by_days]))


def for_buyer(question: Question) -> Candidates:
    """What a buyer may take next by their orders alone, what they have among it."""
    return _of_buyer(question, Purpose.NEXT)


def viewed(question: Question) -> Candidates:
    """What others looked at after the last product that was looked at, else what goes with it."""
    if not question.visit.views:
        return NONE
    last = list(question.visit.views[:1])
    found = _viewed_after(question, last)
    found = found if len(found.rows) else companions(question, last)
    return found.only(~np.isin(found.rows, question.visit.views))


def again(question: Question) -> Candidates:
    """What the buyer had: it counts most when as much time went by as usually does between two orders of it."""
    held = question.visit.held
    rows = _free(question, np.array(list(held.by_days), np.int64))
    had = np.array([held.by_days[int(row)] for row in rows], np.float32)
    ago = np.array([held.days_ago[int(row)] for row in rows], np.float32)
    usual = question.arrays["rhythm"][rows] if "rhythm" in question.arrays else np.full(len(rows), np.nan, np.float32)
    due = np.where(usual > 0, 1 / (1 + np.abs(np.log(np.maximum(ago, 0.5) / np.maximum(usual, 0.5)))), 0.0)
    return Candidates(rows, {"again": had, "due": np.nan_to_num(due).astype(np.float32)})


def recent(question: Question) -> Candidates:
    """What was looked at, in that order, but the product of the page."""
    views = [row for row in question.visit.views if row not in question.visit.beside]
    rows = np.array([row for row in views if not question.barred[row]], np.int64)
    return Candidates(rows, {"recent": np.arange(len(rows), 0, -1, dtype=np.float32)})


def trending(question: Question) -> Candidates:
    """What sells this week, in a category or a country where the visit names one; in a quiet shop what ever sold.

    All products of the shop are looked through, in the order in which they sell there.
    """
    arrays, place = question.arrays, question.visit.country + 1
    rows = arrays["week_order"][place] if "week_order" in arrays else arrays["selling_order"]
    if question.visit.categories:
        rows = rows[np.isin(question.columns["category"][rows], question.visit.categories)]
    rows = rows[~question.barred[rows]][:MOST_CANDIDATES].astype(np.int64)
    popular = arrays["popular"][rows].astype(np.float32)
    lately = arrays["trend"][rows].astype(np.float32)
    parts = {"trend": lately, "popular": popular / (1 + popular.max(initial=0))}
    if "week" in arrays:
        week = arrays["week"][place][rows].astype(np.float32)
        parts["country" if place else "week"] = week * (1 + lately.max(initial=0))
    return Candidates(rows, parts).only(popular > 0)


def new(question: Question) -> Candidates:
    """What came into the shop in the last 30 days, the newest first."""
    if "created_day" not in question.columns:
        return NONE
    age = question.visit.day - question.columns["created_day"]
    rows = np.flatnonzero(is_new(question.columns, question.visit.day) & ~question.barred)
    rows = rows[np.argsort(age[rows], kind="stable")][:MOST_CANDIDATES]
    return Candidates(rows, {"new": (NEW_DAYS - age[rows]).astype(np.float32)})


def sale(question: Question) -> Candidates:
    """What costs less than its lowest price of the 30 days before the reduction, the greatest reduction first."""
    if "before" not in question.columns:
        return NONE
    price, before = question.columns["price"], question.columns["before"]
    rows = np.flatnonzero((before > price) & (price > 0) & ~question.barred)
    share = 1 - price[rows] / before[rows]
    rows, share = rows[share >= 0.01], share[share >= 0.01]
    most = np.argsort(-share, kind="stable")[:MOST_CANDIDATES]
    return Candidates(rows[most], {"sale": share[most].astype(np.float32)})


def companions(question: Question, anchors: Sequence[int], fading: float = FADING) -> Candidates:
    """Return companions of rows, the newest first; one of several anchors gets the sum of its scores.

    The anchor told of each is the one that it was most often ordered with.
    """
    if not len(anchors):
        return NONE
    arrays, rows = question.arrays, np.array(anchors, np.int64)
    found = arrays["shelf_companions"][rows]
    which, columns = np.nonzero((found >= 0) & _is_free(question, found, rows))
    products, where = np.unique(found[which, columns], return_inverse=True)
    shares = arrays["shelf_parts"][rows[which], columns].astype(np.float32) * fading ** which[:, None]
    told: dict[str, np.ndarray] = {}
    for name, share in zip(SHELF_PARTS, shares.T, strict=True):
        part = np.bincount(where, share, len(products)).astype(np.float32)
        told[SIGNAL_OF[name]] = told.get(SIGNAL_OF[name], 0) + part
    nearest = _strongest(where, arrays["shelf_orders"][rows[which], columns], rows[which])
    return _best(Candidates(products.astype(np.int64), told, {"beside": nearest}))


def is_new(columns: Arrays, day: float, rows: "np.ndarray | slice" = slice(None)) -> np.ndarray:
    """Return bool: True where a product, one of `rows`, came in the last 30 days; nobody knows without the column."""
    if "created_day" not in columns:
        return np.zeros(len(columns["available"][rows]), bool)
    age = day - columns["created_day"][rows]
    return np.asarray((age >= 0) & (age <= NEW_DAYS))


def untried_rows(arrays: Arrays, columns: Arrays, day: float, out: np.ndarray) -> np.ndarray:
    """Return the rows that may be explored: of what is not `out`, what is new or was never bought."""
    return np.flatnonzero((is_new(columns, day) | (arrays["popular"] == 0)) & ~out)


def orders_with(arrays: Arrays, anchor: int, rows: np.ndarray) -> np.ndarray:
    """Return in how many orders each of `rows` stood with the anchor, 0 for what is no companion of it."""
    found = arrays["shelf_companions"][anchor]
    same = found[None, :] == rows[:, None]
    return np.asarray((same * arrays["shelf_orders"][anchor][None, :]).max(axis=1, initial=0))


def _of_buyer(question: Question, purpose: Purpose) -> Candidates:
    held = question.visit.held
    if not held.by_days:
        return NONE
    rows = _free(question, buyer_candidates(question.arrays, held))
    shares = buyer_parts(question.arrays, question.weights[purpose.value], held, rows)
    return Candidates(rows, _told(shares, np.isin(rows, list(held.by_days))))


def _viewed_after(question: Question, anchors: Sequence[int]) -> Candidates:
    """Return what others looked at after these, or in the same visit; on the scale of all products, as other parts."""
    if not len(anchors) or "viewed_links" not in question.arrays:
        return NONE
    arrays, rows = question.arrays, np.array(anchors, np.int64)
    links, weights = arrays["viewed_links"][rows], arrays["viewed_weights"][rows].astype(np.float32)
    which, columns = np.nonzero((weights > 0) & _is_free(question, links, rows))
    products, where = np.unique(links[which, columns], return_inverse=True)
    if not len(products):
        return NONE
    shares = weights[which, columns] * FADE**which
    values = np.bincount(where, shares, len(products))
    count = len(question.barred)
    mean = values.sum() / count
    spread = np.sqrt(max((values**2).sum() / count - mean**2, 1e-12))
    standard = ((values - mean) / spread).astype(np.float32)
    before = _strongest(where, shares, rows[which])
    return _best(Candidates(products.astype(np.int64), {"viewed": standard}, {"viewed": before}))


def _told(shares: Mapping[str, np.ndarray], had: np.ndarray) -> dict[str, np.ndarray]:
    """Return a buyer's parts under the names that reasons know; what is no sales figure is likeness to their taste.

    That somebody never bought a product lowers it, and is told under a name that no reason knows.
    """
    told = {name: np.zeros(len(had), np.float32) for name in ("again", "due", "not_had", "trend", "like")}
    for name, share in shares.items():
        if name in AGAIN_PARTS:
            told["due" if name == "due" else "again"] += np.where(had, share, 0)
            told["not_had"] += np.where(had, 0, share)
        else:
            told["trend" if name in SELLING_PARTS else "like"] += share
    return told


def _strongest(where: np.ndarray, values: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """Return for each product the anchor with the greatest value; `where` says whose each value is."""
    order = np.lexsort((values, where))
    last = np.flatnonzero(np.diff(where[order], append=-1))
    return np.asarray(anchors[order][last])


def _joined(pools: Sequence[Candidates]) -> Candidates:
    """Return the pools as one: the parts of a product are those of every pool that it is in."""
    rows = np.unique(np.concatenate([NONE.rows, *(pool.rows for pool in pools)]))
    parts: dict[str, np.ndarray] = {}
    anchors: dict[str, np.ndarray] = {}
    for pool in pools:
        at = np.searchsorted(rows, pool.rows)
        for name, part in pool.parts.items():
            parts.setdefault(name, np.zeros(len(rows), np.float32))[at] += part
        for kind, found in pool.anchors.items():
            anchors.setdefault(kind, np.full(len(rows), -1, np.int64))[at] = found
    return _best(Candidates(rows, parts, anchors))


def _best(found: Candidates) -> Candidates:
    if len(found.rows) <= MOST_CANDIDATES:
        return found
    return found.only(np.argpartition(-found.scores(), MOST_CANDIDATES)[:MOST_CANDIDATES])


def _is_free(question: Question, rows: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """Return which rows may be shown and are none of the anchors."""
    barred = question.barred.copy()
    barred[anchors] = True
    return np.asarray(~barred[rows])


def _free(question: Question, rows: np.ndarray) -> np.ndarray:
    rows = np.unique(rows[rows >= 0]).astype(np.int64)
    return np.asarray(rows[~question.barred[rows]])
