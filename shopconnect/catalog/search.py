"""Products among what a merchant searches."""

from django.urls import reverse
from django.utils.translation import get_language

from shopconnect.catalog.selectors import found_products, product_rows, translate_products
from shopconnect.core.money import Money
from shopconnect.ui.search import SearchHit


def find_products(text: str, most: int) -> list[SearchHit]:
    """Return the products that have every word of a text; those that are sold come first."""
    rows = product_rows(found_products(text).order_by("-available", "-id"), most)
    language = get_language() or "en"
    return [
        SearchHit(
            title=row.title,
            detail=Money(amount=row.price_amount, currency=row.currency).written(language),
            url=reverse("catalog:product", args=[row.public_id]),
        )
        for row in translate_products(rows, language)
    ]
