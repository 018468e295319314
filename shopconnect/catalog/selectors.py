"""Questions about the catalog. All run in the scope of a shop; pages are by id, `after_id` being the last one seen."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Collate, Left

from shopconnect.catalog import statements
from shopconnect.catalog.models import PriceEntry, Product, ProductWord, StockSnapshot, Translation, Variant
from shopconnect.catalog.types import (
    LedgerEntry,
    PricedVariant,
    ProductCounts,
    ProductFeatures,
    ProductRow,
    ProductWords,
    VariantRow,
)
from shopconnect.connectors.types import PriceDraft, ProductDraft, StockDraft, TranslationDraft, VariantDraft
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.tenancy.bulk import ask_sql, no_row_by_row
from shopconnect.core.tenancy.context import current_shop
from shopconnect.core.words import AFTER_ALL, query_words

NO_WORDS: tuple[int, list[tuple[str, ...]]] = (0, [])
SHORT = 1_000  # characters of a description that travel with features
ROW_FIELDS = (
    "id",
    "public_id",
    "external_id",
    "title",
    "vendor",
    "category",
    "tags",
    "image",
    "url",
    "available",
    "is_gift_card",
    "currency",
    "price_amount",
    "stock_level",
    "created_at",
    "deleted_at",
)
COST = Coalesce("own_cost_amount", "cost_amount")
# Letters by their code, so that every server puts an export into the same order.
PRODUCT_ORDER = Collate("product__external_id", "C")
VARIANT_ORDER = Collate(Coalesce("variant__external_id", Value("")), "C")


def list_features(after_id: int = 0) -> list[ProductFeatures]:
    """Return every product that is not deleted, ordered by id, with its words and addresses by language.

    With `after_id` only those with a greater id: what was added since.
    """
    return list(iter_features(after_id=after_id))


def find_features(ids: Collection[int]) -> list[ProductFeatures]:
    """Return the products of some of our ids, in the order of these."""
    words: dict[int, list[tuple[str, ...]]] = {}
    for product_id, *of_one in _word_rows(Translation.objects.filter(product_id__in=ids)):
        words.setdefault(product_id, []).append(tuple(of_one))
    rows = Product.objects.filter(id__in=ids).values(
        *ROW_FIELDS, cost=COST, short_description=Left("description", SHORT)
    )
    found = {row["id"]: _features(row, words.get(row["id"], ())) for row in rows}
    return [found[one] for one in ids if one in found]


def iter_features(order: str = "id", after_id: int = 0) -> Iterator[ProductFeatures]:
    """Yield the same one by one, by id or by `public_id`; the words come along in a second stream."""
    words = _words_by_product(order, after_id)
    translated_id, translations = next(words, NO_WORDS)
    products = Product.objects.filter(deleted_at=None, id__gt=after_id)
    rows = products.order_by(order).values(*ROW_FIELDS, cost=COST, short_description=Left("description", SHORT))
    for row in rows.iterator(2000):
        is_translated = row["id"] == translated_id
        yield _features(row, translations if is_translated else ())
        if is_translated:
            translated_id, translations = next(words, NO_WORDS)


def translated_categories() -> dict[str, dict[str, str]]:
    """Return by language what each category of the shop is called in it, with those above: "A > B" by "A > B"."""
    found: dict[str, dict[str, str]] = {}
    rows = Translation.objects.filter(product__deleted_at=None).order_by("language", "product__category", "category")
    for language, own, translated in rows.values_list("language", "product__category", "category").distinct():
        if len(own) == len(translated):  # otherwise nobody can say which level is which
            for depth in range(1, len(own) + 1):
                found.setdefault(language, {}).setdefault(" > ".join(own[:depth]), " > ".join(translated[:depth]))
    return found


def prices_before(moment: datetime) -> dict[int, Decimal]:
    """Return, of products whose price is reduced, the lowest price of the thirty days before, by our id.

    The reduction is that of the variant whose price is shown. It runs for thirty days, or as long as the shop itself
    puts a higher price beside it. Where the ledger does not know all of the thirty days, or of the product's life
    where that is shorter, nothing is said (Directive 98/6/EC, article 6a).
    """
    with no_row_by_row():
        return dict(ask_sql(statements.PRICES_BEFORE, shop=current_shop(), moment=moment))


def newest_product_id() -> int:
    """Return the greatest id of what may be suggested, 0 when there is nothing: no deleted product, no gift card."""
    return int(Product.objects.filter(deleted_at=None, is_gift_card=False).aggregate(last=Max("id"))["last"] or 0)


def iter_words() -> Iterator[ProductWords]:
    """Yield the words of every product that is not deleted: its own, then its translations, ordered by product."""
    own = Product.objects.filter(deleted_at=None).order_by("id").annotate(language=Value(""), product_id=F("id"))
    translated = Translation.objects.filter(product__deleted_at=None).order_by("product_id", "language")
    for rows in (own, translated):
        for row in rows.values("product_id", "language", "title", "description", "category").iterator(2000):
            yield ProductWords(**{**row, "category": tuple(row["category"])})


def list_products(after_id: int = 0, limit: int = 100, *, search: str = "") -> list[ProductRow]:
    """Return a page of products by id, deleted ones too; `search` as in `found_products`."""
    return product_rows(found_products(search).filter(id__gt=after_id).order_by("id"), limit)


def found_products(text: str) -> QuerySet[Product]:
    """Return the products that have a word beginning with each word of a text, all of them where it has none.

    Words are those of titles and categories in any language, of the vendor, of variants, and of the platform's ids and
    stock-keeping units.
    """
    rows: QuerySet[Product] = Product.objects.all()
    for word in query_words(text):
        # A range of whole words: row-level security lets no index be used for LIKE, arrays or full text.
        begun = ProductWord.objects.filter(word__gte=word, word__lt=word + AFTER_ALL)
        rows = rows.filter(id__in=begun.values("product_id"))
    return rows


def product_rows(rows: QuerySet[Product], limit: int) -> list[ProductRow]:
    """Return the first of some products as lists show them."""
    return [
        ProductRow(**{**row, "category": tuple(row["category"]), "tags": tuple(row["tags"])})
        for row in rows.values(*ROW_FIELDS, cost=COST)[:limit]
    ]


def translate_products(rows: Iterable[ProductRow], language: str) -> list[ProductRow]:
    """Return products with their titles and categories in a language, where the shop has them in it."""
    own = list(rows)
    found = Translation.objects.filter(product_id__in=[row.id for row in own], language=language)
    words = {one.product_id: one for one in found.only("product_id", "title", "category")}
    return [_translated(row, words.get(row.id)) for row in own]


def _translated(row: ProductRow, words: Translation | None) -> ProductRow:
    if words is None:
        return row
    return replace(row, title=words.title or row.title, category=tuple(words.category) or row.category)


def titles_in(language: str, product_ids: Iterable[int]) -> dict[int, str]:
    """Return the titles of products, by our ids, in a language, of those that the shop has in it."""
    found = Translation.objects.filter(product_id__in=list(product_ids), language=language).exclude(title="")
    return dict(found.values_list("product_id", "title"))


def titles_by_external_id(language: str, external: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return by the platform's ids what the shop calls products, and what they are called in a language."""
    rows = list(Product.objects.filter(external_id__in=list(external)).values_list("external_id", "id", "title"))
    translated = titles_in(language, [pk for _external_id, pk, _title in rows])
    return {external_id: (title, translated.get(pk, title)) for external_id, pk, title in rows}


