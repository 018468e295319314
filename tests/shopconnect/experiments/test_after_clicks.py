"""Orders that came after a click on a suggestion, day by day, as home draws them."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events.services import store_events
from shopconnect.experiments.results import orders_by_day, weigh_results
from shopconnect.orders.services import link_orders, store_orders
from tests.shopconnect.experiments.world import event_of, order_of


def test_an_order_counts_once_it_came_within_a_week_after_a_click(shop):
    noon = now().replace(hour=12, minute=0)
    ids, events, orders = random.Random(3), [], []

    def buy(visitor: str, at: datetime, *clicks: datetime) -> None:
        orders.append(order_of(len(orders) + 1, at, 30, "A"))
        events.append(event_of(at, visitor, "purchase", ids, 30, order=orders[-1].external_id))
        for click in clicks:
            events.append(replace(event_of(click, visitor, "recommendation_click", ids), shelf="similar"))

    hour, day = timedelta(hours=1), timedelta(days=1)
    bought = noon - 3 * day
    buy("soon", bought, bought - hour, bought - 20 * day)
    buy("late", bought, bought - 8 * day)
    buy("before", bought, bought + hour)
    buy("never", bought)
    buy("long ago", noon - 40 * day, noon - 40 * day - hour)
    buy("another day", bought - day, bought - 4 * day, bought)
    with shop_scope(shop):
        store_events(events)
        store_orders(orders[:-1])
        link_orders()
    weigh_results(shop)
    with shop_scope(shop):
        assert orders_by_day() == {bought.date().isoformat(): 1}
        store_orders(orders)
        link_orders()
    weigh_results(shop)
    with shop_scope(shop):
        assert orders_by_day() == {bought.date().isoformat(): 1, (bought - day).date().isoformat(): 1}
