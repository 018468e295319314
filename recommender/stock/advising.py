"""What follows today from a night's forecasts, the stock there is, and how items are bought. Nothing is stored."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite

from django.utils.translation import gettext as _

from recommender.stock import selectors
from recommender.stock.engine.alignment import PlainDecisions, PlainFacts, decide_plainly, weeks_of
from recommender.stock.engine.decisions import ENOUGH_WEEKS, NEVER
from recommender.stock.engine.demand import DAYS
from recommender.stock.reading import EPOCH
from recommender.stock.types import (
    FEWEST_WEEKS,
    ComingWeek,
    ItemAdvice,
    ItemPage,
    ItemTerms,
    PastWeek,
    Remedy,
    StockAdvice,
    StockSettings,
    StockStatus,
    SupplierOrder,
    SupplierSummary,
)
from shopconnect.catalog.stock import StockItem, iter_stock_items
from shopconnect.core.artefacts import store
from shopconnect.core.artefacts.store import Artefact
from shopconnect.core.clock import known_timezone, now, today
from shopconnect.core.errors import Missing
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.selectors import last_order_at
from shopconnect.shops.selectors import shop_profile

ROOM = "stock"  # of the artefact
STALE_DAYS = 8
NEW_DAYS = 56  # in which an item that never sold is new rather than lying
CLEAR_WEEKS, PROMOTE_WEEKS = 26, 52
CLASS_NAMES = "ABC"
CENT = Decimal("0.01")


def stock_advice(shop_id: ShopId, language: str = "") -> StockAdvice:
    """Return what the shop's forecasts say today, items titled in a language. Opens a scope to read."""
    artefact = store.load(shop_id, ROOM)
    with shop_scope(shop_id):
        profile, settings = shop_profile(), selectors.stock_settings()
        suppliers = {one.name: one for one in selectors.list_suppliers()}
        terms, checks = selectors.terms_by_item(), selectors.latest_checks()
        items, has_sales = list(iter_stock_items(language)), last_order_at() is not None
    zone = known_timezone(profile.timezone)
    manifest = artefact.manifest if artefact else {}
    status = _status(artefact, has_sales)
    is_ready = artefact is not None and status in (StockStatus.READY, StockStatus.STALE)
    advised = _advised(artefact, items, settings, suppliers, terms, today(zone)) if artefact and is_ready else ()
    return StockAdvice(
        status=status,
        weeks=manifest.get("weeks", 0),
        made_at=datetime.fromisoformat(manifest["at"]) if manifest else None,
        zone=zone,
        currency=profile.currency,
        is_simple=manifest.get("is_simple", True),
        is_drifted=manifest.get("is_drifted", False),
        settings=settings,
        items=tuple(advised),
        uncounted=sum(one.level is None for one in items),
        without_cost=sum(one.cost is None for one in advised),
        has_ledger=manifest.get("has_ledger", False),
        checks=tuple(checks),
    )


def has_forecasts(shop_id: ShopId) -> bool:
    """Say whether the shop's forecasts say something of its items; asks no database."""
    artefact = store.load(shop_id, ROOM)
    return artefact is not None and len(artefact.arrays["product"]) > 0


def knows_calendar(shop_id: ShopId) -> bool | None:
    """Say whether the shop's forecasts believe the calendar; None where there are none yet. Asks no database."""
    artefact = store.load(shop_id, ROOM)
    return artefact.manifest.get("has_events", False) if artefact is not None else None


def supplier_orders(shop_id: ShopId, language: str = "") -> tuple[StockAdvice, list[SupplierOrder]]:
    """Return today's advice, and what to order of each supplier, by name; what nobody is known to deliver comes last.

    What the budget does not pay is in none of them.
    """
    advice = stock_advice(shop_id, language)
    with shop_scope(shop_id):
        minimums = {one.name: one.minimum_amount for one in selectors.list_suppliers()}
    lines: dict[str, list[ItemAdvice]] = {}
    for item in advice.items:
        if item.quantity and not item.is_over_budget:
            lines.setdefault(item.supplier, []).append(item)
    orders = [
        SupplierOrder(
            name=name,
            lines=tuple(sorted(found, key=lambda item: item.title)),
            amount=sum((item.amount or Decimal(0) for item in found), Decimal(0)),
            without_cost=sum(item.amount is None for item in found),
            minimum_amount=minimums.get(name),
        )
        for name, found in lines.items()
    ]
    return advice, sorted(orders, key=lambda order: (not order.name, order.name))


def item_page(shop_id: ShopId, public_id: int, variant: str, language: str = "") -> tuple[StockAdvice, ItemPage]:
    """Return today's advice, and an item with its weeks; raises Missing where the shop's forecasts have none such.

    Without its variant it is the product's first.
    """
    advice = stock_advice(shop_id, language)
    siblings = tuple(one for one in advice.items if one.public_id == public_id)
    item = next((one for one in siblings if variant in (one.variant, "")), None)
    artefact = store.load(shop_id, ROOM)
    if item is None or artefact is None:
        raise Missing(_("There is no stock forecast for this product."))
    weeks = weeks_of(artefact.arrays, (item.product_id, item.variant))
    last = EPOCH + timedelta(days=artefact.manifest["last_day"])
    count = len(weeks.sold)
    past = [
        PastWeek(day=last - timedelta(days=DAYS * (count - 1 - place)), sold=sold, counted=weeks.ordinary[place])
        for place, sold in enumerate(weeks.sold)
    ]
    coming = [
        ComingWeek(
            day=last + timedelta(days=DAYS * (place + 1)), mean=mean, low=weeks.low[place], high=weeks.high[place]
        )
        for place, mean in enumerate(weeks.mean)
    ]
    return advice, ItemPage(
        item=item,
        siblings=siblings,
        past=tuple(past),
        coming=tuple(coming),
        capped_weeks=weeks.capped_weeks,
        out_weeks=weeks.out_weeks,
        is_new=weeks.is_new,
    )


