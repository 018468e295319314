"""What planned promotions may say and would bring, worked out each night until their first day."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from math import inf
from zoneinfo import ZoneInfo

from recommender.prices.engine.promotion import PromotionOutlook, PromotionTerms, promotion_outlook
from recommender.prices.explaining import between, outlook_at
from recommender.prices.models import PromotedProduct, Promotion
from recommender.prices.promotions.stored import promoted_rows, write_plan, write_totals
from recommender.prices.promotions.types import AFTER_DAYS, PromotedPlan, PromotionTotals, added
from recommender.prices.proposing import KnownPrices, cost_of
from recommender.prices.reading import ShopPrices
from recommender.prices.types import NoProposalReason
from shopconnect.catalog.reductions import REFERENCE_DAYS, LowestPrice, lowest_prices
from shopconnect.core.clock import known_timezone

CENT, PERCENT = Decimal("0.01"), Decimal(100)


def keep_plans(shop: ShopPrices, known: KnownPrices, tax_share: float, day: date) -> None:
    """Store what promotions that have not begun would bring; run in the shop's scope. A second run stores the same."""
    rows = list(Promotion.objects.select_for_update().filter(starts_on__gt=day).order_by("id"))
    promoted = promoted_rows(rows)
    for row in rows:
        planner = _Planner(shop, known, tax_share, row, day)
        plans = planner.plans([one.product_id for one in promoted[row.pk]])
        for one in promoted[row.pk]:
            one.plan = write_plan(plans[one.product_id]) if one.product_id in plans else None
        PromotedProduct.objects.bulk_update(promoted[row.pk], ["plan"], batch_size=500)
        row.totals = write_totals(totals_of(list(plans.values()), len(promoted[row.pk])))
        row.save(update_fields=["totals"])


def totals_of(plans: Sequence[PromotedPlan], products: int) -> PromotionTotals:
    """Return what the plans of a promotion come to."""
    foretold = [one for one in plans if one.reduced is not None]
    return PromotionTotals(
        products=products,
        foretold=len(foretold),
        short=sum(one.is_short for one in plans),
        below_cost=sum(one.is_below_cost for one in plans),
        unproven=sum(not one.is_proven for one in plans),
        usual_units=added([one.usual.units for one in foretold if one.usual is not None]),
        units=added([one.reduced.units for one in foretold if one.reduced is not None]),
        gain=added([one.gain for one in foretold if one.gain is not None]),
    )


def promised_price(reference: Decimal, percent: int) -> Decimal:
    """Return the price that a percentage off a reference promises, never above it by rounding."""
    return (reference * (PERCENT - percent) / PERCENT).quantize(CENT, ROUND_DOWN)


class _Planner:
    """Works out the plans of one promotion's products."""

    def __init__(self, shop: ShopPrices, known: KnownPrices, tax_share: float, row: Promotion, day: date) -> None:
        self._shop, self._known, self._tax, self._row, self._day = shop, known, tax_share, row, day
        self._products = {product.id: at for at, product in enumerate(shop.products) if product.deleted_at is None}

    def plans(self, product_ids: Sequence[int]) -> dict[int, PromotedPlan]:
        """Return plans by product, none of what is sold no more."""
        zone = ZoneInfo(known_timezone(self._shop.profile.timezone))
        since = datetime.combine(self._row.starts_on - timedelta(days=REFERENCE_DAYS), time(0), zone)
        ids = [product_id for product_id in product_ids if product_id in self._products]
        lowest = lowest_prices(ids, since, self._shop.profile.currency)
        plain = {product_id: self._plain(product_id, lowest.get(product_id), since) for product_id in ids}
        return plain | self._foretold({one: plan for one, plan in plain.items() if plan.reason is None})

    def _plain(self, product_id: int, lowest: LowestPrice | None, since: datetime) -> PromotedPlan:
        at = self._products[product_id]
        product = self._shop.products[at]
        cost = cost_of(product, self._shop.variants.get(product_id, []))
        reference = product.price_amount if lowest is None else min(product.price_amount, lowest.amount)
        stock = product.stock_level
        return PromotedPlan(
            price=product.price_amount,
            reference=reference,
            promised=promised_price(reference, self._row.percent),
            is_proven=lowest is not None and lowest.known_since <= since,
            cost=cost,
            tax_share=self._tax,
            stock=None if stock is None else float(stock),
            lasts=None,
            usual=None,
            reduced=None,
            after=None,
            gain=None,
            reason=self._reason(at, cost),
        )

    def _reason(self, at: int, cost: Decimal | None) -> NoProposalReason | None:
        if not self._known.learnt.is_enough(at):
            return NoProposalReason.LITTLE_MOVEMENT
        if not self._known.is_trusted(at):
            return NoProposalReason.NOT_SURE
        return NoProposalReason.NO_COST if cost is None else None

    def _foretold(self, plans: Mapping[int, PromotedPlan]) -> dict[int, PromotedPlan]:
        """Return plans with what they would bring; all of them at once."""
        if not plans:
            return {}
        demand = self._known.learnt.demand_of([self._products[product_id] for product_id in plans])
        row = self._row
        terms = PromotionTerms(
            price=[float(one.price) for one in plans.values()],
            promised=[float(one.promised) for one in plans.values()],
            cost=[float(one.cost or 0) for one in plans.values()],
            stock=[inf if one.stock is None else one.stock for one in plans.values()],
            tax_share=self._tax,
            days=(row.ends_on - row.starts_on).days + 1,
            days_before=(row.starts_on - self._day).days,
            days_after=AFTER_DAYS,
        )
        found = promotion_outlook(demand, terms)
        return {product_id: _with_outlook(plan, found, place) for place, (product_id, plan) in enumerate(plans.items())}


def _with_outlook(plan: PromotedPlan, found: PromotionOutlook, place: int) -> PromotedPlan:
    is_counted = plan.stock is not None
    return replace(
        plan,
        stock=float(found.stock[place]) if is_counted else None,
        lasts=float(found.lasts[place]) if is_counted else None,
        usual=outlook_at(plan.price, found.usual[place].tolist(), 1),
        reduced=outlook_at(plan.promised, found.reduced[place].tolist(), 1),
        after=outlook_at(plan.price, found.after[place].tolist(), 1),
        gain=between(found.gain[place].tolist()),
    )
