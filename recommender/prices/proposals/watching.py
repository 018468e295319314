"""Prices that were written are watched: where units or margin fall short, the price before is set again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from recommender.prices.engine.guard import falls_short, margin_of
from recommender.prices.models import PriceProposal
from recommender.prices.proposals.stored import read_proposed
from recommender.prices.proposals.types import ProposalState
from recommender.prices.proposals.writing import changes_of
from recommender.prices.reading import EPOCH
from recommender.prices.services import undo_price_change
from recommender.prices.types import GUARD_ACTED, WATCH_DAYS, ProposedPrice
from shopconnect.catalog.selectors import find_product, list_variants, translated_titles
from shopconnect.core.clock import known_timezone, now, today
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.kinds import title_params
from shopconnect.notifications.notices import tell_owners
from shopconnect.orders.sales import iter_sales
from shopconnect.shops.audit import note
from shopconnect.shops.selectors import shop_profile
from shopconnect.sync.types import ChangeState

WEEK, DAY = 7, timedelta(days=1)


@dataclass(slots=True)
class _Watched:
    row: PriceProposal
    found: ProposedPrice
    first: int  # whole days, counted from 1970
    last: int
    units: float = 0.0
    paid: float = 0.0

    @property
    def days(self) -> int:
        return self.last - self.first


def watch_prices(shop_id: ShopId) -> None:
    """Hold each full week since a price was written against its proposal; run twice on a day it acts once."""
    with shop_scope(shop_id):
        zone = ZoneInfo(known_timezone(shop_profile().timezone))
        rows = PriceProposal.objects.select_for_update().filter(state=ProposalState.WRITTEN).order_by("id")
        watched = []
        for row in rows:
            found = read_proposed(row.details)
            if row.written_at is None or now() - row.written_at < DAY:  # our copy of the price may still be the old one
                continue
            if is_replaced(found):
                _end(row, ProposalState.REPLACED)
            else:
                watched.append(_weeks_of(row, found, row.written_at, today(str(zone)), zone))
        due = [one for one in watched if one.days // WEEK > one.row.checked_weeks]
        _add_sales(due)
        for one in due:
            _judge(shop_id, one)


def is_replaced(found: ProposedPrice) -> bool:
    """Say whether a product that was given a price has another one by now, or is sold no more."""
    product = find_product(found.product_public_id)
    if product is None or product.deleted_at is not None:
        return True
    prices = {one.external_id: one.price_amount for one in list_variants(product.id)}
    moved = [one for one in found.variants if one.price != one.before]
    return all(prices.get(one.external_id) != one.price for one in moved)


def roll_back(shop_id: ShopId, actor_id: int | None, row: PriceProposal) -> bool:
    """Have the prices before a proposal set again, once; False where another change of a price is on its way."""
    done = [change for change in changes_of(row) if change.state == ChangeState.DONE]
    try:
        for change in done:
            undo_price_change(shop_id, actor_id, change.public_id)
    except Refusal:
        return False
    _end(row, ProposalState.ROLLED_BACK)
    return True


def _weeks_of(row: PriceProposal, found: ProposedPrice, at: datetime, day: date, zone: ZoneInfo) -> _Watched:
    first = (at.astimezone(zone).date() - EPOCH).days + 1
    whole = max((day - EPOCH).days - first, 0)
    return _Watched(row, found, first, first + min(whole // WEEK * WEEK, watch_days(found)))


def watch_days(found: ProposedPrice) -> int:
    """Return for how many days a price is watched: whole weeks of those it was judged for, one at least."""
    return max(min(found.days, WATCH_DAYS) // WEEK * WEEK, WEEK)


def _add_sales(watched: Iterable[_Watched]) -> None:
    by_product = {one.row.product_id: one for one in watched}
    for sale in iter_sales() if by_product else ():
        one = by_product.get(sale.product_id)
        if one is not None and one.first <= sale.day < one.last and sale.quantity > 0:
            one.units += sale.quantity * sale.lines
            one.paid += sale.paid_amount


def _judge(shop_id: ShopId, one: _Watched) -> None:
    outlook, row = one.found.proposed, one.row
    margin = margin_of(outlook, one.units, one.paid)
    if falls_short(outlook, min(one.days / one.found.days, 1), one.units, margin):
        if roll_back(shop_id, None, row):
            note(None, "guarded_price", one.found.title)
            params = {"units": str(round(one.units)), "days": str(one.days)}
            named = title_params(one.found.title, translated_titles(row.product_id, one.found.title))
            tell_owners(GUARD_ACTED, params | named, key=f"price-guard-{row.public_id}")
        return
    row.checked_weeks = one.days // WEEK
    row.save(update_fields=["checked_weeks"])
    if one.days >= watch_days(one.found):
        _end(row, ProposalState.KEPT)


def _end(row: PriceProposal, state: ProposalState) -> None:
    row.state, row.ended_at = state, now()
    row.save(update_fields=["state", "ended_at"])
