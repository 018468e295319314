"""What visitors bought: what their devices claim, as far as the platform knows such an order. Run in a shop's scope.

A claim names the order, its checkout where the platform tells of one, and what was in it, and comes within half an hour
of it. An order is the first one's who claims it so. Nothing counts of a visitor who claims one thing after the other
that nobody ordered: whoever guesses is found out, and takes nothing but their own guesses along.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from shopconnect.events.selectors import purchase_claims
from shopconnect.events.types import PurchaseClaim
from shopconnect.events.visitor_days import DayVisits, iter_visitor_days
from shopconnect.orders.selectors import claimed_orders
from shopconnect.orders.types import ClaimedOrder
from shopconnect.widgets.visitors import VisitorLimit

WITHIN, MOST_WRONG = timedelta(minutes=30), 3


class ConfirmedPurchase(NamedTuple):
    """An order that the platform knows, and the visitor and visit that it ends."""

    visitor: str
    visit: str
    order: ClaimedOrder


class VisitorDay(NamedTuple):
    """What a visitor did on a day of the shop; a visit is of the day it began on, and so is the order that ends it.

    `net` is what was spent with refunds deducted.
    """

    day: date
    visits: int
    buying_visits: int
    spent: float
    net: float


class VisitorCourse(NamedTuple):
    """What a visitor did since a moment, day by day, what they bought then, and what they spent before it.

    Whoever is here came on a day.
    """

    visitor: str
    spent_before: float
    days: list[VisitorDay]
    bought: list[ConfirmedPurchase]

    @property
    def visits(self) -> int:
        return sum(row.visits for row in self.days)

    @property
    def buying_visits(self) -> int:
        return sum(row.buying_visits for row in self.days)

    @property
    def spent(self) -> float:
        return sum(row.spent for row in self.days)

    @property
    def net(self) -> float:
        return sum(row.net for row in self.days)


def purchases_of_visitors(since: datetime, currency: str) -> list[ConfirmedPurchase]:
    """Return what visitors bought since a moment in a currency, by time."""
    claims = purchase_claims(since)
    orders = {one.external_id: one for one in claimed_orders({one.order_external_id for one in claims}, currency)}
    return confirmed_purchases(claims, orders)


def confirmed_purchases(claims: Sequence[PurchaseClaim], orders: Mapping[str, ClaimedOrder]) -> list[ConfirmedPurchase]:
    """Return the claims that the platform's orders, by their ids, make true, by time."""
    true = [one for one in claims if _is_of_order(one, orders.get(one.order_external_id))]
    wrong = Counter(one.visitor for one in claims)
    wrong.subtract(one.visitor for one in true)
    believed = sorted((one for one in true if wrong[one.visitor] < MOST_WRONG), key=lambda one: one.at, reverse=True)
    first = {one.order_external_id: one for one in believed}
    found = [ConfirmedPurchase(one.visitor, one.visit, orders[name]) for name, one in first.items()]
    return sorted(found, key=lambda one: (one.order.placed_at, one.order.external_id))


def courses_of_visitors(
    since: datetime, purchases: Iterable[ConfirmedPurchase], timezone: str
) -> Iterator[VisitorCourse]:
    """Yield what each visitor did since a moment, with what they bought; a network's visitors beyond its few are out.

    `purchases` begin before that moment where what was spent before is to be known.
    """
    bought: dict[str, list[ConfirmedPurchase]] = {}
    for one in purchases:
        bought.setdefault(one.visitor, []).append(one)
    limit = VisitorLimit()
    # Days come in the order of visitors, so no more than one visitor's are held.
    for visitor, seen in groupby(iter_visitor_days(since, timezone), key=lambda row: row.visitor):
        if limit.allows(visitor):
            yield _course(visitor, list(seen), bought.get(visitor, []), since)


def iter_since(purchases: Iterable[ConfirmedPurchase], since: datetime) -> Iterator[ConfirmedPurchase]:
    """Yield the purchases since a moment."""
    return (one for one in purchases if one.order.placed_at >= since)


def _is_of_order(claim: PurchaseClaim, order: ClaimedOrder | None) -> bool:
    if order is None or claim.checkout != order.checkout or abs(claim.at - order.placed_at) > WITHIN:
        return False
    return bool(claim.products) and claim.products == order.products


def _course(
    visitor: str, seen: Sequence[DayVisits], bought: Sequence[ConfirmedPurchase], since: datetime
) -> VisitorCourse:
    day_of = {visit: row.day for row in seen for visit in row.claiming}
    by_day: dict[date, list[ConfirmedPurchase]] = {row.day: [] for row in seen}
    lately = list(iter_since(bought, since))
    for one in lately:
        # A device's clock may say that the visit was over before that moment.
        by_day[day_of.get(one.visit, seen[0].day)].append(one)
    before = sum(one.order.gross for one in bought if one.order.placed_at < since)
    return VisitorCourse(visitor, before, [_day(row, by_day[row.day]) for row in seen], lately)


def _day(row: DayVisits, bought: Sequence[ConfirmedPurchase]) -> VisitorDay:
    return VisitorDay(
        day=row.day,
        visits=row.visits,
        buying_visits=len({one.visit for one in bought}),
        spent=sum(one.order.gross for one in bought),
        net=sum(one.order.total for one in bought),
    )
