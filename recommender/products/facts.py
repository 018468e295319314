"""Today's facts of a shop's products: what shelves show and rules read, written anew whenever one of them changes."""

import json
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from recommender.products.engine.facts import FactColumns
from shopconnect.catalog.selectors import iter_features, prices_before
from shopconnect.catalog.types import ProductFeatures
from shopconnect.core.artefacts import store
from shopconnect.core.artefacts.store import Artefact
from shopconnect.core.clock import now
from shopconnect.core.money import Money
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.locks import advisory_lock
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import shop_profile

FACTS, CARDS = "facts", "cards"
SECONDS_A_DAY = 86_400


def load_facts(shop_id: ShopId) -> Artefact | None:
    """Return today's facts; before they were first written, what an older release wrote, with fewer columns."""
    return store.load(shop_id, FACTS) or store.load(shop_id, CARDS)


def save_facts(shop_id: ShopId) -> str:
    """Read what every product is today and write it down; returns the version. Waits for whoever writes it too."""
    with advisory_lock(f"facts of shelves:{shop_id}"):
        columns = FactColumns()
        with shop_scope(shop_id):
            profile, before = shop_profile(), prices_before(now())
            languages = _known(profile.languages)
            columns.texts = {language: [] for language in languages}
            for product in iter_features("public_id"):
                _add(columns, product, before.get(product.id))
        manifest = {"languages": languages, "currency": profile.currency, "written_at": now().isoformat()}
        return store.save(shop_id, FACTS, columns.arrays(), manifest)


def _add(columns: FactColumns, product: ProductFeatures, before: Decimal | None) -> None:
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
        texts.append(json.dumps(_card(product, language), ensure_ascii=False).encode())


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def _card(product: ProductFeatures, language: str) -> dict[str, object]:
    return {
        "id": product.id,
        "external_id": product.external_id,
        "title": product.titles.get(language) or product.title,
        "url": product.urls.get(language) or product.url,
        "image": product.image,
        "price": _written(product.price, product.currency, language),
    }


@lru_cache(maxsize=20_000)
def _written(amount: Decimal, currency: str, language: str) -> str:
    """Write a price; many products have the same, and writing one takes longer than the rest of a card."""
    return Money(amount=amount, currency=currency).written(language)


def _known(languages: Sequence[str]) -> list[str]:
    return [language for language in dict.fromkeys(languages) if _is_known(language)] or ["en"]


def _is_known(language: str) -> bool:
    try:
        return bool(Locale.parse(language, sep="-"))
    except (UnknownLocaleError, ValueError):
        return False
