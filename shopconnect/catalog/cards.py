"""What a shopper is shown of a product, wherever that is: its card, in a language."""

from decimal import Decimal
from functools import lru_cache

from shopconnect.catalog.types import ProductFeatures
from shopconnect.core.money import Money


def card_of(product: ProductFeatures, language: str) -> dict[str, object]:
    """Return a product's card: our id and the platform's, title, address, picture, and the price as it is written."""
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