def translated_titles(product_id: int, title: str) -> dict[str, str]:
    """Return by language what a product, or one of its variants of this title, is called where that differs."""
    own = Product.objects.filter(id=product_id).values_list("title", flat=True).first() or ""
    found = {language: titles_in(language, [product_id]).get(product_id, own) for language in LANGUAGES}
    return {language: one + title.removeprefix(own) for language, one in found.items() if one != own}


def find_product(public_id: int) -> ProductRow | None:
    """Return the product of a public id, or None."""
    return next(iter(product_rows(Product.objects.filter(public_id=public_id), 1)), None)


def find_product_by_external_id(external_id: str) -> ProductRow | None:
    """Return the product that the platform calls so, or None."""
    return next(iter(product_rows(Product.objects.filter(external_id=external_id), 1)), None)


def product_ids(external_ids: Iterable[str]) -> dict[str, int]:
    """Return our ids by the platform's, for those we know."""
    rows = Product.objects.filter(external_id__in=list(external_ids))
    return dict(rows.values_list("external_id", "id"))


def public_ids(external: Iterable[str]) -> dict[str, int]:
    """Return the outside names of products by the platform's ids, for those we know."""
    return dict(Product.objects.filter(external_id__in=list(external)).values_list("external_id", "public_id"))


def external_ids(public: Iterable[int]) -> dict[int, str]:
    """Return the platform's ids of products by their outside names, for those we know."""
    return dict(Product.objects.filter(public_id__in=list(public)).values_list("public_id", "external_id"))


