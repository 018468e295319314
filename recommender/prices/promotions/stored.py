"""Promotions as they are stored, and read again. All run in the scope of a shop."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet
from pydantic import TypeAdapter

from recommender.prices.models import PromotedProduct, Promotion
from recommender.prices.promotions.types import (
    PromotedPlan,
    PromotedProductSummary,
    PromotionSummary,
    PromotionTotals,
    PromotionVerdict,
)
from recommender.prices.types import PlannedReduction
from shopconnect.catalog.selectors import titles_in
from shopconnect.core.clock import known_timezone, today
from shopconnect.shops.selectors import shop_profile

_plans = TypeAdapter(PromotedPlan)
_totals = TypeAdapter(PromotionTotals)
_verdicts = TypeAdapter(PromotionVerdict)


def write_plan(plan: PromotedPlan) -> dict[str, Any]:
    """Return a product's plan as JSON can hold it."""
    written: dict[str, Any] = _plans.dump_python(plan, mode="json")
    return written


def read_plan(row: PromotedProduct) -> PromotedPlan | None:
    """Return what is planned of a product, None before the first night."""
    return None if row.plan is None else _plans.validate_python(row.plan)


def write_totals(totals: PromotionTotals) -> dict[str, Any]:
    """Return what a plan comes to as JSON can hold it."""
    written: dict[str, Any] = _totals.dump_python(totals, mode="json")
    return written


def write_verdict(verdict: PromotionVerdict) -> dict[str, Any]:
    """Return a verdict as JSON can hold it."""
    written: dict[str, Any] = _verdicts.dump_python(verdict, mode="json")
    return written


def planned_reductions(day: date) -> tuple[PlannedReduction, ...]:
    """Return the promotions that have not begun on a day, the next one first."""
    rows = Promotion.objects.filter(starts_on__gte=day).order_by("starts_on", "id").prefetch_related("products")
    return tuple(
        PlannedReduction(
            starts_on=row.starts_on,
            percent=Decimal(row.percent),
            products=frozenset(one.product_id for one in row.products.all()),
            days=(row.ends_on - row.starts_on).days + 1,
        )
        for row in rows
    )


def products_in_promotion(day: date) -> set[int]:
    """Return the products whose price a promotion lowers on a day: no other price is proposed for them."""
    rows = PromotedProduct.objects.filter(promotion__starts_on__lte=day, promotion__ends_on__gte=day)
    return set(rows.values_list("product_id", flat=True))


def summaries_of_promotions(rows: QuerySet[Promotion]) -> list[PromotionSummary]:
    """Return promotions as they stand today."""
    profile = shop_profile()
    day = today(known_timezone(profile.timezone))
    return [
        PromotionSummary(
            id=row.pk,
            public_id=row.public_id,
            name=row.name,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            percent=row.percent,
            products=row.product_count,
            totals=None if row.totals is None else _totals.validate_python(row.totals),
            verdict=None if row.verdict is None else _verdicts.validate_python(row.verdict),
            currency=profile.currency,
            today=day,
        )
        for row in rows.annotate(product_count=Count("products"))
    ]


def summaries_of_promoted(rows: Iterable[PromotedProduct], language: str) -> list[PromotedProductSummary]:
    """Return products of a promotion, titled in a language; rows come with their product."""
    found = list(rows)
    titles = titles_in(language, [row.product_id for row in found]) if language else {}
    return [_promoted(row, titles) for row in found]


def _promoted(row: PromotedProduct, titles: Mapping[int, str]) -> PromotedProductSummary:
    return PromotedProductSummary(
        id=row.pk,
        product_public_id=row.product.public_id,
        title=titles.get(row.product_id, row.product.title),
        plan=read_plan(row),
        verdict=None if row.verdict is None else _verdicts.validate_python(row.verdict),
    )


def promoted_rows(promotions: Sequence[Promotion]) -> dict[int, list[PromotedProduct]]:
    """Return the products of promotions by their id, by ours of the product."""
    found: dict[int, list[PromotedProduct]] = {row.pk: [] for row in promotions}
    for one in PromotedProduct.objects.filter(promotion__in=promotions).order_by("product_id"):
        found[one.promotion_id].append(one)
    return found
