"""Features of products, from their words, categories, tags, vendor and price: a matrix that LightFM is fitted to."""

import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.sparse import keep_best
from shopconnect.connectors.html import plain_text
from shopconnect.core.words import UNSPACED

IDENTITY_SHARE = 0.7  # the rest is spread over the named features; docs/recommendations.md has the figures
MOST_COMMON_SHARE = 0.2  # a word or tag of more products than this says nothing
# Below so many products a fifth are a handful, whose common word tells them from the rest: there half may have it.
FEW_PRODUCTS, MOST_COMMON_SHARE_OF_FEW = 50, 0.5
# How many a product has of these, by TF-IDF, and what each counts beside a word of the title.
FEW = {"text": (3, 0.5), "tag": (2, 1.0)}
MOST_CHARACTERS = 1_000  # of a description that are read
PRICE_BANDS = 8
# Letters of any script and neither digits nor underscores: `\w` less what is no letter.
_WORD = re.compile(rf"([{UNSPACED}]+)|[^\W\d_{UNSPACED}]{{3,}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductContent:
    """What is known of one product: titles and descriptions in each language, categories widest first, vendor, tags.

    Descriptions may be HTML; the price is in major units.
    """

    titles: Sequence[str]
    descriptions: Sequence[str] = ()
    categories: Sequence[str] = ()
    vendor: str = ""
    tags: Sequence[str] = ()
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


@dataclass(frozen=True, slots=True)
class _NameCounts:
    """How often each product has each name (products x names), and the prices."""

    counts: sp.csr_matrix
    names: list[str]
    prices: np.ndarray


def make_features(products: Iterable[ProductContent]) -> Features:
    """Return each product's identity, words, categories, vendor, tags and price band as rows of length one.

    Names are `word:bag` (of a title), `text:handmade` (of a description), `category:garden`, `vendor:acme`, `tag:gift`
    and `price:3` (band of 8, cheapest 0). Products are read one by one, and little of each stays in memory.
    """
    described = _read(products)
    edges = price_edges(described.prices)
    # A band is a feature like any other, cut so that each holds as many products.
    described = _with_bands(described, edges)
    useful = _useful(described)
    names = [described.names[column] for column in useful]
    counts = described.counts[:, useful]  # (products, useful names)
    frequencies = counts.getnnz(axis=0)
    return Features(_rows(_shares(counts, names, frequencies, len(described.prices))), names, edges)


def with_products(features: Features, products: Sequence[ProductContent]) -> Features:
    """Return the features with products added at the end, described by the features that have names already."""
    count, more = features.product_count, len(products)
    identity, words = features.matrix[:, :count], features.matrix[:, count:]
    described = _with_bands(_read(products), features.price_edges)
    column = {name: i for i, name in enumerate(features.names)}
    known = np.array([name in column for name in described.names], dtype=bool)
    places = [column[name] for name in described.names if name in column]
    # (known names, names), a one a row: the product of matrices moves each count to the column that its name has here.
    place = sp.csr_matrix((np.ones(len(places)), (np.arange(len(places)), places)), (len(places), len(column)))
    counts = (described.counts[:, known] @ place).tocsr()
    # Rarity is that of the products known before, or a word's share would hang on who came with it.
    rows = _rows(_shares(counts, features.names, words.getnnz(axis=0), count))
    # New identity columns go between the old ones and the names: column j < products stays the identity of product j.
    old = sp.hstack([identity, sp.csr_matrix((count, more), dtype=np.float32), words])
    new = sp.hstack([sp.csr_matrix((more, count), dtype=np.float32), rows])
    return Features(sp.vstack([old, new]).tocsr().astype(np.float32), features.names, features.price_edges)


def without_identity(features: Features, products: np.ndarray) -> sp.csr_matrix:
    """Return the matrix in which some products (bool [products]) are known by their named features only."""
    count = features.product_count
    matrix = features.matrix.tocoo()
    # Identity columns come first, so a column's number says whether it is one.
    remaining = ~((matrix.col < count) & products[matrix.row])
    shape = features.matrix.shape
    stripped = sp.csr_matrix(
        (matrix.data[remaining], (matrix.row[remaining], matrix.col[remaining])), shape=shape, dtype=np.float32
    )
    return with_rows_of_length_one(stripped)


def kinds_of(features: Features) -> sp.csr_matrix:
    """Return products x categories: 1 where a product lies in it, float32."""
    count = features.product_count
    columns = [count + i for i, name in enumerate(features.names) if name.startswith("category:")]
    return (features.matrix[:, columns] > 0).astype(np.float32).tocsr()


def kinds_column(kinds: sp.csr_matrix) -> np.ndarray:
    """Return each product's categories, columns of `kinds`, as an artefact holds them: int32 [n, most], -1 for none."""
    counts = np.diff(kinds.indptr)
    width = max(int(counts.max(initial=0)), 1)
    padded = np.full((len(counts), width), -1, np.int32)
    rows = np.repeat(np.arange(len(counts)), counts)
    # An entry's place in its row is its number less that of the row's first.
    padded[rows, np.arange(kinds.nnz) - kinds.indptr[rows]] = kinds.indices
    return padded


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


def plain_words(text: str) -> list[str]:
    """Return the words of three letters or more, lower-cased and without accents.

    Where a script puts no space between words, each two letters that follow each other stand for one (bigrams).
    """
    # Accents fall off, since merchants are not consistent about them; in many scripts vowel signs are such marks.
    letters = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in letters if unicodedata.category(letter)[0] != "M")
    return [word for found in _WORD.finditer(plain) for word in (_bigrams(found[1]) if found[1] else (found[0],))]


