"""What the demo shop sells: three hundred products and how they relate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shopconnect.demo.engine.texts import LANGUAGES, Kind, Variety, Words, kinds
from shopconnect.demo.engine.types import Array

STYLES = ("neutral", "blue", "green", "warm")
NEWCOMERS = 0.15  # share of the products that join within the window


@dataclass(frozen=True, slots=True)
class Sku:
    """What is counted in the warehouse: a product, or one of its variants."""

    external_id: str | None
    code: str
    title: str
    factor: float
    weight: float


@dataclass(frozen=True, slots=True)
class InventedProduct:
    """One product; `first_day` counts from the start of the window and is negative for older ones."""

    index: int
    external_id: str
    kind: Kind
    variety: Variety
    titles: Words
    texts: Words
    cents: int
    cost_cents: int
    first_day: int
    skus: tuple[Sku, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The products and, by their index, what the simulation needs of them.

    `styles` [n, 4] one-hot; `companions` [n, n] log-weight of buying j beside i; `likeness` [n, n] log-weight of
    looking at j after i; `sku_product` [s] and `first_sku` [n] link products and stock-keeping units.
    """

    products: tuple[InventedProduct, ...]
    category: Array
    styles: Array
    appeal: Array
    elasticity: Array
    first_day: Array
    again_days: Array
    companions: Array
    likeness: Array
    sku_product: Array
    first_sku: Array
    sku_factor: Array
    sku_weight: Array

    @property
    def category_count(self) -> int:
        """How many categories there are."""
        return int(self.category.max()) + 1


def make_catalogue(rng: np.random.Generator, days: int) -> Catalogue:
    """Draw the catalogue; `days` is the length of the window, in which newcomers arrive."""
    products = _products(rng, days)
    keys = [product.kind.key for product in products]
    names = list(dict.fromkeys(product.kind.category for product in products))
    style = np.array([STYLES.index(product.variety.colour.style) for product in products])
    category = np.array([names.index(product.kind.category) for product in products])
    companions, likeness = _relations(products, keys, category, style)
    sku_product = np.array([product.index for product in products for _ in product.skus])
    # Log-utility: a kind's own, and what sets a product apart from others of it.
    appeal = np.array([product.kind.appeal for product in products]) + rng.normal(0.0, 0.55, len(products))
    return Catalogue(
        products=products,
        category=category,
        styles=np.eye(len(STYLES))[style],
        appeal=appeal,
        # Rounded as it is drawn, so that what is written beside the shop is exactly what it was made with.
        elasticity=np.round(rng.uniform(0.6, 3.4, len(products)), 3),
        first_day=np.array([product.first_day for product in products]),
        again_days=np.array([product.kind.again_days for product in products]),
        companions=companions,
        likeness=likeness,
        sku_product=sku_product,
        # Units lie product by product, so the first of each is found by bisection.
        first_sku=np.searchsorted(sku_product, np.arange(len(products))),
        sku_factor=np.array([sku.factor for product in products for sku in product.skus]),
        sku_weight=np.array([sku.weight for product in products for sku in product.skus]),
    )


def credible(cents: float) -> int:
    """The nearest price a shop would print, in cents: 6.50, 14.90, 39, 119."""
    euros = cents / 100
    if euros < 20:
        whole = int(euros)
        endings = (whole - 0.10, whole + 0.50, whole + 0.90)
        return round(min(endings, key=lambda price: abs(price - euros)) * 100)
    if euros < 60:
        return round(euros) * 100
    # From 60 on prices end in 9 or 5: the nearest of 9 below, 5 and 9 within the ten.
    tens = int(euros // 10) * 10
    return min((tens - 1, tens + 5, tens + 9), key=lambda price: abs(price - euros)) * 100


def _products(rng: np.random.Generator, days: int) -> tuple[InventedProduct, ...]:
    pairs = [(kind, variety) for kind in kinds() for variety in kind.varieties]
    new = set(rng.choice(len(pairs), round(NEWCOMERS * len(pairs)), replace=False).tolist())
    products = []
    for index, (kind, variety) in enumerate(pairs):
        # Newcomers arrive within the window, not on its edges; all others are 20 to 900 days older than it.
        low, high = (10, max(days - 5, 11)) if index in new else (20, 900)
        day = int(rng.integers(low, high))
        products.append(_product(rng, index, kind, variety, day if index in new else -day))
    return tuple(products)


def _product(rng: np.random.Generator, index: int, kind: Kind, variety: Variety, first_day: int) -> InventedProduct:
    cents = credible(rng.uniform(*kind.price) * 100)
    external_id = str(1001 + index)
    return InventedProduct(
        index=index,
        external_id=external_id,
        kind=kind,
        variety=variety,
        titles={language: _title(kind, variety, language) for language in LANGUAGES},
        texts={language: _text(kind, variety, language) for language in LANGUAGES},
        cents=cents,
        # Prices hold 20 % of tax, and cost is a share of what is left without it.
        cost_cents=round(cents / 1.2 * rng.uniform(0.34, 0.58)),
        first_day=first_day,
        skus=_skus(kind, external_id),
    )


def _skus(kind: Kind, external_id: str) -> tuple[Sku, ...]:
    code = f"TG-{kind.key[:3].upper()}-{external_id}"
    if not kind.options:
        return (Sku(None, code, "", 1.0, 1.0),)
    return tuple(
        Sku(f"{external_id}-{place}", f"{code}-{place}", option.names["fr"], option.price, option.weight)
        for place, option in enumerate(kind.options, start=1)
    )


def _title(kind: Kind, variety: Variety, language: str) -> str:
    title = kind.titles[language].replace("{v}", variety.names[language])
    return title[0].upper() + title[1:]


def _text(kind: Kind, variety: Variety, language: str) -> str:
    if variety.named:
        return kind.texts[language]
    return f"{kind.texts[language]} {variety.colour.phrases[language]}"


def _relations(
    products: tuple[InventedProduct, ...], keys: list[str], category: Array, style: Array
) -> tuple[Array, Array]:
    """Log-weights of being bought beside and of being looked at after, each [n, n]."""
    by_kind = {kind.key: kind for kind in kinds()}
    # [n, n], symmetric: it is enough that one of the two kinds names the other.
    goes = np.array(
        [[other in by_kind[key].goes_with or key in by_kind[other].goes_with for other in keys] for key in keys],
        dtype=float,
    )
    same_kind = np.array(keys)[:, None] == np.array(keys)[None, :]
    same_category = category[:, None] == category[None, :]
    same_style = style[:, None] == style[None, :]
    tint = np.array([product.variety.colour.key for product in products])
    same_tint = tint[:, None] == tint[None, :]
    # Log-weights add up where odds multiply: what goes together is chosen e^2.6, or 13, times as often for that alone.
    companions = 2.6 * goes + 1.6 * goes * same_tint + 0.5 * same_category + 0.4 * same_style - 0.8 * same_kind
    # A second of the same kind is seldom bought beside the first, but it is what people compare it with.
    likeness = 2.4 * same_kind + 1.3 * same_category + 1.1 * goes + 0.6 * same_style + 0.4 * same_tint
    return companions, likeness
