"""Products as shoppers look for them: by words in any form, by price, by what is left. All run in a shop's scope."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from shopconnect.catalog.models import Product, ProductWord, Variant
from shopconnect.catalog.selectors import find_features
from shopconnect.catalog.types import ProductFeatures


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedProduct:
    """A product that is sold, or was until it ran out.

    `left` are the titles of the variants of which there are some and `gone` of those of which there are none, in the
    platform's order; both are empty where there is one variant only, or nobody counts.
    """

    product: ProductFeatures
    left: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def known_words(words: Collection[str]) -> set[str]:
    """Return which folded words some product of the shop in scope is found by."""
    rows = ProductWord.objects.filter(word__in=words).order_by()
    return set(rows.values_list("word", flat=True).distinct())


def find_offered(
    words: Sequence[Collection[str]],
    most: int,
    *,
    at_least: Decimal | None = None,
    at_most: Decimal | None = None,
    is_available: bool = False,
) -> list[OfferedProduct]:
    """Return products that have one of each of some sets of folded words, at most `most`: those for sale, newest first.

    Prices are in the products' own currency. Gift cards are left out: nobody looks for them by colour.
    """
    rows: QuerySet[Product] = Product.objects.filter(deleted_at=None, is_gift_card=False)
    for forms in words:
        rows = rows.filter(id__in=ProductWord.objects.filter(word__in=forms).values("product_id"))
    if at_least is not None:
        rows = rows.filter(price_amount__gte=at_least)
    if at_most is not None:
        rows = rows.filter(price_amount__lte=at_most)
    if is_available:
        rows = rows.filter(available=True)
    ids = list(rows.order_by("-available", "-id").values_list("id", flat=True)[:most])
    counted = _counted_variants(ids)
    return [_offered(product, counted.get(product.id, [])) for product in find_features(ids)]


def _counted_variants(ids: Collection[int]) -> dict[int, list[tuple[str, Decimal | None]]]:
    rows = Variant.objects.filter(product_id__in=ids, deleted_at=None).order_by("product_id", "position", "id")
    found: dict[int, list[tuple[str, Decimal | None]]] = {}
    for product_id, title, level in rows.values_list("product_id", "title", "stock_level"):
        found.setdefault(product_id, []).append((title, level))
    return found


def _offered(product: ProductFeatures, variants: Sequence[tuple[str, Decimal | None]]) -> OfferedProduct:
    levels = [(title, level) for title, level in variants if title and level is not None]
    if len(variants) < 2 or len(levels) < len(variants):  # noqa: PLR2004
        return OfferedProduct(product=product)
    return OfferedProduct(
        product=product,
        left=tuple(title for title, level in levels if level > 0),
        gone=tuple(title for title, level in levels if level <= 0),
    )
