"""Positions as they are stored, and read again. All run in the scope of a shop."""

from collections.abc import Mapping
from datetime import timedelta

from recommender.prices.models import PricePosition
from recommender.prices.types import COMPETITOR_DAYS, ListedPosition, ProductPosition
from shopconnect.core.clock import now


def product_positions() -> dict[int, ProductPosition]:
    """Return positions by our id of the product; a competitor's price that is too old to rest on is left out."""
    since = now() - timedelta(days=COMPETITOR_DAYS)
    rows = PricePosition.objects.values_list("product_id", "competitor_amount", "family", "told_at")
    return {
        product_id: ProductPosition(competitor=amount, family=family, told_at=told_at)
        if amount is not None and told_at > since
        else ProductPosition(family=family)
        for product_id, amount, family, told_at in rows
    }


def list_positions(after_id: int, limit: int) -> list[ListedPosition]:
    """Return what is known of products after one, by our id of them, a competitor's price that is too old left out."""
    since = now() - timedelta(days=COMPETITOR_DAYS)
    rows = PricePosition.objects.select_related("product").filter(product_id__gt=after_id).order_by("product_id")
    return [
        ListedPosition(
            product_id=row.product_id,
            product_public_id=row.product.public_id,
            competitor_price=row.competitor_amount if row.told_at > since else None,
            family=row.family,
            told_at=row.told_at,
        )
        for row in rows[:limit]
    ]


def store_positions(found: Mapping[int, ProductPosition]) -> None:
    """Keep positions of products; one that says nothing goes."""
    PricePosition.objects.filter(product_id__in=list(found)).delete()
    rows = [
        PricePosition(
            product_id=product_id, competitor_amount=one.competitor, family=one.family, told_at=one.told_at or now()
        )
        for product_id, one in sorted(found.items())
        if one != ProductPosition()
    ]
    PricePosition.objects.bulk_create(rows, batch_size=500)
