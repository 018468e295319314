"""The catalogue snapshot of a shop: what shelves show and rules read, written anew whenever a product changes."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from babel import Locale, UnknownLocaleError
from pydantic_core import from_json

from recommender.products.data.artefacts import CATALOGUE, CatalogueVersion, load_catalogue
from recommender.products.data.engine.catalogue import CatalogueColumns, row_of, unpack_texts
from recommender.products.data.engine.recency import SECONDS_A_DAY
from recommender.products.selectors import for_you_choice, shows_counts
from shopconnect.catalog.cards import card_of
from shopconnect.catalog.selectors import iter_features, prices_before, translated_categories
from shopconnect.catalog.types import ProductFeatures
from shopconnect.core.artefacts import store
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.locks import advisory_lock
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import shop_profile


def names_in(catalogue: CatalogueVersion) -> tuple[Sequence[str], Sequence[str]]:
    """Return the categories and the vendors by their codes."""
    categories, vendors = catalogue.arrays["category_names"], catalogue.arrays["vendor_names"]
    return [str(name) for name in categories], [str(name) for name in vendors]


def cards_at(catalogue: CatalogueVersion, rows: Sequence[int], language: str) -> list[Mapping[str, Any]]:
    """Return the cards of rows of the catalogue, in a language the shop has."""
    known = catalogue.manifest["languages"]
    written = language if language in known else known[0]
    texts, ends = catalogue.array(f"texts_{written}"), catalogue.array(f"ends_{written}")
    # A third of the time that the standard library takes; values are each card's alone, so only keys are worth caching.
    return [from_json(text, cache_strings="keys") for text in unpack_texts(texts, ends, rows)]


def title_of(shop_id: ShopId, public_id: int, language: str) -> str:
    """Return a product's title in a language, "" while its card is not written; no database."""
    catalogue = load_catalogue(shop_id)
    row = row_of(catalogue.arrays["public_ids"], public_id) if catalogue else None
    return "" if catalogue is None or row is None else str(cards_at(catalogue, [row], language)[0]["title"])


def category_in(catalogue: CatalogueVersion | None, category: str, language: str) -> str:
    """Return a category, "A > B", in a language, or as the shop writes it where no product has it in that one."""
    known = catalogue.manifest.get("categories", {}) if catalogue else {}
    return known.get(language, {}).get(category, category)


def save_catalogue(shop_id: ShopId) -> str:
    """Read what every product is today and write it down; returns the version. Waits for whoever writes it too."""
    with advisory_lock(f"catalogue snapshot:{shop_id}"):
        columns = CatalogueColumns()
        with shop_scope(shop_id):
            profile, before, counts = shop_profile(), prices_before(now()), shows_counts()
            for_you = for_you_choice()
            categories = translated_categories()
            languages = _known(profile.languages)
            columns.texts = {language: [] for language in languages}
            for product in iter_features("public_id"):
                # Never suggested, and no shelf waits for the next training to know of it.
                if not product.is_gift_card:
                    _add(columns, product, before.get(product.id))
        manifest = {
            "languages": languages,
            "currency": profile.currency,
            "shows_counts": counts,
            "for_you": for_you.value,
            "categories": categories,
            "written_at": now().isoformat(),
        }
        return store.save(shop_id, CATALOGUE, columns.arrays(), manifest)


def _add(columns: CatalogueColumns, product: ProductFeatures, before: Decimal | None) -> None:
    columns.public_ids.append(product.public_id)
    columns.available.append(product.available)
    columns.price.append(float(product.price))
    columns.before.append(_number(before))
    columns.cost.append(_number(product.cost))
    columns.stock.append(_number(product.stock))
    columns.created_day.append(product.created_at.timestamp() / SECONDS_A_DAY if product.created_at else None)
    columns.category.append(" > ".join(product.category))
    columns.vendor.append(product.vendor)
    for language, texts in columns.texts.items():
        texts.append(json.dumps(card_of(product, language), ensure_ascii=False).encode())


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def _known(languages: Sequence[str]) -> list[str]:
    return [language for language in dict.fromkeys(languages) if _is_known(language)] or ["en"]


def _is_known(language: str) -> bool:
    try:
        return bool(Locale.parse(language, sep="-"))
    except (UnknownLocaleError, ValueError):
        return False