def _status(artefact: Artefact | None, has_sales: bool) -> StockStatus:
    if not has_sales and not (artefact and artefact.manifest["weeks"]):
        return StockStatus.EMPTY
    if artefact is None:
        return StockStatus.LEARNING
    if artefact.manifest["weeks"] < FEWEST_WEEKS:
        return StockStatus.TOO_LITTLE
    age = now() - datetime.fromisoformat(artefact.manifest["at"])
    return StockStatus.STALE if age > timedelta(days=STALE_DAYS) else StockStatus.READY


def _advised(
    artefact: Artefact,
    items: Sequence[StockItem],
    settings: StockSettings,
    suppliers: dict[str, SupplierSummary],
    terms: dict[tuple[int, str], ItemTerms],
    day: date,
) -> list[ItemAdvice]:
    own = [terms.get((item.product_id, item.variant), ItemTerms()) for item in items]
    facts = [_facts(item, term, suppliers, settings, day) for item, term in zip(items, own, strict=True)]
    percents = (settings.a_percent, settings.b_percent, settings.c_percent)
    budget = None if settings.budget_amount is None else float(settings.budget_amount)
    decided = decide_plainly(artefact.arrays, facts, tuple(percent / 100 for percent in percents), budget)
    return [
        _advice(item, term, fact, one, percents, suppliers, day)
        for item, term, fact, one in zip(items, own, facts, decided, strict=True)
    ]


def _facts(
    item: StockItem, term: ItemTerms, suppliers: dict[str, SupplierSummary], settings: StockSettings, day: date
) -> PlainFacts:
    days = suppliers.get(term.supplier, settings)
    arrives = (term.on_order_date - day).days if term.on_order_date else None
    is_late = arrives is not None and arrives < -days.late_days  # it is there by now, and counted
    return PlainFacts(
        key=(item.product_id, item.variant),
        stock=None if item.level is None else float(item.level),
        on_order=0 if is_late else term.on_order,
        arrives=arrives,
        price=float(item.price),
        cost=None if item.cost is None else float(item.cost),
        lead=days.lead_days,
        late=days.late_days,
        review=days.review_days,
        pack=term.pack_size,
        minimum=term.minimum_quantity,
    )


def _advice(
    item: StockItem,
    term: ItemTerms,
    fact: PlainFacts,
    one: PlainDecisions,
    percents: tuple[int, int, int],
    suppliers: dict[str, SupplierSummary],
    day: date,
) -> ItemAdvice:
    is_new = item.created_at is not None and (day - item.created_at.date()).days < NEW_DAYS
    excess = 0 if is_new and one.idle_weeks is None else int(one.excess)
    return ItemAdvice(
        product_id=item.product_id,
        public_id=item.public_id,
        external_id=item.external_id,
        variant=item.variant,
        sku=item.sku,
        title=item.title,
        service_class=CLASS_NAMES[one.service_class],
        service_percent=percents[one.service_class],
        supplier=term.supplier,
        terms=term,
        is_usual_supply=term.supplier not in suppliers,
        lead_days=fact.lead,
        late_days=fact.late,
        review_days=fact.review,
        stock=fact.stock,
        weekly_units=one.weekly,
        out_days=_days(one.out_day),
        early_days=_days(one.early_day),
        out_date=_date(day, one.out_day),
        early_date=_date(day, one.early_day),
        reorder_point=int(one.reorder_point),
        up_to=int(one.up_to),
        quantity=int(one.quantity),
        cost=item.cost,
        amount=_amount(item.cost, one.quantity),
        is_over_budget=one.is_over_budget,
        excess=excess,
        excess_amount=_amount(item.cost, excess),
        idle_weeks=one.idle_weeks,
        remedy=_remedy(fact, one),
        lost=one.lost,
        lost_low=one.lost_low,
        lost_high=one.lost_high,
    )


def _days(day: int) -> int | None:
    return day if day < NEVER else None


def _date(today: date, day: int) -> date | None:
    return today + timedelta(days=day) if day < NEVER else None


def _amount(cost: Decimal | None, units: float) -> Decimal | None:
    return None if cost is None else (cost * int(units)).quantize(CENT)


def _remedy(fact: PlainFacts, one: PlainDecisions) -> Remedy:
    """What never sold, or not for half a year, is cleared; what would last two years' halves is put forward."""
    if one.idle_weeks is None or one.idle_weeks >= CLEAR_WEEKS:
        return Remedy.CLEAR
    lasts = (fact.stock or 0.0) / one.weekly if one.weekly > 0 else float("inf")
    return Remedy.PROMOTE if not isfinite(lasts) or lasts > max(PROMOTE_WEEKS, ENOUGH_WEEKS) else Remedy.WAIT
