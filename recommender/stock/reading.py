"""What forecasts need of a shop, read in one scope: sales by week, what is sold, and when it was out of stock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from recommender.stock.calendar.dates import calendar_of
from recommender.stock.calendar.keeping import own_events
from recommender.stock.engine.demand import DAYS, Demand, ItemKey, Reals, read_demand, with_stock_outs
from recommender.stock.engine.events import shares_of
from recommender.stock.engine.forecast import Forecaster
from recommender.stock.engine.kinds import kinds_of
from recommender.stock.engine.night import AHEAD_WEEKS
from recommender.stock.types import CalendarDay
from shopconnect.catalog.stock import StockItem, StockOut, is_stock_counted, iter_stock_items, list_stock_outs
from shopconnect.core.clock import known_timezone, today
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.sales import iter_sales
from shopconnect.shops.selectors import shop_profile
from shopconnect.shops.types import ShopProfileSummary

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class ShopStock:
    """A shop's forecaster, and what each of its items is; None for one that is not sold any more."""

    forecaster: Forecaster
    items: tuple[StockItem | None, ...]
    has_ledger: bool  # whether anybody ever counted stock

    @property
    def demand(self) -> Demand:
        """Return what was sold by week."""
        return self.forecaster.demand


def read_stock(shop_id: ShopId, *, until_last_sale: bool = False) -> ShopStock:
    """Read a shop's sales up to yesterday, or up to the last day with any. Opens a scope."""
    with shop_scope(shop_id):
        profile, own = shop_profile(), own_events()
        zone = known_timezone(profile.timezone)
        yesterday = (today(zone) - EPOCH).days - 1
        demand = read_demand(iter_sales(), None if until_last_sale else yesterday)
        items = {(item.product_id, item.variant): item for item in iter_stock_items()}
        outs, has_ledger = list_stock_outs(zone), is_stock_counted()
    found = tuple(items.get(key) for key in demand.items)
    events = _events(profile, own, demand)
    forecaster = Forecaster(with_stock_outs(demand, _spans(outs, demand)), *kinds_of(found), events)
    return ShopStock(forecaster, found, has_ledger)


def _events(profile: ShopProfileSummary, own: Sequence[CalendarDay], demand: Demand) -> Reals:
    """What part of each week, past and to come, each event of the calendar takes."""
    weeks = demand.weeks + AHEAD_WEEKS
    first = EPOCH + timedelta(days=demand.last_day + 1 - DAYS * demand.weeks)
    days = calendar_of(profile.countries, first, first + timedelta(days=DAYS * weeks), own)
    return shares_of(days, first, weeks)


def _spans(outs: Sequence[StockOut], demand: Demand) -> dict[ItemKey, list[tuple[float, float]]]:
    """Times out of stock by item; what is counted for a whole product holds for each of its variants."""
    variants: dict[int, list[ItemKey]] = defaultdict(list)
    for key in demand.items:
        variants[key[0]].append(key)
    spans: dict[ItemKey, list[tuple[float, float]]] = defaultdict(list)
    for out in outs:
        keys = [(out.product_id, out.variant)] if out.variant else variants[out.product_id]
        for key in keys:
            spans[key].append((out.since, demand.last_day + 1.0 if out.until is None else out.until))
    return spans
