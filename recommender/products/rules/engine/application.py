"""A merchant's rules on candidates: who is out, who is lifted, who has a place of their own."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar, cast

import numpy as np

from recommender.products.data.engine.schema import AlignedColumns, CatalogueArrays, ModelArrays
from recommender.products.rules.types import (
    OWN_SHELVES,
    PINNED_SHELVES,
    Boost,
    Corridor,
    Exclude,
    Group,
    InStock,
    Limit,
    NotBought,
    PageSubject,
    Pin,
    Push,
    Rule,
    Strength,
)
from recommender.products.types import Shelf

NEW_DAYS = 30.0  # since a product came
LASTING_DAYS = 180.0  # that stock lasts at the pace of sales, from which on it is too much
SALES_DAYS = 14.0  # in which `sold` was counted
LEAST_SOLD = 0.5  # in those days: what sells nothing has a pace as well
LIFT = {Strength.SLIGHT: 0.25, Strength.CLEAR: 0.75, Strength.STRONG: 2.0}  # in spreads of the candidates' scores
ANYWHERE = PageSubject()
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ProductColumns:
    """What rules read of products, one entry a product; categories and vendors by the place of their name, or -1."""

    ids: np.ndarray  # int64, public
    available: np.ndarray  # bool
    price: np.ndarray  # float64, nan: unknown
    cost: np.ndarray  # float64, nan: unknown
    stock: np.ndarray  # int32, -1: unknown
    created_day: np.ndarray  # float32, days since 1970, nan: unknown
    category: np.ndarray  # int32
    vendor: np.ndarray  # int32
    sold: np.ndarray  # orders of the last 14 days
    rhythm: np.ndarray  # float32, days between two purchases by one buyer, nan: unknown
    category_names: Sequence[str]
    vendor_names: Sequence[str]
    margin_share: np.ndarray = field(init=False)  # float32, of the price, 0 to 1; 0: unknown

    def __post_init__(self) -> None:
        object.__setattr__(self, "margin_share", _margin_shares(self.price, self.cost))


@dataclass(frozen=True, slots=True)
class BoundRules:
    """The rules of one shelf, with what they name found among the products; made once for many requests."""

    columns: ProductColumns
    in_stock: bool
    pins: tuple[tuple[int, int], ...]  # (place from 0, row)
    products: np.ndarray  # rows that are out
    categories: np.ndarray  # bool by code, and one more for -1
    vendors: np.ndarray
    boosts: tuple[tuple[Push, float, np.ndarray], ...]  # the last by code of vendor
    limits: tuple[tuple[Group, int], ...]
    bought_days: float
    corridors: tuple[tuple[float, float], ...]


@dataclass(slots=True)
class RuleContext:
    """What rules look at besides candidates: the product beside which a shelf stands (-1: none), what was bought.

    `bought` has the days since then by row, `placed` the rows that are on the shelf already.
    """

    today: float
    anchor: int = -1
    bought: Mapping[int, float] = field(default_factory=dict)
    placed: tuple[int, ...] = ()


@dataclass(slots=True)
class RuledCandidates:
    """Candidates after the rules: scores with what boosts lifted, that part of them, and who comes first."""

    scores: np.ndarray  # float32, -inf for who is out
    lifted: np.ndarray  # float32
    best: np.ndarray  # the places among the candidates of those that may be shown, the best first


def columns_of(
    public_ids: np.ndarray,
    catalogue: AlignedColumns | CatalogueArrays,
    names: tuple[Sequence[str], Sequence[str]],
    fitted: ModelArrays | None = None,
) -> ProductColumns:
    """Return the columns of products from the catalogue and what was fitted, row by row alike; else unknown.

    `names` are those of the categories and of the vendors. Without `fitted`, sales and rhythms are unknown.
    """
    columns = cast(AlignedColumns, catalogue)
    count = len(public_ids)
    return ProductColumns(
        ids=public_ids,
        available=columns["available"],
        price=columns["price"],
        cost=columns["cost"],
        stock=columns["stock"],
        created_day=columns["created_day"],
        category=columns["category"],
        vendor=columns["vendor"],
        sold=np.zeros(count, np.int32) if fitted is None else fitted["trend"],
        rhythm=np.full(count, np.nan, np.float32) if fitted is None else fitted["rhythm"],
        category_names=names[0],
        vendor_names=names[1],
    )


def rules_on(rules: Sequence[Rule], shelf: Shelf | None, subject: PageSubject = ANYWHERE) -> tuple[Rule, ...]:
    """Return the rules that hold on a shelf, or on one without a name, of a page.

    One for all shelves passes over those of which it would be untrue.
    """
    return tuple(rule for rule in rules if _holds(rule, shelf) and _is_about(rule, subject))


def rules_of_day(rules: Sequence[Rule], day: date) -> tuple[Rule, ...]:
    """Return the rules whose days have come and are not over."""
    return tuple(rule for rule in rules if (rule.from_date or day) <= day <= (rule.until_date or day))


def has_conditions_of_pages(rules: Sequence[Rule]) -> bool:
    """Say whether it matters to any of the rules what a page is about."""
    return any(rule.beside_product or rule.beside_category for rule in rules)


def bind_rules(rules: Sequence[Rule], columns: ProductColumns) -> BoundRules:
    """Return the rules of a shelf with what they name found among the products."""
    excludes = [rule for rule in rules if isinstance(rule, Exclude)]
    row_of = _rows_by_id(columns, rules)
    out = [row_of[int(rule.name)] for rule in excludes if rule.by == Group.PRODUCT and int(rule.name) in row_of]
    pinned = [rule for rule in rules if isinstance(rule, Pin) and rule.product in row_of]
    # A product stands in one place: where a rule for fewer pages or one shelf puts it, before one for all.
    pinned.sort(key=lambda rule: (any(rule.condition), rule.shelf is not None))
    place_of = {row_of[rule.product]: rule.place - 1 for rule in pinned}
    return BoundRules(
        columns=columns,
        in_stock=any(isinstance(rule, InStock) for rule in rules),
        pins=tuple(sorted((place, row) for row, place in place_of.items())),
        products=np.array(out, dtype=np.int64),
        categories=_named(columns.category_names, [rule.name for rule in excludes if rule.by == Group.CATEGORY]),
        vendors=_named(columns.vendor_names, [rule.name for rule in excludes if rule.by == Group.VENDOR]),
        boosts=tuple(
            (rule.push, LIFT[rule.strength], _named(columns.vendor_names, [rule.vendor]))
            for rule in rules
            if isinstance(rule, Boost)
        ),
        limits=tuple((rule.by, rule.most) for rule in rules if isinstance(rule, Limit)),
        bought_days=float(max((rule.days for rule in rules if isinstance(rule, NotBought)), default=0)),
        corridors=tuple((rule.low / 100, rule.high / 100) for rule in rules if isinstance(rule, Corridor)),
    )


def apply_rules(
    bound: BoundRules, rows: np.ndarray, scores: np.ndarray, context: RuleContext, most: int
) -> RuledCandidates:
    """Apply a shelf's rules to candidates, and find the best `most` that may be shown.

    `rows` [c] are those of the columns, `scores` [c] are better the higher. A limit keeps the best of each category or
    vendor, so whatever is chosen of what is found obeys it; what stands on the shelf already counts first, and once.
    """
    excluded = _out(bound, rows, context.anchor)
    placed = np.array(context.placed, dtype=np.int64)
    if gone := _bought_lately(bound, context):
        excluded |= np.isin(rows, gone)
    lifted = _lifted(bound, rows, scores, excluded, context.today)
    total = np.where(excluded, -np.inf, scores + lifted)
    # Limits come last, and look at lifted scores: they must leave the best as shoppers will see it.
    order = np.argsort(-total, kind="stable")[: np.count_nonzero(~excluded)]
    return RuledCandidates(total, lifted, order[_within_limits(bound, rows[order], placed, most)])


def with_pins(chosen: Sequence[_T], pins: Sequence[tuple[int, _T]], k: int) -> list[_T]:
    """Return up to k of what was chosen, in order, with what is pinned at its place (from 0)."""
    shown = list(chosen)
    for place, item in sorted(pins, key=lambda pin: pin[0]):
        shown.insert(place, item)
    return shown[:k]


def pool(bound: BoundRules) -> np.ndarray:
    """Return which products a shelf may show at all, bool [products]; a corridor of prices is not asked."""
    return ~_out(bound, np.arange(len(bound.columns.ids)), -1)


def _holds(rule: Rule, shelf: Shelf | None) -> bool:
    if rule.shelf is not None:
        return rule.shelf == shelf
    if isinstance(rule, Pin):
        return shelf is None or shelf in PINNED_SHELVES
    return isinstance(rule, InStock | Exclude) or shelf not in OWN_SHELVES


def _is_about(rule: Rule, subject: PageSubject) -> bool:
    if rule.beside_product and rule.beside_product not in subject.products:
        return False
    below = f"{rule.beside_category} > "
    return not rule.beside_category or any(f"{name} > ".startswith(below) for name in subject.categories)


def _out(bound: BoundRules, rows: np.ndarray, anchor: int) -> np.ndarray:
    """Return who is out for what they are: sold out, excluded, or outside the corridor of prices."""
    columns = bound.columns
    out = np.asarray(~columns.available[rows]) if bound.in_stock else np.zeros(len(rows), dtype=bool)
    if len(bound.products):
        out |= np.isin(rows, bound.products)
    if bound.categories.any():
        out |= bound.categories[columns.category[rows]]
    if bound.vendors.any():
        out |= bound.vendors[columns.vendor[rows]]
    middle = float(columns.price[anchor]) if anchor >= 0 else 0.0
    # Beside a gift, or a product whose price nobody knows (nan), there is no price to keep near to.
    if middle > 0:
        price = columns.price[rows]
        for low, high in bound.corridors:
            # Negated as a whole, so that a product without a price, nan, is out.
            is_within = (price >= low * middle) & (price <= high * middle)
            out |= ~is_within
    return out


def _bought_lately(bound: BoundRules, context: RuleContext) -> list[int]:
    """Return the rows that were bought too lately to be shown again."""
    return [
        row
        for row, ago in context.bought.items()
        if ago < bound.bought_days and not ago >= float(bound.columns.rhythm[row])  # nan, no rhythm, is never reached
    ]


def _lifted(bound: BoundRules, rows: np.ndarray, scores: np.ndarray, excluded: np.ndarray, today: float) -> np.ndarray:
    lifted = np.zeros(len(rows), np.float32)
    if not bound.boosts or excluded.all():
        return lifted
    allowed = scores[~excluded]
    distance = allowed - allowed.sum() / len(allowed)
    spread = float(np.sqrt(distance @ distance / len(distance)))
    for push, strength, vendors in bound.boosts:
        lifted += strength * spread * _pushed(push, bound.columns, rows, vendors, today)
    return lifted


def _pushed(push: Push, columns: ProductColumns, rows: np.ndarray, vendors: np.ndarray, today: float) -> np.ndarray:
    """Return how much of a boost each candidate gets, 0 to 1: a margin its share of the price, the others all."""
    if push == Push.VENDOR:
        return np.asarray(vendors[columns.vendor[rows]])
    if push == Push.NEW:
        return np.asarray(today - columns.created_day[rows] <= NEW_DAYS)
    if push == Push.OVERSTOCK:
        a_day = np.maximum(columns.sold[rows], LEAST_SOLD) / SALES_DAYS
        return np.asarray(columns.stock[rows] > LASTING_DAYS * a_day)
    return np.asarray(columns.margin_share[rows])


def _margin_shares(price: np.ndarray, cost: np.ndarray) -> np.ndarray:
    known = np.where(price > 0, (price - cost) / np.maximum(price, 1e-9), 0.0)
    # What is unknown, nan, counts as nothing.
    return np.clip(np.where(np.isnan(known), 0.0, known), 0.0, 1.0).astype(np.float32)


def _within_limits(bound: BoundRules, rows: np.ndarray, placed: np.ndarray, wanted: int) -> list[int]:
    """Return up to `wanted` places of the rows, which come best first, with room within each limit; -1 is no code."""
    limits, first, stands = [], list[int](), set(placed.tolist())
    for by, most in bound.limits:
        column = bound.columns.category if by == Group.CATEGORY else bound.columns.vendor
        # What stands on the shelf already takes places of its code before any candidate does.
        counts = defaultdict(int, Counter(column[placed].tolist()))
        limits.append((column, counts, most))
    for place, row in enumerate(rows.tolist()):
        # It has its place already, and is counted.
        for column, counts, most in limits if row not in stands else ():
            # One by one: only the first few of hundreds are looked at.
            code = column.item(row)
            counts[code] += 1
            if counts[code] > most and code >= 0:
                break
        else:
            first.append(place)
        if len(first) == wanted:
            break
    return first


def margins_of(columns: ProductColumns) -> np.ndarray:
    """Return what one piece of each product earns, nan where its cost is unknown."""
    return np.asarray(columns.price - columns.cost)


def _rows_by_id(columns: ProductColumns, rules: Sequence[Rule]) -> Mapping[int, int]:
    wanted = [rule.product for rule in rules if isinstance(rule, Pin)]
    wanted += [int(rule.name) for rule in rules if isinstance(rule, Exclude) and rule.by == Group.PRODUCT]
    rows = np.flatnonzero(np.isin(columns.ids, np.array(wanted, dtype=np.int64))) if wanted else ()
    return {int(columns.ids[row]): int(row) for row in rows}


def _named(names: Sequence[str], wanted: Sequence[str]) -> np.ndarray:
    """Return which codes bear a name, or stand below it (Lamps > Floor lamps), and False for the code -1."""
    below = tuple(f"{name} > " for name in wanted)
    return np.array([*(name in wanted or name.startswith(below) for name in names), False], dtype=bool)