def variant_ids(products: Iterable[str]) -> dict[tuple[str, str], int]:
    """Return our ids of the variants of some products, by the platform's ids of product and variant."""
    rows = Variant.objects.filter(product__external_id__in=list(products))
    return {
        (product, variant): pk for product, variant, pk in rows.values_list("product__external_id", "external_id", "id")
    }


def list_variants(product_id: int) -> list[VariantRow]:
    """Return the variants of a product that are not deleted, in the platform's order, by our id of it."""
    rows = Variant.objects.filter(product_id=product_id, deleted_at=None).order_by("position", "id")
    priced = rows.annotate(price=Coalesce("price_amount", "product__price_amount"))
    fields = priced.values_list("external_id", "title", "sku", "price", "compare_at_amount")
    return [
        VariantRow(external_id=external_id, title=title, sku=sku, price_amount=price, compare_at_amount=compare_at)
        for external_id, title, sku, price, compare_at in fields
    ]


def iter_products() -> Iterator[ProductDraft]:
    """Yield every product, deleted ones too, as a source would tell it, by external id."""
    rows = Product.objects.order_by(Collate("external_id", "C"))
    for product in rows.prefetch_related("variants", "translations").iterator(500):
        yield _draft(product)


def iter_prices() -> Iterator[PriceDraft]:
    """Yield the price ledger by time."""
    rows = PriceEntry.objects.order_by("at", PRODUCT_ORDER, VARIANT_ORDER).values_list(
        "product__external_id",
        "variant__external_id",
        "at",
        "currency",
        "price_amount",
        "compare_at_amount",
        "cost_amount",
    )
    for product, variant, at, currency, *amounts in rows.iterator(10_000):
        price, compare_at, cost = amounts
        yield PriceDraft(
            product=product,
            variant=variant or "",
            at=at,
            currency=currency,
            price=price,
            compare_at_price=compare_at,
            cost=cost,
        )


def iter_ledger(currency: str) -> Iterator[LedgerEntry]:
    """Yield what the ledger knows in a currency, by product, variant and time; memory is constant."""
    rows = PriceEntry.objects.filter(currency=currency).order_by("product_id", "variant_id", "at")
    fields = rows.values_list("product_id", Coalesce("variant__external_id", Value("")), "at", "price_amount")
    for product_id, variant, at, price in fields.iterator(10_000):
        yield LedgerEntry(product_id, variant, at, float(price))


def iter_priced_variants() -> Iterator[PricedVariant]:
    """Yield the variants that are not deleted with their prices and costs, by product and in the platform's order."""
    rows = Variant.objects.filter(deleted_at=None, product__deleted_at=None).order_by("product_id", "position", "id")
    price = Coalesce("price_amount", "product__price_amount")
    cost = Coalesce("own_cost_amount", "cost_amount", "product__own_cost_amount", "product__cost_amount")
    fields = rows.values_list("product_id", "external_id", price, cost)
    yield from map(PricedVariant._make, fields.iterator(10_000))


