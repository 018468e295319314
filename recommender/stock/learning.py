"""A shop's night: forecasts are made and stored, those of four weeks ago are held against what came, owners told."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from recommender.stock import selectors
from recommender.stock.advising import ROOM, stock_advice
from recommender.stock.engine.forecast import HORIZON
from recommender.stock.engine.methods import SIMPLE
from recommender.stock.engine.night import days_promised, foretold, is_behind, joined, judged, promise, without_days
from recommender.stock.models import ForecastCheck
from recommender.stock.reading import EPOCH, ShopStock, read_stock
from recommender.stock.types import FORECASTS_DRIFTED, RUNS_OUT, ItemAdvice
from shopconnect.catalog.selectors import translated_titles
from shopconnect.core.artefacts import store
from shopconnect.core.clock import known_timezone, now, today
from shopconnect.core.jobs.spread import place_in
from shopconnect.core.jobs.work import add_due
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.kinds import title_params
from shopconnect.notifications.notices import tell_owners
from shopconnect.shops.selectors import all_shops

log = get_logger(__name__)

WORK_KIND, NO_SUBJECT = "learn_stock", 0
NIGHT_HOURS, WEEK, FOUR_WEEKS = 6, 7, 7 * HORIZON
FORGOTTEN_DAYS = 63  # after which a promise that no night held against what came is let go
SOON_DAYS = 7


def learn_stock(shop_id: ShopId) -> None:
    """Make a shop's forecasts anew and store them, hold old ones against what came, and tell owners what runs out.

    Reads in a scope, computes outside any, saves one artefact whole. A second run on a day stores the same again.
    """
    before = store.load_newest(shop_id, ROOM)
    stock = read_stock(shop_id)
    past = {name: array for name, array in before.arrays.items() if name.startswith("past_")} if before else {}
    is_drifted = _hold_against(shop_id, stock, past)
    stock.forecaster.only_simple = is_drifted
    arrays = foretold(stock.forecaster, [item is not None for item in stock.items])
    demand = stock.demand
    manifest = {
        "at": now().isoformat(),
        "last_day": demand.last_day,
        "weeks": demand.weeks,
        "items": len(arrays["product"]),
        "is_simple": not len(arrays["product"]) or stock.forecaster.served(demand.weeks) == SIMPLE,
        "is_drifted": is_drifted,
        "has_events": stock.forecaster.choice(demand.weeks).has_events,
        "has_ledger": stock.has_ledger,
    }
    store.save(shop_id, ROOM, arrays | _promises(stock, arrays, past), manifest)
    log.info("stock_foretold", shop_id=shop_id, items=manifest["items"], weeks=demand.weeks)
    _tell(shop_id, is_drifted and not (before and before.manifest.get("is_drifted")))


def ask_forecasts(shop_id: ShopId) -> None:
    """Have a worker make a shop's forecasts soon; asking again before it began changes nothing."""
    with shop_scope(shop_id):
        add_due(WORK_KIND, NO_SUBJECT)


def follow_load(shop_id: ShopId) -> None:
    """Have forecasts follow a load that changed something; run in the shop's scope."""
    add_due(WORK_KIND, NO_SUBJECT)


def ask_forecasts_of(hour: int) -> int:
    """Ask for the nightly forecasts of the shops whose hour (UTC) it is; returns how many."""
    shops = [shop_id for shop_id in all_shops() if place_in(shop_id, NIGHT_HOURS) == hour]
    for shop_id in shops:
        ask_forecasts(shop_id)
    return len(shops)


def _hold_against(shop_id: ShopId, stock: ShopStock, past: Mapping[str, Any]) -> bool:
    """Write down how promises fared whose four weeks end with the last day; say whether the learning drifted."""
    last_day = stock.demand.last_day
    over = [day for day in days_promised(past) if _is_over(day, last_day)]
    figures = {day: judged(past, day, stock.demand) for day in over}
    with shop_scope(shop_id):
        for day, found in figures.items():
            ForecastCheck.objects.update_or_create(day=EPOCH + timedelta(days=day), defaults={"figures": found})
        checks = selectors.latest_checks()
    is_known = len(checks) == selectors.CHECKS
    return is_known and is_behind([one.error for one in checks], [one.simple_error for one in checks])


def _promises(stock: ShopStock, arrays: Mapping[str, Any], past: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what is not over yet, and add today's once a week."""
    last_day, days = stock.demand.last_day, days_promised(past)
    over = [day for day in days if _is_over(day, last_day) or last_day - day >= FORGOTTEN_DAYS]
    kept = without_days(past, over)
    is_new = len(arrays["product"]) > 0 and (not days or last_day - days[-1] >= WEEK)
    return joined(kept, promise(stock.forecaster, arrays)) if is_new else dict(kept)


def _is_over(day: int, last_day: int) -> bool:
    """Say whether the four weeks after a day are whole weeks of those that end with the last day."""
    return last_day - day >= FOUR_WEEKS and (last_day - day) % WEEK == 0


def _tell(shop_id: ShopId, has_drifted: bool) -> None:
    advice = stock_advice(shop_id)
    soon = [item for item in advice.running_out if _is_urgent(item)]
    day = today(known_timezone(advice.zone))
    week = "-".join(str(part) for part in day.isocalendar()[:2])
    with shop_scope(shop_id):
        if has_drifted:
            tell_owners(FORECASTS_DRIFTED, {}, key=f"stock-drifted-{week}")
        if soon:
            first = soon[0]
            params = {"days": str(first.out_days), "others": str(len(soon) - 1)}
            named = title_params(first.title, translated_titles(first.product_id, first.title))
            tell_owners(RUNS_OUT, params | named, key=f"stock-out-{week}")


def _is_urgent(item: ItemAdvice) -> bool:
    return item.quantity > 0 and item.service_class != "C" and (item.out_days or 0) <= SOON_DAYS