def _bigrams(letters: str) -> list[str]:
    return [letters[place : place + 2] for place in range(max(len(letters) - 1, 1))]


def without_markup(html: str) -> str:
    """Return the words of a description: its first thousand characters without tags, comments, scripts and styles."""
    return plain_text(html[:MOST_CHARACTERS])


def _names_of(product: ProductContent) -> Iterator[str]:
    """Yield the names that a product has, once each; words of the description as often as they stand in it."""
    named = dict.fromkeys(word for title in product.titles for word in plain_words(title))
    yield from (f"word:{word}" for word in named)
    yield from dict.fromkeys(f"category:{category}" for category in product.categories if category)
    yield from dict.fromkeys(f"tag:{tag.casefold()}" for tag in product.tags if tag)
    if product.vendor:
        yield f"vendor:{product.vendor}"
    for description in dict.fromkeys(product.descriptions):
        yield from (f"text:{word}" for word in plain_words(without_markup(description)) if word not in named)


def _read(products: Iterable[ProductContent]) -> _NameCounts:
    column: dict[str, int] = {}
    # Typed arrays, four or eight bytes an entry: a large shop has millions of them before the matrix is made.
    columns = array("i")
    ends = array("i", [0])
    prices = array("d")
    for product in products:
        columns.extend(column.setdefault(name, len(column)) for name in _names_of(product))
        ends.append(len(columns))
        prices.append(product.price)
    # CSR as it is read: `ends[i]` to `ends[i + 1]` are the names of product i, so no pairs of indices are kept.
    entries = (np.ones(len(columns), np.float32), np.array(columns, np.int32), np.array(ends, np.int32))
    counts = sp.csr_matrix(entries, shape=(len(prices), len(column)))
    # A word that a description repeats becomes one entry with its count, which is the TF of TF-IDF.
    counts.sum_duplicates()
    return _NameCounts(counts, list(column), np.array(prices, np.float64))


def _with_bands(described: _NameCounts, edges: Sequence[float]) -> _NameCounts:
    """Return the names with the price's band among them."""
    count = len(described.prices)
    entries = (np.arange(count), np.digitize(described.prices, edges))
    bands = sp.csr_matrix((np.ones(count, np.float32), entries), shape=(count, PRICE_BANDS))
    names = [*described.names, *(f"price:{band}" for band in range(PRICE_BANDS))]
    return _NameCounts(sp.hstack([described.counts, bands]).tocsr(), names, described.prices)


def _useful(described: _NameCounts) -> list[int]:
    """Return the columns of names that neither too few products have nor, of words and tags, too many; by name."""
    products = len(described.prices)
    # In a large shop a name that two products share is still next to nothing.
    least = 3 if products >= 1000 else 2
    most = max((MOST_COMMON_SHARE_OF_FEW if products < FEW_PRODUCTS else MOST_COMMON_SHARE) * products, least)
    common = ("word:", "text:", "tag:")
    frequencies = described.counts.getnnz(axis=0).tolist()
    useful = [
        (name, column)
        for column, (name, count) in enumerate(zip(described.names, frequencies, strict=True))
        if count >= least and (count <= most or not name.startswith(common))
    ]
    # By name: the order in which products are read must not decide the order of columns.
    return [column for _name, column in sorted(useful)]


def _shares(counts: sp.csr_matrix, names: Sequence[str], frequencies: np.ndarray, products: int) -> sp.csr_matrix:
    """Return each product's share of what is not identity, spread over its names.

    Of its tags and of its description's words only the few that tell most, by TF-IDF, remain: training costs in
    proportion. `frequencies` [names] says how many of all `products` have a name.
    """
    rarity = np.log1p(products / np.maximum(frequencies, 1))
    kind = np.array([name.partition(":")[0] for name in names], dtype=np.str_)
    weights = _some(counts, ~np.isin(kind, list(FEW)))
    for name, (most, weight) in FEW.items():
        best = keep_best(_some(counts, np.where(kind == name, rarity, 0)), most)
        # Once chosen, each counts alike: lengths of descriptions differ, and say nothing.
        best.data[:] = weight
        weights = weights + best
    # Rows share out the same sum, so a product with many tags does not outweigh one with few.
    whole = np.asarray(weights.sum(axis=1)).ravel()
    return (sp.diags((1 - IDENTITY_SHARE) / np.maximum(whole, 1e-9)) @ weights).astype(np.float32)


def _some(counts: sp.csr_matrix, weights: np.ndarray) -> sp.csr_matrix:
    """Return the counts with each column weighed, those of weight zero left out."""
    weighted = (counts @ sp.diags(weights.astype(np.float64))).tocsr()
    # Stored zeros would count as entries wherever rows are cut down to their best.
    weighted.eliminate_zeros()
    return weighted


def _rows(shares: sp.csr_matrix) -> sp.csr_matrix:
    identity = IDENTITY_SHARE * sp.identity(shares.shape[0], dtype=np.float32, format="csr")
    return with_rows_of_length_one(sp.hstack([identity, shares]).tocsr())
