"""Reads a shop for its front, once a minute."""

from collections.abc import Iterable

from django.utils.text import slugify

from shopconnect.catalog.selectors import iter_words, list_features
from shopconnect.catalog.types import ProductFeatures, ProductWords
from shopconnect.core.cache.memory import Memory
from shopconnect.core.cache.versions import CacheVersions
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.money import Money
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.demo.storefront.types import Item, Window
from shopconnect.orders.selectors import most_faithful_customer
from shopconnect.shops import selectors as shops
from shopconnect.shops.types import KeyKind


def load_window(slug: str) -> Window | None:
    """Read everything that the front of a shop shows; None when there is no such shop, or it is being erased."""
    shop_id = shops.find_shop(slug)
    keys = shops.keys_of_shop(shop_id, KeyKind.WIDGET) if shop_id else []
    if shop_id is None or not keys:
        return None
    is_demo = shops.is_demo(shop_id)
    with shop_scope(shop_id):
        profile = shops.shop_profile()
        words = _by_product(iter_words())
        items = {
            features.external_id: _item(features, words[features.id])
            for features in list_features()
            if features.id in words
        }
        customer = most_faithful_customer() if is_demo else ""
    return Window(
        shop_id=shop_id,
        slug=slug,
        name=profile.name,
        public_key=keys[0],
        is_demo=is_demo,
        customer=customer,
        items=items,
        languages=tuple(language for language in profile.languages if language in LANGUAGES) or LANGUAGES,
        departments=_departments(items.values()),
    )


windows: Memory[Window | None] = Memory(load_window, most_keys=8, versions=CacheVersions("windows"), is_shared=True)


def _by_product(rows: Iterable[ProductWords]) -> dict[int, dict[str, ProductWords]]:
    words: dict[int, dict[str, ProductWords]] = {}
    for row in rows:
        words.setdefault(row.product_id, {})[row.language] = row
    return words


def _item(features: ProductFeatures, words: dict[str, ProductWords]) -> Item:
    return Item(
        id=features.external_id,
        titles={language: row.title for language, row in words.items()},
        descriptions={language: row.description for language, row in words.items()},
        categories={language: row.category for language, row in words.items()},
        vendor=features.vendor,
        price=Money(amount=features.price, currency=features.currency),
        available=features.available,
        image=features.image,
    )


def _departments(items: Iterable[Item]) -> dict[str, tuple[Item, ...]]:
    found: dict[str, tuple[Item, ...]] = {}
    for item in items:
        widest = item.category("")[:1]
        if widest:
            name = slugify(widest[0]) or f"d{len(found) + 1}"
            found[name] = (*found.get(name, ()), item)
    return found
