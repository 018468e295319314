"""What visitors bought: what their devices claim, as far as the platform knows such an order. Run in a shop's scope.

A claim names the order and what was in it, within a day of its time. An order that several visitors claim counts for
none of them, nor does anything of a visitor who claims one thing after the other that nobody ordered: whoever guesses
is found out, and takes nothing but their own guesses along.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from shopconnect.events.selectors import purchase_claims, visits_of_visitors
from shopconnect.events.types import PurchaseClaim
from shopconnect.orders.selectors import claimed_orders
from shopconnect.orders.types import ClaimedOrder
from shopconnect.widgets.visitors import visitors_within_limits

WITHIN, MOST_WRONG = timedelta(days=1), 3


class ConfirmedPurchase(NamedTuple):
    """An order that the platform knows, and the visitor and visit that it ends."""

    visitor: str
    visit: str
    order: ClaimedOrder


class VisitorSums(NamedTuple):
    """What one visitor did since a moment; amounts are in the currency that was asked for.

    `net` is what was spent with refunds deducted, `spent_before` what was spent before that moment.
    """

    visitor: str
    visits: int
    buying_visits: int
    spent: float
    net: float
    spent_before: float


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
    believed = [one for one in true if wrong[one.visitor] < MOST_WRONG]
    claimed = Counter(one.order_external_id for one in believed)
    found = [
        ConfirmedPurchase(one.visitor, one.visit, orders[one.order_external_id])
        for one in believed
        if claimed[one.order_external_id] == 1
    ]
    return sorted(found, key=lambda one: (one.order.placed_at, one.order.external_id))


def sums_of_visitors(since: datetime, purchases: Iterable[ConfirmedPurchase]) -> list[VisitorSums]:
    """Return what each visitor did since a moment, with what they bought; a network's visitors beyond its few are out.

    `purchases` begin before that moment where what was spent before is to be known.
    """
    visits = visits_of_visitors(since)
    allowed = visitors_within_limits(visits)
    bought: dict[str, list[ConfirmedPurchase]] = {}
    for one in purchases:
        bought.setdefault(one.visitor, []).append(one)
    return [
        _sums(visitor, count, bought.get(visitor, []), since) for visitor, count in visits.items() if visitor in allowed
    ]


def iter_since(purchases: Iterable[ConfirmedPurchase], since: datetime) -> Iterator[ConfirmedPurchase]:
    """Yield the purchases since a moment."""
    return (one for one in purchases if one.order.placed_at >= since)


def _is_of_order(claim: PurchaseClaim, order: ClaimedOrder | None) -> bool:
    if order is None or abs(claim.at - order.placed_at) > WITHIN:
        return False
    return bool(claim.products) and claim.products == order.products


def _sums(visitor: str, visits: int, bought: Sequence[ConfirmedPurchase], since: datetime) -> VisitorSums:
    after = list(iter_since(bought, since))
    return VisitorSums(
        visitor=visitor,
        visits=visits,
        buying_visits=len({one.visit for one in after}),
        spent=sum(one.order.gross for one in after),
        net=sum(one.order.total for one in after),
        spent_before=sum(one.order.gross for one in bought if one.order.placed_at < since),
    )
