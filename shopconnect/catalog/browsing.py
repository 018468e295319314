"""What the pages of the catalogue ask; each opens the shop's scope by itself."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from shopconnect.catalog import selectors
from shopconnect.catalog.models import PriceEntry, Product, StockSnapshot, Translation, Variant
from shopconnect.catalog.types import CatalogueFilter, ProductDetails, ProductRow, ProductState
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.lists import FILE_ROWS, PAGE_ROWS, ListPage, page_of_rows, rows_of_pages
from shopconnect.shops.selectors import shop_profile

MOST_ENTRIES = 2_000  # of a history
STATES = {
    ProductState.AVAILABLE: Q(deleted_at=None, available=True),
    ProductState.UNAVAILABLE: Q(deleted_at=None, available=False),
    ProductState.DELETED: Q(deleted_at__isnull=False),
}


def browse_products(
    shop_id: ShopId, chosen: CatalogueFilter, language: str, after: int | None = None, size: int = PAGE_ROWS
) -> ListPage[ProductRow]:
    """Return a page of products, those that came last first, in a language where the shop has it.

    `after` is the public id of the row before the page.
    """
    with shop_scope(shop_id):
        rows = selectors.found_products(chosen.text).filter(STATES.get(chosen.state, Q()))  # type: ignore[arg-type]
        if chosen.category:
            translated = Translation.objects.filter(category__contains=[chosen.category]).values("product_id")
            rows = rows.filter(Q(category__contains=[chosen.category]) | Q(id__in=translated))
        if after is not None:
            rows = rows.filter(id__lt=Product.objects.filter(public_id=after).values("id"))
        found = selectors.product_rows(rows.order_by("-id"), size + 1)
        return page_of_rows(selectors.translate_products(found, language), size)


def iter_products_of(shop_id: ShopId, chosen: CatalogueFilter, language: str) -> Iterator[ProductRow]:
    """Return the products of a list, page by page: no transaction is open while a slow reader takes them."""
    return rows_of_pages(lambda after: browse_products(shop_id, chosen, language, after, FILE_ROWS))


def product_details(shop_id: ShopId, public_id: int, language: str, variant: str = "") -> ProductDetails:
    """Return a product with the history of one of its variants, of the first where none is named.

    Raises Missing where the shop has no such product.
    """
    with shop_scope(shop_id):
        product = selectors.find_product(public_id)
        if product is None:
            raise Missing(_("This product doesn’t exist."))
        variants = tuple(selectors.list_variants(product.id))
        shown = next((one for one in variants if one.external_id == variant), next(iter(variants), None))
        named = Variant.objects.filter(product_id=product.id, external_id=shown.external_id if shown else "")
        variant_id = named.values_list("id", flat=True).first()
        return ProductDetails(
            product=selectors.translate_products([product], language)[0],
            variants=variants,
            shown=shown,
            prices=_prices(product.id, variant_id, product.currency),
            stock=_stock(product.id, variant_id),
            timezone=shop_profile().timezone,
        )


def _prices(product_id: int, variant_id: int | None, currency: str) -> tuple[tuple[datetime, Decimal], ...]:
    """Return from when which price held until now; where a variant has no price of its own, the product's."""
    rows = _recent(PriceEntry.objects.filter(product_id=product_id, currency=currency, at__lte=now()), variant_id)
    return tuple(reversed(rows.values_list("at", "price_amount")[:MOST_ENTRIES]))


def _stock(product_id: int, variant_id: int | None) -> tuple[tuple[datetime, Decimal], ...]:
    """Return from when there was how much until now, all places together."""
    rows = _recent(StockSnapshot.objects.filter(product_id=product_id, at__lte=now()), variant_id)
    recent = list(rows.values_list("location", "at", "level")[:MOST_ENTRIES])[::-1]
    if not recent:
        return ()
    # A place of which the recent rows tell nothing held what it held before them.
    before = rows.filter(at__lt=recent[0][1]).order_by("location", "-at", "-id").distinct("location")
    places: dict[str, Decimal] = dict(before.values_list("location", "level"))
    levels: dict[datetime, Decimal] = {}
    for place, at, level in recent:
        places[place] = level
        levels[at] = sum(places.values(), Decimal())
    return tuple(levels.items())


def _recent(rows: QuerySet, variant_id: int | None) -> QuerySet:  # type: ignore[type-arg]
    of_variant = rows.filter(variant_id=variant_id)
    chosen = of_variant if variant_id and of_variant.exists() else rows.filter(variant_id=None)
    return chosen.order_by("-at", "-id")
