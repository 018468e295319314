"""What home shows of this room: which shelf fell back, what suggestions earned, and how shelves are used."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments.kinds import shelf_title
from shopconnect.experiments.result_rows import EarnedSummary, earned_of
from shopconnect.experiments.results import compared_buyers, orders_by_day, results_of
from shopconnect.experiments.selectors import config_of_shop, last_shown_day, list_fallbacks, summed_tallies
from shopconnect.experiments.services import hold_out_percent
from shopconnect.experiments.types import ShelfTally
from shopconnect.ui.charts import Chart, day_chart
from shopconnect.ui.shop_times import ShopTime

DAYS = 28


def fallen_shelves(shop_id: ShopId) -> list[str] | None:
    """Return what the shelves are called that show the simple rule; None where there is none."""
    with shop_scope(shop_id):
        return [shelf_title(one.shelf) for one in list_fallbacks()] or None


def earned(shop_id: ShopId) -> EarnedSummary:
    """Return what suggestions earned, in short."""
    with shop_scope(shop_id):
        percent = hold_out_percent(config_of_shop())
    return earned_of(results_of(shop_id), percent, compared_buyers(shop_id))


def last_shown() -> ShopTime:
    """Return on which of the last days (UTC) shoppers of the shop in scope were last shown a shelf."""
    return ShopTime(at=last_shown_day((now() - timedelta(days=DAYS)).date()))


def use_charts(shop_id: ShopId) -> list[Chart] | None:
    """Draw day by day how often shelves were shown, clicked, and followed by an order; None where none was shown.

    The days (UTC) are the last 28 that are over: today's beginning would look like a fall.
    """
    days = [now().date() - timedelta(days=ago) for ago in range(DAYS, 0, -1)]
    with shop_scope(shop_id):
        counted, orders = summed_tallies(days[0], "day"), orders_by_day()
    tallies = [counted.get((day.isoformat(),), ShelfTally("", "", "")) for day in days]
    shown = [one.requests - one.empties - one.errors for one in tallies]
    clicks = [one.clicks for one in tallies]
    ordered = [orders.get(day.isoformat(), 0) for day in days]
    if not any(shown):
        return None
    return [
        _chart(ngettext("%(shown)s shelf shown", "%(shown)s shelves shown", sum(shown)), _("Shelves"), days, shown),
        _chart(ngettext("%(shown)s click", "%(shown)s clicks", sum(clicks)), _("Clicks"), days, clicks),
        _chart(
            ngettext("%(shown)s order after a click", "%(shown)s orders after a click", sum(ordered)),
            _("Orders"),
            days,
            ordered,
        ),
    ]


def _chart(title: str, unit: str, days: Sequence[date], counts: Sequence[int]) -> Chart:
    total = number_format(sum(counts), force_grouping=True)
    return day_chart(title % {"shown": total}, unit, list(zip(days, counts, strict=True)))
