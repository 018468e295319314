"""An invented model of a shop, as large as one likes: what serving costs does not depend on what was fitted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.moments import kind_moments, moments_of, sales_moments
from shopconnect.core.languages import LANGUAGES

WIDTH = 64  # of the factor models
RELATED = 50  # items a product, and links
PARTS = 5  # of a related item's score
NAMED, FEATURES = 3, 2000  # features that a related item names, of so many
KINDS, VENDORS = 200, 300
DAYS = 20_000  # since 1970, when the oldest product came
# As large as public ids are, which are 63-bit, so that digits and JSON cost what they cost in earnest.
FIRST_ID = 2**60
WEIGHTS = {
    "shelf": {"beside": 1.0, "together": 0.5, "trend": 0.3, "similar": 0.8, "ease": 0.6},
    "cart": {"together": 0.3, "basket_ease": 1.5, "trend": 0.1, "similar": 0.9, "lightfm_fit": 0.3},
    "next": {"again_now": 1.0, "trend": 0.4, "lightfm": 0.5, "ease": 0.5, "together": 0.3, "sequence": 0.4},
    "new": {"trend": 0.4, "lightfm": 0.7, "ease": 0.6, "als": 0.3, "together": 0.3, "sequence": 0.4},
    "visit": {"viewed": 0.2, "viewed_next": 0.4, "viewed_ease": 0.7, "viewed_walk": 0.2},
}
_Arrays = dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Invented:
    """Arrays and manifest of an artefact."""

    arrays: _Arrays
    manifest: Mapping[str, Any]


def invented_model(count: int, seed: int = 0) -> Invented:
    """Return what learning would keep of a shop of so many products; `p0` to `p<count - 1>` are their external ids."""
    chance = np.random.default_rng(seed)
    direction = chance.normal(size=(count, WIDTH)).astype(np.float32)
    # (count, WIDTH), rows of length one, as directions are.
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    # A few products sell most; less 1, so that many sell nothing.
    trend = chance.zipf(1.5, count).clip(0, 5000).astype(np.int32) - 1
    popular = trend * 20 + chance.integers(0, 3, count).astype(np.int32)
    # The last key counts first: by trend, then by all sales.
    selling = np.lexsort((-popular, -trend)).astype(np.int32)
    external = np.array([f"p{number}" for number in range(count)])
    by_external = np.argsort(external)
    # Ascending already, so sorted ids are the ids themselves and rows count up.
    public = FIRST_ID + np.arange(count)
    arrays: _Arrays = {
        "ids": np.arange(1, count + 1),
        "public_ids": public,
        "public_sorted": public,
        "public_rows": np.arange(count, dtype=np.int32),
        "external_sorted": external[by_external],
        "external_rows": by_external.astype(np.int32),
        "trend": trend,
        "popular": popular,
        "selling_order": selling,
        "week": np.stack([trend, trend]),
        "week_order": np.stack([selling, selling]),
        **_points(direction),
        "rhythm": np.full(count, np.nan, np.float32),
        "repeats": np.zeros(count, np.float32),
        "rebought": np.zeros(count, np.float32),
        "kinds": np.full((count, 1), -1, np.int32),
        "trend_windows": np.repeat(trend[:, None], 3, axis=1).astype(np.float32),
        "trend_countries": np.zeros((count, 1), np.float32),
        "trend_moments": sales_moments(trend, np.zeros((count, 1))),
        **kind_moments(sp.csr_matrix((count, KINDS)), trend),
        "feature_names": np.array([f"category:Kind {number}" for number in range(FEATURES)]),
        **_tables(chance, count),
        **{f"penalty_{purpose}": np.zeros(count, np.float32) for purpose in WEIGHTS},
    }
    variety = dict.fromkeys(WEIGHTS, 0.3)
    return Invented(arrays, {"weights": WEIGHTS, "variety": variety, "gates": {}, "countries": ["FR"]})


def invented_catalogue(count: int, seed: int = 0) -> Invented:
    """Return what is known today of the same products."""
    # Another stream than the model's, so that prices do not go with sales.
    chance = np.random.default_rng(seed + 1)
    price = np.round(chance.uniform(1, 200, count), 2)
    before = np.where(chance.random(count) < 0.05, price * 1.25, np.nan)
    arrays: _Arrays = {
        "public_ids": FIRST_ID + np.arange(count),
        "available": chance.random(count) < 0.95,
        "price": price,
        "before": before,
        "cost": price * 0.6,
        "stock": chance.integers(0, 500, count).astype(np.int32),
        "created_day": (DAYS + chance.integers(0, 900, count)).astype(np.float32),
        "category": chance.integers(0, KINDS, count).astype(np.int32),
        "category_names": np.array([f"Department {kind % 12} > Kind {kind}" for kind in range(KINDS)]),
        "vendor": chance.integers(0, VENDORS, count).astype(np.int32),
        "vendor_names": np.array([f"Vendor {number}" for number in range(VENDORS)]),
    }
    for language in LANGUAGES:
        texts = [_card(number, float(price[number]), language) for number in range(count)]
        arrays[f"texts_{language}"] = np.frombuffer(b"".join(texts), dtype=np.uint8)
        arrays[f"ends_{language}"] = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    return Invented(arrays, {"languages": LANGUAGES, "currency": "EUR"})


def _points(direction: np.ndarray) -> _Arrays:
    """Return where the factor models see products: all of them alike, for it costs the same."""
    points, common = direction.astype(np.float16), direction.T @ direction
    moments = moments_of(points)
    return {
        "directions": points,
        "directions_moments": moments,
        "points": points,
        "biases": np.zeros(len(points), np.float16),
        "points_moments": moments,
        # (WIDTH, WIDTH): what all points say together, as the equations of serving need it.
        "points_common": common,
        "als_points": points,
        "als_moments": moments,
        "als_common": common,
    }


def _tables(chance: np.random.Generator, count: int) -> _Arrays:
    """Return related items and links: each product's lie at random, without itself."""

    def others() -> np.ndarray:
        # From 1 to count - 1 on, round the shop: never back at the product itself.
        step = chance.integers(1, max(count, 2), (count, RELATED))
        return ((np.arange(count)[:, None] + step) % count).astype(np.int32)

    def weights(*shape: int) -> np.ndarray:
        return chance.random((count, RELATED, *shape)).astype(np.float16)

    parts = weights(PARTS)
    return {
        "related_items": others(),
        "related_scores": parts.sum(axis=2),
        "related_parts": parts,
        "related_orders": chance.integers(0, 40, (count, RELATED)).astype(np.int32),
        "related_features": chance.integers(0, FEATURES, (count, RELATED, NAMED)).astype(np.int32),
        "related_feature_weights": weights(NAMED),
        "ease_links": others(),
        "ease_weights": weights(),
        "basket_ease_links": others(),
        "basket_ease_weights": weights(),
        "together_links": others(),
        "together_weights": weights(),
        "together_orders": chance.integers(0, 40, (count, RELATED)).astype(np.int32),
        "following_links": others(),
        "following_weights": weights(),
        # What followed, EASE and walks.
        "visit_links": np.stack([others(), others(), others()], axis=1),
        "visit_weights": np.stack([weights(), weights(), weights()], axis=1),
    }


def _card(number: int, price: float, language: str) -> bytes:
    card = {
        "id": number + 1,
        "external_id": f"p{number}",
        "title": f"Product number {number}, in blue",
        "url": f"https://bench.example/{language}/products/product-number-{number}",
        "image": f"https://bench.example/pictures/{number}.jpg",
        "price": f"€{price:.2f}",
    }
    return json.dumps(card).encode()