def iter_stock() -> Iterator[StockDraft]:
    """Yield the snapshots of stock by time."""
    rows = StockSnapshot.objects.order_by("at", PRODUCT_ORDER, VARIANT_ORDER, Collate("location", "C"))
    fields = rows.values_list("product__external_id", "variant__external_id", "location", "at", "level")
    for product, variant, location, at, level in fields.iterator(10_000):
        yield StockDraft(product=product, variant=variant or "", location=location, at=at, level=level)


def image_paths() -> list[str]:
    """Return the pictures that products name by a path, not by an address."""
    addresses = Q(image__startswith="http://") | Q(image__startswith="https://")
    rows = Product.objects.exclude(image="").exclude(addresses).order_by("image")
    return list(rows.values_list("image", flat=True).distinct())


def count_products() -> ProductCounts:
    """Return how much is sold."""
    alive = Q(deleted_at=None)
    count = Product.objects.aggregate(
        products=Count("id", filter=alive),
        available=Count("id", filter=alive & Q(available=True)),
        deleted=Count("id", filter=~alive),
    )
    return ProductCounts(**count, variants=Variant.objects.filter(deleted_at=None).count())


def has_products() -> bool:
    """Say whether anything is sold."""
    return bool(Product.objects.filter(deleted_at=None).exists())


def _draft(product: Product) -> ProductDraft:
    variants = sorted(product.variants.all(), key=lambda variant: (variant.position, variant.external_id))
    translations = sorted(product.translations.all(), key=lambda words: words.language)
    return ProductDraft(
        external_id=product.external_id,
        title=product.title,
        price=product.price_amount,
        currency=product.currency,
        description=product.description,
        vendor=product.vendor,
        category=tuple(product.category),
        tags=tuple(product.tags),
        image=product.image,
        url=product.url,
        available=product.available,
        created_at=product.created_at,
        deleted_at=product.deleted_at,
        cost=product.cost_amount,
        stock=product.stock_level,
        is_gift_card=product.is_gift_card,
        translations=tuple(
            TranslationDraft(
                language=words.language,
                title=words.title,
                description=words.description,
                category=tuple(words.category),
                url=words.url,
            )
            for words in translations
        ),
        variants=tuple(
            VariantDraft(
                external_id=variant.external_id,
                sku=variant.sku,
                title=variant.title,
                price=variant.price_amount,
                compare_at_price=variant.compare_at_amount,
                cost=variant.cost_amount,
                stock=variant.stock_level,
                deleted_at=variant.deleted_at,
            )
            for variant in variants
        ),
    )


def _words_by_product(order: str, after_id: int) -> Iterator[tuple[int, list[tuple[str, ...]]]]:
    """Yield the words of each product that has some, in the products' order."""
    of_living = Translation.objects.filter(product__deleted_at=None, product_id__gt=after_id)
    rows = of_living.order_by(f"product__{order}", "language")
    for product_id, of_one in groupby(_word_rows(rows).iterator(2000), key=itemgetter(0)):
        yield product_id, [words for _, *words in of_one]


def _word_rows(rows: QuerySet[Translation]) -> Any:
    return rows.values_list("product_id", "language", "title", "url", Left("description", SHORT))


def _features(row: Mapping[str, Any], words: Iterable[tuple[str, ...]]) -> ProductFeatures:
    return ProductFeatures(
        id=row["id"],
        public_id=row["public_id"],
        external_id=row["external_id"],
        title=row["title"],
        titles={language: title for language, title, _, _ in words if title},
        urls={language: url for language, _, url, _ in words if url},
        description=row["short_description"],
        descriptions={language: text for language, _, _, text in words if text},
        category=tuple(row["category"]),
        tags=tuple(row["tags"]),
        vendor=row["vendor"],
        price=row["price_amount"],
        currency=row["currency"],
        available=row["available"],
        is_gift_card=row["is_gift_card"],
        image=row["image"],
        url=row["url"],
        cost=row["cost"],
        stock=row["stock_level"],
        created_at=row["created_at"],
    )
