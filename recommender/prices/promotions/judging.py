"""What a promotion brought: its days and the days after beside what was expected without it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from recommender.prices.models import PromotedProduct, Promotion
from recommender.prices.promotions.stored import promoted_rows, read_plan, write_verdict
from recommender.prices.promotions.types import AFTER_DAYS, PROMOTION_JUDGED, PromotedPlan, PromotionVerdict, added
from recommender.prices.reading import EPOCH
from recommender.prices.types import Between
from shopconnect.core.clock import known_timezone, today
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.notices import tell_owners
from shopconnect.orders.sales import Sale, iter_sales
from shopconnect.shops.selectors import shop_profile


class _Counted:
    """What a product sold in its promotion's days and in those after."""

    def __init__(self, first: int, last: int) -> None:
        self._first, self._last, self._end = first, last, last + AFTER_DAYS
        self.units, self.paid, self.units_after, self.paid_after = 0.0, 0.0, 0.0, 0.0

    def add(self, sale: Sale) -> None:
        units = sale.quantity * sale.lines
        if self._first <= sale.day <= self._last:
            self.units, self.paid = self.units + units, self.paid + sale.paid_amount
        elif self._last < sale.day <= self._end:
            self.units_after, self.paid_after = self.units_after + units, self.paid_after + sale.paid_amount


def judge_promotions(shop_id: ShopId) -> None:
    """Judge promotions whose days after are over, once; a second run changes nothing."""
    with shop_scope(shop_id):
        day = today(known_timezone(shop_profile().timezone))
        over = Promotion.objects.select_for_update().filter(ends_on__lt=day - timedelta(days=AFTER_DAYS))
        rows = list(over.filter(verdict__isnull=True, totals__isnull=False).order_by("id"))
        promoted = promoted_rows(rows)
        counted = _counted(rows, promoted.values())
        for row in rows:
            _judge(row, promoted[row.pk], counted)


def _counted(rows: Sequence[Promotion], promoted: Iterable[Sequence[PromotedProduct]]) -> dict[int, _Counted]:
    """Return what sold by promoted row, sales read once for all of them."""
    days = {row.pk: ((row.starts_on - EPOCH).days, (row.ends_on - EPOCH).days) for row in rows}
    found: dict[int, _Counted] = {}
    of_product: dict[int, list[_Counted]] = {}
    for one in (one for some in promoted for one in some):
        found[one.pk] = _Counted(*days[one.promotion_id])
        of_product.setdefault(one.product_id, []).append(found[one.pk])
    for sale in iter_sales() if found else ():
        for counted in of_product.get(sale.product_id, ()) if sale.quantity > 0 else ():
            counted.add(sale)
    return found


def _judge(row: Promotion, promoted: Sequence[PromotedProduct], counted: dict[int, _Counted]) -> None:
    verdicts = []
    for one in promoted:
        verdict = _verdict(read_plan(one), counted[one.pk])
        if verdict is not None:
            one.verdict = write_verdict(verdict)
            verdicts.append(verdict)
    PromotedProduct.objects.bulk_update(promoted, ["verdict"], batch_size=500)
    row.verdict = write_verdict(
        PromotionVerdict(
            units=sum(one.units for one in verdicts),
            paid=sum(one.paid for one in verdicts),
            units_after=sum(one.units_after for one in verdicts),
            extra_units=added([one.extra_units for one in verdicts]),
            extra_margin=added([one.extra_margin for one in verdicts]),
        )
    )
    row.save(update_fields=["verdict"])
    tell_owners(PROMOTION_JUDGED, {"name": row.name}, key=f"{PROMOTION_JUDGED}-{row.public_id}")


def _verdict(plan: PromotedPlan | None, came: _Counted) -> PromotionVerdict | None:
    """Return what came beyond what was expected; None where nothing was foretold."""
    if plan is None or plan.usual is None or plan.after is None:
        return None
    units, paid = came.units + came.units_after, came.paid + came.paid_after
    margin = paid / (1 + plan.tax_share) - units * float(plan.cost or 0)
    return PromotionVerdict(
        units=came.units,
        paid=came.paid,
        units_after=came.units_after,
        extra_units=_beyond(units, plan.usual.units, plan.after.units),
        extra_margin=_beyond(margin, plan.usual.margin, plan.after.margin),
    )


def _beyond(came: float, usual: Between, after: Between) -> Between:
    expected = added([usual, after])
    return Between(mean=came - expected.mean, low=came - expected.high, high=came - expected.low)
