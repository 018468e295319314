"""Price tests are measured each night: what sold on the days on which a test's price really held, all day and in stock.

Who bought is not known here: days are compared, and on each of them everybody saw the same price.
"""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from recommender.prices.engine.turns import TurnDays, TurnFigures, TurnPlan, turn_figures
from recommender.prices.models import PriceTest
from recommender.prices.reading import EPOCH, days_from_epoch
from recommender.prices.testing.stored import read_design, write_result
from recommender.prices.testing.turning import end_test
from recommender.prices.testing.types import TEST_GUARDED, TEST_OVER, WASHOUT_DAYS, PriceTestResult, PriceTestState
from recommender.prices.types import Between
from shopconnect.catalog.selectors import iter_ledger, translated_titles
from shopconnect.catalog.stock import list_stock_outs
from shopconnect.core.clock import known_timezone, today
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.kinds import title_params
from shopconnect.notifications.notices import tell_owners
from shopconnect.orders.sales import iter_sales
from shopconnect.shops.audit import note
from shopconnect.shops.selectors import shop_profile


def measure_tests(shop_id: ShopId) -> None:
    """Measure running tests up to yesterday, and end those that are over or lose; a second run changes nothing.

    Memory is that of the tests' own days.
    """
    with shop_scope(shop_id):
        zone = known_timezone(shop_profile().timezone)
        day = today(zone)
        rows = PriceTest.objects.select_for_update(of=("self",)).select_related("product").order_by("id")
        running = [row for row in rows.filter(state=PriceTestState.RUNNING) if row.measured_on != day]
        for row, days in zip(running, _days_of(running, day, zone), strict=True):
            _judge(row, turn_figures(days, WASHOUT_DAYS), day)


def _days_of(rows: Sequence[PriceTest], day: date, zone: str) -> list[TurnDays]:
    """Return what is known of tests' days, sales, prices and stock each read once for all of them."""
    days = {row.product_id: TurnDays(_plan(row), (day - EPOCH).days) for row in rows}
    ledger: dict[int, list[tuple[float, float]]] = {product_id: [] for product_id in days}
    if days:
        for sale in iter_sales():
            if sale.product_id in days and sale.quantity > 0:
                days[sale.product_id].add_sale(sale.day, sale.quantity * sale.lines, sale.paid_amount)
        for entry in iter_ledger(shop_profile().currency):
            if entry.product_id in days and entry.variant == "":
                ledger[entry.product_id].append((days_from_epoch(entry.at, ZoneInfo(zone)), entry.price))
        for out in list_stock_outs(zone):
            if out.product_id in days:
                days[out.product_id].leave_out(out.since, out.until)
    for product_id, entries in ledger.items():
        days[product_id].keep_held(entries)
    return [days[row.product_id] for row in rows]


def _plan(row: PriceTest) -> TurnPlan:
    design = read_design(row)
    return TurnPlan(
        first=(design.starts_on - EPOCH).days,
        arms=design.arms,
        starts=design.starts,
        blocks=len(design.block.days),
        prices=(float(row.first_amount), float(row.other_amount)),
        cost=float(design.cost),
        net=1 / (1 + design.tax_share),
    )


def _judge(row: PriceTest, figures: TurnFigures, day: date) -> None:
    row.result, row.measured_on = write_result(_result(figures)), day
    row.save(update_fields=["result", "measured_on"])
    if day >= read_design(row).ends_on:
        end_test(row, PriceTestState.ENDED)
        _tell(row, TEST_OVER)
    elif figures.is_losing:
        end_test(row, PriceTestState.GUARDED)
        note(None, "guarded_price_test", row.product.title)
        _tell(row, TEST_GUARDED)


def _result(figures: TurnFigures) -> PriceTestResult:
    effect = figures.effect
    return PriceTestResult(
        elasticity=_between(effect.slope, *effect.between()) if effect else None,
        gain=_between(*figures.gain) if effect else None,
        pairs=effect.pairs if effect else 0,
        units=figures.units,
        days=figures.days,
        margin_a_day=figures.margin_a_day,
        days_left_out=figures.days_left_out,
    )


def _between(mean: float, low: float, high: float) -> Between:
    return Between(mean=mean, low=low, high=high)


def _tell(row: PriceTest, kind: str) -> None:
    title = row.product.title
    tell_owners(kind, title_params(title, translated_titles(row.product_id, title)), key=f"{kind}-{row.public_id}")
