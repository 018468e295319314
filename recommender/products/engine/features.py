"""What a product says of itself, as a matrix that LightFM can learn from."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

IDENTITY_SHARE = 0.7  # the rest is spread over the named features; docs/recommendations.md has the figures
MOST_COMMON_SHARE = 0.2  # a word of more products than this says nothing
PRICE_BANDS = 8
_WORD = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFacts:
    """What is known of one product: titles in each language, categories widest first, vendor, price in major units."""

    titles: Sequence[str]
    categories: Sequence[str] = ()
    vendor: str = ""
    price: float = 0.0


@dataclass(frozen=True, slots=True)
class Features:
    """products x (products + named features), rows of length one; `names[j]` is the feature of column products + j."""

    matrix: sp.csr_matrix
    names: list[str] = field(default_factory=list)
    price_edges: Sequence[float] = ()

    @property
    def product_count(self) -> int:
        """Return the number of products, which is also the number of identity columns."""
        return int(self.matrix.shape[0])


def make_features(products: Sequence[ProductFacts]) -> Features:
    """Return each product's identity, title words, categories, vendor and price band as rows of length one.

    Names are `word:bag`, `category:garden`, `vendor:acme` and `price:3` (band of 8, cheapest 0).
    """
    edges = price_edges(np.array([product.price for product in products], dtype=np.float64))
    named = [_named_features(product, edges) for product in products]
    names = _useful_names(named, len(products))
    identity = IDENTITY_SHARE * sp.identity(len(products), dtype=np.float32, format="csr")
    return Features(with_rows_of_length_one(sp.hstack([identity, _words(named, names)]).tocsr()), names, edges)


def with_products(features: Features, products: Sequence[ProductFacts]) -> Features:
    """Return the features with products added at the end, told in the features that have names already."""
    count, more = features.product_count, len(products)
    named = [_named_features(product, features.price_edges) for product in products]
    own = IDENTITY_SHARE * sp.identity(more, dtype=np.float32, format="csr")
    rows = with_rows_of_length_one(sp.hstack([own, _words(named, features.names)]).tocsr())
    identity, words = features.matrix[:, :count], features.matrix[:, count:]
    old = sp.hstack([identity, sp.csr_matrix((count, more), dtype=np.float32), words])
    new = sp.hstack([sp.csr_matrix((more, count), dtype=np.float32), rows])
    return Features(sp.vstack([old, new]).tocsr().astype(np.float32), features.names, features.price_edges)


def _words(named: Sequence[set[str]], names: Sequence[str]) -> sp.csr_matrix:
    """Return products x named features: each product's share of what is not identity, spread evenly."""
    column = {name: i for i, name in enumerate(names)}
    kept = [[column[name] for name in sorted(have) if name in column] for have in named]
    counts = np.array([len(have) for have in kept], dtype=np.int64)
    rows = np.repeat(np.arange(len(named)), counts)
    columns = np.array([c for have in kept for c in have], dtype=np.int64)
    weights = np.repeat((1 - IDENTITY_SHARE) / np.maximum(counts, 1), counts).astype(np.float32)
    return sp.csr_matrix((weights, (rows, columns)), shape=(len(named), len(names)), dtype=np.float32)


def without_identity(features: Features, products: np.ndarray) -> sp.csr_matrix:
    """Return the matrix in which some products (bool [products]) are known by their named features only."""
    count = features.product_count
    matrix = features.matrix.tocoo()
    kept = ~((matrix.col < count) & products[matrix.row])
    shape = features.matrix.shape
    stripped = sp.csr_matrix((matrix.data[kept], (matrix.row[kept], matrix.col[kept])), shape=shape, dtype=np.float32)
    return with_rows_of_length_one(stripped)


def with_rows_of_length_one(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """Return the matrix with each row divided by its Euclidean length; empty rows stay empty."""
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    return (sp.diags(scale.astype(np.float32)) @ matrix).tocsr().astype(np.float32)


def price_edges(prices: np.ndarray) -> tuple[float, ...]:
    """Return the prices at which the bands 0 (cheapest) to 7 meet, cut so that bands hold equally many products."""
    if not len(prices):
        return ()
    return tuple(np.quantile(prices, np.linspace(0, 1, PRICE_BANDS + 1)[1:-1]).tolist())


def plain_words(text: str) -> set[str]:
    """Return the words of three letters or more, lower-cased and without accents."""
    letters = unicodedata.normalize("NFKD", text.lower())
    return set(_WORD.findall("".join(c for c in letters if not unicodedata.combining(c))))


def _named_features(product: ProductFacts, edges: Sequence[float]) -> set[str]:
    found = {f"word:{word}" for title in product.titles for word in plain_words(title)}
    found |= {f"category:{category}" for category in product.categories if category}
    if product.vendor:
        found.add(f"vendor:{product.vendor}")
    return found | {f"price:{int(np.digitize(product.price, edges))}"}


def _useful_names(named: Sequence[set[str]], products: int) -> list[str]:
    counts = Counter(name for have in named for name in have)
    least = 3 if products >= 1000 else 2
    most = max(MOST_COMMON_SHARE * products, least)
    return sorted(n for n, c in counts.items() if c >= least and (c <= most or not n.startswith("word:")))
