"""What each shelf may show: at most 500 products of a shop, and what each part adds to their score."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from recommender.products.data.engine.arrays import distinct
from recommender.products.data.engine.schema import AlignedColumns, ModelArrays
from recommender.products.rules.engine.application import BoundRules
from recommender.products.serving.engine.buyer import BuyerHistory, cart_history, ranked_rows, visit_history
from recommender.products.serving.engine.novelty import NEW_DAYS, is_new
from recommender.products.serving.engine.pools import NONE, Candidates, Told, best, joined, of_parts, pairs_of_equals
from recommender.products.serving.engine.signals import FOLLOWED, RELATED_SIGNALS, REPEAT_SIGNALS, SALES_SIGNALS
from recommender.products.types import Purpose

FADING = 0.8  # of several anchors, each older one counts so much less
MOST_CANDIDATES = 500
MOST_OF_VISIT = 200  # of what is related to a page, its views and cart, and as many of what others looked at after
CHUNK = 5_000  # rows of an order that are looked at together
LEAST_ORDERS = 2  # in which two products stood together, before that is a reason
# Signals of the model by the part that a reason speaks of; where several have one part, their shares add up.
FROM_ORDERS = dict.fromkeys(("beside", "co_purchase", "ease", "together", "basket_ease"), "together")
SIGNAL_OF = {**FROM_ORDERS, "trend": "trend", "similar": "similar"}
_RELATED_PARTS = tuple(dict.fromkeys(SIGNAL_OF[name] for name in RELATED_SIGNALS))
# (parts, signals): which signals of a related item make up which part.
_SUMS = np.array([[SIGNAL_OF[name] == part for name in RELATED_SIGNALS] for part in _RELATED_PARTS], np.float32)
NOTHING = BuyerHistory({})


@dataclass(slots=True, kw_only=True)
class VisitRows:
    """A visit in rows of the model, the newest first; `day` is today in days since 1970, `country` a column, -1 none.

    `categories` are codes of the column of that name; `page` and `day` say when exploration shows something else.
    """

    anchors: Sequence[int] = ()
    views: Sequence[int] = ()
    cart: Sequence[int] = ()
    disliked: Sequence[int] = ()
    held: BuyerHistory = NOTHING
    categories: Sequence[int] = ()
    country: int = -1
    day: float = 0.0
    page: str = ""


@dataclass(slots=True, kw_only=True)
class RankingContext:
    """A visit, what was fitted, the catalogue by rows of the model, and what is excluded.

    `rules` are the merchant's for this shelf, `cold_items` what may be explored, `placed` what has a place already;
    `diversity_percent` is what is tried instead of what the shop gives for diversity, in percent of accuracy. *For you*
    `offers_repeats` where it shows what the buyer had. Sales of the last days are told only by a model that
    `is_current`, choices of customers only by one that `is_learnt`.
    """

    arrays: ModelArrays
    columns: AlignedColumns
    weights: Mapping[str, Mapping[str, float]]
    excluded: np.ndarray
    visit: VisitRows
    rules: BoundRules
    cold_items: np.ndarray
    placed: tuple[int, ...] = ()
    diversity_percent: float | None = None
    offers_repeats: bool = False
    is_current: bool = True
    is_learnt: bool = True


CandidateSource = Callable[[RankingContext], Candidates]


def related(context: RankingContext) -> Candidates:
    """What is related to the products of the page, by every signal of the fitted blend."""
    return related_to(context, context.visit.anchors)


def similar(context: RankingContext) -> Candidates:
    """What is like the product: its nearest among its related items, its category and what is viewed after."""
    if not context.visit.anchors:
        return NONE
    anchor = int(context.visit.anchors[0])
    # Three sources, since any one of them may be empty for a product that is new or sells alone.
    pools = [context.arrays["related_items"][anchor]]
    links, weights = (context.arrays[name][anchor, FOLLOWED] for name in ("visit_links", "visit_weights"))
    pools.append(links[weights > 0])
    code = context.columns["category"][anchor]
    pools.append(np.flatnonzero(context.columns["category"] == code)[:MOST_CANDIDATES] if code >= 0 else [])
    # Cut before the directions are read: each row read is a page of a mapped file.
    rows = _eligible(context, np.concatenate(pools))[:MOST_CANDIDATES]
    unit = context.arrays["directions"]
    likeness = unit[rows].astype(np.float32) @ unit[anchor].astype(np.float32)
    rows, likeness = rows[likeness > 0], likeness[likeness > 0]
    return Candidates(rows, likeness, lambda at: Told({"similar": likeness[at]}, np.full(len(at), anchor)))


def bought_together(context: RankingContext) -> Candidates:
    """What was ordered with the product, twice at least, by the parts that come from orders."""
    if not context.visit.anchors:
        return NONE
    anchor = int(context.visit.anchors[0])
    candidates = related_to(context, [anchor])
    # Once may be chance, and the sentence would name one order.
    candidates = candidates.only(np.flatnonzero(orders_with(context.arrays, anchor, candidates.rows) >= LEAST_ORDERS))
    together = candidates.told(np.arange(len(candidates.rows))).parts["together"]
    return Candidates(candidates.rows, together, lambda at: Told({"together": together[at]}, np.full(len(at), anchor)))


def cart(context: RankingContext) -> Candidates:
    """What completes the cart, by a table made of whole carts: its products count alike, for a cart has no order."""
    visit = context.visit
    candidates = _of_holder(context, Purpose.CART, cart_history(visit.cart))

    def told(at: np.ndarray) -> Told:
        parts: dict[str, np.ndarray] = {}
        for name, part in candidates.told(at).parts.items():
            signal = SIGNAL_OF.get(name, "like")
            parts[signal] = parts.get(signal, 0) + part
        return Told(parts, _ordered_with(context.arrays, visit.cart, candidates.rows[at]))

    return Candidates(candidates.rows, candidates.scores, told)


def for_you(context: RankingContext) -> Candidates:
    """What the visit and the orders of a buyer point to, but what they looked at, hold in the cart or have."""
    return _for_you(_without(context, list(context.visit.held.by_days)), Purpose.NEW)


def next_basket(context: RankingContext) -> Candidates:
    """The same with what they have: what goes into the next order where people buy the same things again."""
    return _for_you(context, Purpose.NEXT)


def _for_you(context: RankingContext, purpose: Purpose) -> Candidates:
    seen = list(dict.fromkeys([*context.visit.views, *context.visit.cart]))
    fresh = _without(context, seen)
    pools = [related_to(fresh, seen), _of_visit(fresh), _of_buyer(fresh, purpose)]
    return best(joined(pools, len(fresh.excluded)), MOST_CANDIDATES)


def for_buyer(context: RankingContext) -> Candidates:
    """What a buyer may take next by their orders alone, what they have among it."""
    return _of_buyer(context, Purpose.NEXT)


def viewed(context: RankingContext) -> Candidates:
    """What others looked at who looked at the products of the visit, else what goes with the last of these."""
    fresh = _without(context, context.visit.views)
    candidates = _of_visit(fresh)
    return candidates if len(candidates.rows) else related_to(fresh, context.visit.views[:1])


def again(context: RankingContext) -> Candidates:
    """What the buyer had, by how lately and how often, by season, by what sells, and by when it is usually due."""
    return _of_buyer(context, Purpose.AGAIN)


def recent(context: RankingContext) -> Candidates:
    """What was looked at, in that order, but the product of the page."""
    views = [row for row in context.visit.views if row not in context.visit.anchors]
    rows = np.array([row for row in views if not context.excluded[row]], np.int64)
    # The newest has the greatest score, so ranking leaves the order of looking as it is.
    return of_parts(rows, {"recent": np.arange(len(rows), 0, -1, dtype=np.float32)})


def trending(context: RankingContext) -> Candidates:
    """What sells this week, in a category or a country where the visit names one; in a quiet shop what ever sold.

    All products of the shop are looked through, in the order in which they sell there.
    """
    # Row 0 of the weeks is the whole shop's, so the country's -1, for none, leads there.
    arrays, place = context.arrays, context.visit.country + 1
    # The table holds the order of selling, so the first rows that may stand there are the best ones.
    rows = _first_shown(context, arrays["week_order"][place]).astype(np.int64)
    popular = arrays["popular"][rows].astype(np.float32)
    lately = arrays["trend"][rows].astype(np.float32)
    week = arrays["week"][place][rows].astype(np.float32)
    # A sum that ranks by week, then by trend, then by all sales: one order of a part outweighs all of the next ones.
    parts = {
        "trend": lately,
        "popular": popular / (1 + popular.max(initial=0)),
        "country" if place else "week": week * (1 + lately.max(initial=0)),
    }
    return of_parts(rows, parts).only(np.flatnonzero(popular > 0))


def new(context: RankingContext) -> Candidates:
    """What came into the shop in the last 30 days, the newest first."""
    age = context.visit.day - context.columns["created_day"]
    rows = np.flatnonzero(is_new(context.columns, context.visit.day) & ~context.excluded)
    rows = rows[np.argsort(age[rows], kind="stable")][:MOST_CANDIDATES]
    return of_parts(rows, {"new": (NEW_DAYS - age[rows]).astype(np.float32)})


def sale(context: RankingContext) -> Candidates:
    """What costs less than its lowest price of the 30 days before the reduction, the greatest reduction first."""
    price, before = context.columns["price"], context.columns["before"]
    rows = np.flatnonzero((before > price) & (price > 0) & ~context.excluded)
    share = 1 - price[rows] / before[rows]
    rows, share = rows[share >= 0.01], share[share >= 0.01]
    most = np.argsort(-share, kind="stable")[:MOST_CANDIDATES]
    return of_parts(rows[most], {"sale": share[most].astype(np.float32)})


def related_to(context: RankingContext, anchors: Sequence[int], fading: float = FADING) -> Candidates:
    """Return what is related to some rows, the newest first, that are excluded themselves; their scores add up.

    The anchor of each is the one that it was most often ordered with.
    """
    if not len(anchors):
        return NONE
    arrays, rows = context.arrays, np.array(anchors, np.int64)
    # What each pair counts: the newest anchor, the first one, counts in full.
    counts = (fading ** np.arange(len(rows))).astype(np.float32)
    items = arrays["related_items"].take(rows, axis=0).ravel().astype(np.intp)
    # (pairs,): of an anchor and an item that may be shown; a shopper waits, and a loop over anchors is slow.
    pairs = np.flatnonzero((items >= 0) & ~context.excluded[items])
    products, where = distinct(items[pairs], len(context.excluded))
    shares = arrays["related_scores"].take(rows, axis=0).astype(np.float32) * counts[:, None]
    scores = np.bincount(where, shares.ravel()[pairs], len(products))

    def told(at: np.ndarray) -> Told:
        return _told_of_related(arrays, rows, counts, products[at])

    return best(Candidates(products, scores.astype(np.float32), told), MOST_OF_VISIT)


def _told_of_related(arrays: ModelArrays, anchors: np.ndarray, counts: np.ndarray, rows: np.ndarray) -> Told:
    """Return what anchors, that count so much, add to a few rows related to them, by signal."""
    related = arrays["related_items"].take(anchors, axis=0)
    which, pair = np.divmod(pairs_of_equals(rows, related.ravel()), related.size)
    turn, place = np.divmod(pair, related.shape[1])
    # (rows, signals), and (parts, rows): signals that a reason tells as one are added up.
    shares = np.zeros((len(rows), len(RELATED_SIGNALS)), np.float32)
    np.add.at(shares, which, arrays["related_parts"][anchors[turn], place] * counts[turn, None])
    # The most orders are put down last, of equals those of the newest anchor, and so stay.
    order = np.lexsort((-turn, arrays["related_orders"][anchors[turn], place]))
    brought = np.full(len(rows), -1, np.int64)
    brought[which[order]] = anchors[turn[order]]
    return Told(dict(zip(_RELATED_PARTS, _SUMS @ shares.T, strict=True)), brought)


def orders_with(arrays: ModelArrays, anchor: int, rows: np.ndarray) -> np.ndarray:
    """Return in how many orders each of `rows` stood with the anchor, 0 for what is not linked to it."""
    items = np.concatenate([arrays["related_items"][anchor], arrays["together_links"][anchor]])
    orders = np.concatenate([arrays["related_orders"][anchor], arrays["together_orders"][anchor]])
    # A scratch of all products and not (rows, 100) comparisons; -1, an empty place, is written to the last and is 0.
    counts = np.zeros(len(arrays["trend"]) + 1, np.int32)
    np.maximum.at(counts, items, orders)
    return np.asarray(counts[rows])


def viewed_before(arrays: ModelArrays, visit: BuyerHistory, rows: np.ndarray) -> np.ndarray:
    """Return for each of a few rows the view of a visit that leads to it most, -1 for none: what it followed, if any.

    Where it only was looked at by the same visits, that view.
    """
    had, fading = visit.weights
    links = arrays["visit_links"].take(had, axis=0)
    which, link = np.divmod(pairs_of_equals(rows, links.ravel()), links.size)
    view, table, place = np.unravel_index(link, links.shape)
    strength = fading[view] * arrays["visit_weights"][had[view], table, place]
    # What is put down last stays: what followed, and of each table the strongest, of equals the newest view.
    order = np.lexsort((-view, strength, -table))
    order = order[strength[order] > 0]
    brought = np.full(len(rows), -1, np.int64)
    brought[which[order]] = had[view[order]]
    return brought


def _of_buyer(context: RankingContext, purpose: Purpose) -> Candidates:
    held = context.visit.held
    found, own = _of_holder(context, purpose, held), list(held.by_days)
    return Candidates(
        found.rows, found.scores, lambda at: Told(_named_parts(found.told(at).parts, np.isin(found.rows[at], own)))
    )


def _of_holder(context: RankingContext, purpose: Purpose, held: BuyerHistory) -> Candidates:
    """Return what goes with what somebody holds, by the signals of a purpose."""
    if not held.by_days:
        return NONE
    weights = context.weights[purpose.value]
    return of_parts(*ranked_rows(context.arrays, purpose, weights, held, context.excluded))


def _ordered_with(arrays: ModelArrays, anchors: Sequence[int], rows: np.ndarray) -> np.ndarray:
    """Return for each row the anchor that it was most often ordered with, -1 for none."""
    best, brought = np.zeros(len(rows), np.int64), np.full(len(rows), -1, np.int64)
    for anchor in anchors:
        orders = orders_with(arrays, anchor, rows)
        brought[orders > best] = anchor
        best = np.maximum(best, orders)
    return brought


def _of_visit(context: RankingContext) -> Candidates:
    """Return what others looked at after the views of a visit, or in the same visit."""
    held = visit_history(context.visit.views)
    found = best(_of_holder(context, Purpose.VISIT, held), MOST_OF_VISIT)
    # What is at or under the mean of all products was not looked at because of these views.
    found = found.only(np.flatnonzero(found.scores > 0))
    return Candidates(
        found.rows,
        found.scores,
        lambda at: Told({"viewed": found.scores[at]}, viewed=viewed_before(context.arrays, held, found.rows[at])),
    )


def _named_parts(shares: Mapping[str, np.ndarray], had: np.ndarray) -> dict[str, np.ndarray]:
    """Return a buyer's parts under the names that reasons know; what is no sales figure is likeness to their taste.

    That somebody never bought a product lowers it, and goes under a name that no reason knows.
    """
    parts = {name: np.zeros(len(had), np.float32) for name in ("again", "due", "not_had", "trend", "like")}
    for name, share in shares.items():
        if name in REPEAT_SIGNALS:
            parts["due" if name == "due" else "again"] += np.where(had, share, 0)
            parts["not_had"] += np.where(had, 0, share)
        else:
            parts["trend" if name in SALES_SIGNALS else "like"] += share
    return parts


def _first_shown(context: RankingContext, order: np.ndarray) -> np.ndarray:
    """Return the first of some rows that may be shown, in the visit's categories where it names some."""
    shown, count = [NONE.rows], 0
    # A chunk at a time, since a shelf is full after a few of them, however large the shop.
    for start in range(0, len(order), CHUNK):
        rows = order[start : start + CHUNK]
        rows = rows[~context.excluded[rows]]
        if context.visit.categories:
            rows = rows[np.isin(context.columns["category"][rows], context.visit.categories)]
        shown, count = [*shown, rows], count + len(rows)
        if count >= MOST_CANDIDATES:
            break
    return np.concatenate(shown)[:MOST_CANDIDATES]


def _without(context: RankingContext, rows: Sequence[int]) -> RankingContext:
    if not rows:
        return context
    excluded = context.excluded.copy()
    excluded[rows] = True
    return replace(context, excluded=excluded)


def _eligible(context: RankingContext, rows: np.ndarray) -> np.ndarray:
    rows = np.unique(rows[rows >= 0]).astype(np.int64)
    return np.asarray(rows[~context.excluded[rows]])
