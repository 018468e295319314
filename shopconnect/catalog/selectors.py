"""Questions about the catalog. All run in the scope of a shop; pages are by id, `after_id` being the last one seen."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet

from shopconnect.catalog.models import Product, Translation, Variant
from shopconnect.catalog.types import ProductCounts, ProductFeatures, ProductRow

SHORT = 300  # characters of a description that travel with features
ROW_FIELDS = (
    "id", "public_id", "external_id", "title", "vendor", "category", "tags", "image", "url", "available", "currency",
    "price_amount", "cost_amount", "stock_level", "created_at", "deleted_at",
)  # fmt: skip


def list_features() -> list[ProductFeatures]:
    """Return every product that is not deleted, ordered by id, with its titles and addresses by language."""
    words = _words_by_product()
    rows = Product.objects.filter(deleted_at=None).order_by("id").values(*ROW_FIELDS, "description")
    return [_features(row, words.get(row["id"], ())) for row in rows.iterator(2000)]


def list_products(after_id: int = 0, limit: int = 100, *, search: str = "") -> list[ProductRow]:
    """Return a page of products by id, deleted ones too; `search` looks in title and external id."""
    return _rows(_found(search).filter(id__gt=after_id), limit)


def find_product(public_id: int) -> ProductRow | None:
    """Return the product of a public id, or None."""
    return next(iter(_rows(Product.objects.filter(public_id=public_id), 1)), None)


def find_product_by_external_id(external_id: str) -> ProductRow | None:
    """Return the product that the platform calls so, or None."""
    return next(iter(_rows(Product.objects.filter(external_id=external_id), 1)), None)


def product_ids(external_ids: Iterable[str]) -> dict[str, int]:
    """Return our ids by the platform's, for those we know."""
    rows = Product.objects.filter(external_id__in=list(external_ids))
    return dict(rows.values_list("external_id", "id"))


def count_products() -> ProductCounts:
    """Return how much is sold."""
    alive = Q(deleted_at=None)
    count = Product.objects.aggregate(
        products=Count("id", filter=alive),
        available=Count("id", filter=alive & Q(available=True)),
        deleted=Count("id", filter=~alive),
    )
    return ProductCounts(**count, variants=Variant.objects.filter(deleted_at=None).count())


def _found(search: str) -> QuerySet[Product]:
    text = search.strip()
    found: QuerySet[Product] = Product.objects.all()
    return found.filter(Q(title__icontains=text) | Q(external_id=text)) if text else found


def _rows(rows: QuerySet[Product], limit: int) -> list[ProductRow]:
    return [
        ProductRow(**{**row, "category": tuple(row["category"]), "tags": tuple(row["tags"])})
        for row in rows.order_by("id").values(*ROW_FIELDS)[:limit]
    ]


def _words_by_product() -> Mapping[int, list[tuple[str, str, str]]]:
    words: dict[int, list[tuple[str, str, str]]] = {}
    rows = Translation.objects.order_by("product_id", "language")
    for product_id, *of_one in rows.values_list("product_id", "language", "title", "url").iterator(2000):
        words.setdefault(product_id, []).append((of_one[0], of_one[1], of_one[2]))
    return words


def _features(row: Mapping[str, Any], words: Iterable[tuple[str, str, str]]) -> ProductFeatures:
    return ProductFeatures(
        id=row["id"], public_id=row["public_id"], external_id=row["external_id"], title=row["title"],
        titles={language: title for language, title, _ in words if title},
        urls={language: url for language, _, url in words if url},
        category=tuple(row["category"]), vendor=row["vendor"], price=row["price_amount"], currency=row["currency"],
        available=row["available"], image=row["image"], url=row["url"], description=row["description"][:SHORT],
    )  # fmt: skip
