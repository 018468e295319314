"""Products as shoppers look for them: by words in any form, by price, by what is left. All run in a shop's scope."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from shopconnect.catalog.models import Product, ProductWord, Translation, Variant
from shopconnect.catalog.selectors import find_features
from shopconnect.catalog.types import PriceOrder, ProductFeatures
from shopconnect.core.tenancy.bulk import ask_sql
from shopconnect.core.tenancy.context import current_shop
from shopconnect.core.words import AFTER_ALL, fold

MOST_COMPARED = 200  # products that have the words, of which those are first that are called so
IN_TITLE = 2  # what a word in a title weighs, beside one in a category
_ORDERS = {None: "-id", PriceOrder.CHEAPEST: "price_amount", PriceOrder.DEAREST: "-price_amount"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedProduct:
    """A product that is sold, or was until it ran out.

    `left` are the titles of the variants of which there are some and `gone` of those of which there are none, in the
    platform's order; both are empty where there is one variant only, or nobody counts.
    """

    product: ProductFeatures
    left: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


# Asked at most messages of a chat, with a hundred words.
_KNOWN = "SELECT DISTINCT word FROM catalog_productword WHERE shop_id = %s AND word = ANY(%s)"


def known_words(words: Collection[str]) -> set[str]:
    """Return which folded words some product of the shop in scope is found by."""
    return {word for (word,) in ask_sql(_KNOWN, current_shop(), list(words))}


def words_beginning(prefix: str) -> frozenset[str]:
    """Return the folded words of products of the shop in scope that begin so, at most `MOST_COMPARED`."""
    rows = ProductWord.objects.filter(word__gte=prefix, word__lt=prefix + AFTER_ALL).order_by()
    return frozenset(rows.values_list("word", flat=True).distinct()[:MOST_COMPARED])


def find_offered(
    words: Sequence[Collection[str]],
    most: int,
    *,
    at_least: Decimal | None = None,
    at_most: Decimal | None = None,
    is_available: bool = False,
    order: PriceOrder | None = None,
) -> list[OfferedProduct]:
    """Return products that have one of each of some sets of folded words, at most `most`.

    First stand those whose titles have the words, then those whose categories have them; of these what is for sale, and
    the shortest titles. With an `order` by price only the first of these kinds that there is comes, by price.
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
    ids = _ranked(rows.order_by("-available", _ORDERS[order], "-id"), words, is_by_price=order is not None)[:most]
    counted = _counted_variants(ids)
    return [_offered(product, counted.get(product.id, [])) for product in find_features(ids)]


def _ranked(rows: QuerySet[Product], words: Sequence[Collection[str]], *, is_by_price: bool) -> list[int]:
    """Our ids of products by how well they are called by the words, by price where that is asked for."""
    found = list(rows.values_list("id", "available", "title", "category")[:MOST_COMPARED])
    names = {product_id: [(title, category)] for product_id, _, title, category in found}
    translated = Translation.objects.filter(product_id__in=names)
    for product_id, title, category in translated.values_list("product_id", "title", "category"):
        names[product_id].append((title, category))
    scores = {product_id: _score(names[product_id], words) for product_id in names}
    if is_by_price:
        best = max(scores.values(), default=0)
        return [product_id for product_id, *_ in found if scores[product_id] == best]
    # Stable, so that of two titles alike the newer comes first.
    found.sort(key=lambda one: (-scores[one[0]], not one[1], len(one[2].split())))
    return [product_id for product_id, *_ in found]


def _score(names: Sequence[tuple[str, Sequence[str]]], words: Sequence[Collection[str]]) -> int:
    titles = {word for title, _ in names for word in fold(title).split()}
    categories = {word for _, category in names for level in category for word in fold(level).split()}
    return sum(IN_TITLE if not titles.isdisjoint(forms) else int(not categories.isdisjoint(forms)) for forms in words)


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
