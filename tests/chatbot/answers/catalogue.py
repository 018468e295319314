"""What the tests of products in chat sell."""

from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from shopconnect.connectors.types import ProductDraft, TranslationDraft, VariantDraft
from shopconnect.demo.engine.catalogue import make_catalogue


def sold(
    number: int, title: str, french: str, price: str, category: tuple[str, str] = ("Bowls", "Bols"), **more: object
) -> ProductDraft:
    """Return a product in English with its French words."""
    return ProductDraft(
        external_id=str(number),
        title=title,
        price=Decimal(price),
        currency="EUR",
        category=category[:1],
        url=f"https://shop.example/en/{number}",
        image=f"https://shop.example/{number}.jpg",
        translations=(
            TranslationDraft(
                language="fr", title=french, category=category[1:], url=f"https://shop.example/fr/{number}"
            ),
        ),
        **more,
    )


def size(title: str, stock: int | None) -> VariantDraft:
    """Return a variant with what is left of it."""
    return VariantDraft(external_id=title, title=title, stock=None if stock is None else Decimal(stock))


PRODUCTS = (
    sold(1, "Sage green stoneware bowl", "Bol en grès vert sauge", "18"),
    sold(2, "Sage green stoneware salad bowl", "Saladier en grès vert sauge", "42", ("Salad bowls", "Saladiers")),
    sold(3, "Midnight blue stoneware mug", "Mug en grès bleu nuit", "15", ("Mugs", "Mugs")),
    sold(4, "Fir green tea bowl", "Bol à thé vert sapin", "12", available=False),
    sold(
        5,
        "Linen shirt",
        "Chemise en lin",
        "69",
        ("Clothes", "Vêtements"),
        variants=(size("S", 2), size("M", 0), size("XL", 1)),
    ),
    sold(6, "Gift card", "Carte cadeau verte", "20", ("Gifts", "Cadeaux"), is_gift_card=True),
)


def demo_products() -> Iterator[ProductDraft]:
    """Yield what the demo shop sells."""
    for number, one in enumerate(make_catalogue(np.random.default_rng(1), 400).products):
        shelf = (one.kind.shelves["en"], one.kind.shelves["fr"])
        yield sold(number, one.titles["en"], one.titles["fr"], "20", shelf)
