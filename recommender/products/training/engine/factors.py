"""LightFM hybrid and implicit ALS: buyers and products as points, near where they go together."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from lightfm import LightFM
from scipy.linalg import blas, lapack
from scipy.sparse.linalg import svds

from recommender.products.data.engine.features import Features, without_identity
from recommender.products.data.engine.history import History, bought
from recommender.products.data.engine.moments import moments_of
from recommender.products.data.engine.sparse import clipped
from recommender.products.serving.engine.signals import ALS_CONFIDENCE, MOST_ALS_WEIGHT

WIDTH, LIGHTFM_WIDTH = 64, 48  # of points; LightFM foretells as well with fewer, in three quarters of the time
# WARP's tries to find a product that ranks wrongly: among more products it takes more to meet one.
NARROWEST_SEARCH, WIDEST_SEARCH, PRODUCTS_A_TRY = 25, 50, 200
LEARNING_RATE = 0.05
EPOCHS, MOST_EPOCHS = 10, 30
PAIRS_ENOUGH = 400_000  # that are gone over in all: few pairs are gone over more often
RECENT_DAYS, RECENT_EPOCHS = 60, 6
# A fixed number of rounds and no test of convergence: what ALS costs is known beforehand.
ALS_REGULARISATION, ALS_ROUNDS = 30.0, 10
NEW_EPOCHS, SETTLED = 3, 100.0  # going on: a buyer placed by what they hold moves little, as one long known would
NOT_HELD = 0.3  # LightFM's points, used for a buyer: the weight of each product not held beside one held today


@dataclass(frozen=True, slots=True)
class Learner:
    """What LightFM needs to go on: each feature's embedding [f, d] and bias [f], and AdaGrad's sums of both."""

    embeddings: np.ndarray
    gradients: np.ndarray
    biases: np.ndarray
    bias_gradients: np.ndarray


@dataclass(frozen=True, slots=True)
class Factors:
    """A factor model: points of `products` [n, d] and their `biases` [n], float32. Buyers' points are not stored.

    A product's point in LightFM is the sum of its features' (`features` [f, d]) by `weights` [n, f].
    """

    products: np.ndarray
    biases: np.ndarray
    features: np.ndarray | None = None
    weights: sp.csr_matrix | None = None
    learner: Learner | None = None


def fit_lightfm(history: History, features: Features, at: float, seed: int) -> Factors:
    """Learn LightFM (WARP) on who bought what before `at`, then go over the last 60 days again.

    One thread and a seed: the same input gives the same numbers. Products never bought are placed by their named
    features alone. Raises ValueError when nobody bought anything.
    """
    pairs = bought(history.before(at)).tocoo()
    if pairs.nnz == 0:
        raise ValueError("Nobody bought anything, so there is nothing to learn.")
    model = _lightfm(seed, LIGHTFM_WIDTH, history.product_count)
    # Small shops go over their few pairs more often, so that every shop sees about as many steps.
    epochs = int(np.clip(PAIRS_ENOUGH // pairs.nnz, EPOCHS, MOST_EPOCHS))
    model.fit(pairs, item_features=features.matrix, epochs=epochs, num_threads=1)
    # The last pass leans to what is bought now, without forgetting what older orders say.
    recent = bought(history.between(at - RECENT_DAYS, at)).tocoo()
    if recent.nnz:
        model.fit_partial(recent, item_features=features.matrix, epochs=RECENT_EPOCHS, num_threads=1)
    # An identity that was never trained is noise from the seed, so it plays no part.
    unseen = np.bincount(pairs.col, minlength=history.product_count) == 0
    return placed(_learner_of(model), without_identity(features, unseen))


def content_factors(features: Features) -> Factors:
    """Return where products stand by what they say alone, rare features first (TF-IDF, 64 singular vectors).

    For shops with too few orders to learn from; LightFM can go on from there. The same features give the same numbers.
    """
    count = features.product_count
    weights = without_identity(features, np.ones(count, dtype=bool))
    named = weights[:, count:]
    # A word that few products share says more about them than one that all have.
    rarity = np.log1p(count / np.maximum(named.getnnz(axis=0), 1)).astype(np.float32)
    weighted = (named @ sp.diags(rarity)).tocsc().astype(np.float32)
    width = min(WIDTH, *weighted.shape)
    # Lanczos needs fewer vectors than the matrix has; small ones are decomposed whole.
    if width < min(weighted.shape):
        # A fixed start in place of a drawn one: the same features give the same vectors.
        start = np.ones(min(weighted.shape), np.float32)
        components = svds(weighted, k=width, v0=start, return_singular_vectors="vh")[2]
    else:
        components = np.linalg.svd(weighted.toarray(), full_matrices=False)[2]
    embeddings = np.zeros((count + len(features.names), WIDTH), np.float32)
    # Identities stay at zero: nobody bought anything that could tell them apart.
    # Rarity R goes into the embeddings, for points are summed by the plain weights W: W (R V) = (W R) V.
    embeddings[count:, : len(components)] = rarity[:, None] * components.T
    nothing = np.zeros(len(embeddings), np.float32)
    # Sums of one, as in a model of LightFM's own before its first step, for LightFM may go on from here.
    learner = Learner(embeddings, np.ones_like(embeddings), nothing, np.ones_like(nothing))
    return placed(learner, weights)


def placed(learner: Learner, weights: sp.csr_matrix) -> Factors:
    """Return where products stand by the weights [n, f] of their features."""
    return Factors(
        products=np.asarray(weights @ learner.embeddings, dtype=np.float32),
        biases=np.asarray(weights @ learner.biases, dtype=np.float32),
        features=learner.embeddings,
        weights=weights,
        learner=learner,
    )


def fit_partially(
    learner: Learner, weights: sp.csr_matrix, buyers: np.ndarray, pairs: sp.csr_matrix, seed: int
) -> Learner:
    """Go on learning from new pairs (buyers x products) alone, three epochs; `weights` [n, f] are products' features.

    `buyers` [b, d] are points made of what buyers hold, since none is stored; they hardly move, products do. Measured,
    that is better than learning everything anew: docs/engine.md has the figures.
    """
    model = _lightfm(seed, learner.embeddings.shape[1], weights.shape[0])
    # LightFM offers no call for going on from stored numbers, so its fields are set.
    model.item_embeddings, model.item_embedding_gradients = learner.embeddings.copy(), learner.gradients.copy()
    model.item_biases, model.item_bias_gradients = learner.biases.copy(), learner.bias_gradients.copy()
    model.item_embedding_momentum = np.zeros_like(learner.embeddings)
    model.item_bias_momentum = np.zeros_like(learner.biases)
    model.user_embeddings, model.user_biases = buyers.astype(np.float32), np.zeros(len(buyers), np.float32)
    # Large sums make AdaGrad's steps small: buyers, placed by what they hold, hardly move.
    model.user_embedding_gradients = np.full_like(model.user_embeddings, SETTLED)
    model.user_bias_gradients = np.full_like(model.user_biases, SETTLED)
    model.user_embedding_momentum = np.zeros_like(model.user_embeddings)
    model.user_bias_momentum = np.zeros_like(model.user_biases)
    model.fit_partial(pairs.tocoo(), item_features=weights, epochs=NEW_EPOCHS, num_threads=1)
    return _learner_of(model)


def _lightfm(seed: int, width: int, product_count: int) -> LightFM:
    draw = np.random.RandomState(seed)
    tries = int(np.clip(product_count // PRODUCTS_A_TRY, NARROWEST_SEARCH, WIDEST_SEARCH))
    return LightFM(width, loss="warp", learning_rate=LEARNING_RATE, max_sampled=tries, random_state=draw)


def _learner_of(model: LightFM) -> Learner:
    return Learner(model.item_embeddings, model.item_embedding_gradients, model.item_biases, model.item_bias_gradients)


def mean_points(held: sp.csr_matrix, points: np.ndarray) -> np.ndarray:
    """Return, row by row, the weighted mean of the points [n, d] of what is held; zero where nothing is."""
    weight = np.asarray(held.sum(axis=1), dtype=np.float32).reshape(-1, 1)
    return np.asarray(np.asarray(held @ points) / np.maximum(weight, 1e-9))


def directions(points: np.ndarray) -> np.ndarray:
    """Return points [n, d] scaled to length one, zero where there is none: their products are cosines."""
    length = np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(np.divide(points, length, out=np.zeros_like(points), where=length > 1e-9))


def shared_features(factors: Factors, product: int, others: np.ndarray) -> sp.csr_matrix:
    """Return others x features: what each feature of `others` adds to their cosine with `product`; rows sum to it."""
    if factors.features is None or factors.weights is None:
        raise ValueError("Only LightFM knows features.")
    anchor = directions(factors.products[product : product + 1])[0]
    # A point is the sum of its features' embeddings, so its cosine with the anchor is a sum of one term a feature.
    reach = factors.features @ anchor
    rows = factors.weights[others].multiply(reach[None, :]).tocsr()
    length = np.linalg.norm(factors.products[others], axis=1)
    return (sp.diags(np.divide(1.0, length, out=np.zeros_like(length), where=length > 1e-9)) @ rows).tocsr()


def shared_named(factors: Factors, product: int, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns of a product's named features, and others x columns: what each adds to the cosine.

    These are entries of `shared_features`; features that only one of the two bears give no reason that can be said.
    """
    if factors.features is None or factors.weights is None:
        raise ValueError("Only LightFM knows features.")
    low, high = factors.weights.indptr[product], factors.weights.indptr[product + 1]
    columns = factors.weights.indices[low:high]
    # Identity columns come first; the rest are features that have names.
    columns = columns[columns >= len(factors.products)]
    anchor = directions(factors.products[product : product + 1])[0]
    length = np.linalg.norm(factors.products[others], axis=1)
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 1e-9)
    borne = factors.weights[others][:, columns].toarray()
    return columns, borne * (factors.features[columns] @ anchor) * scale[:, None]


def fit_als(weights: sp.csr_matrix, seed: int) -> Factors:
    """Learn implicit alternating least squares (Hu, Koren and Volinsky 2008) on buyers x products weights >= 0."""
    draw = np.random.default_rng(seed)
    weights = clipped(weights, MOST_ALS_WEIGHT)
    products = draw.normal(0, 0.1, (weights.shape[1], WIDTH)).astype(np.float32)
    turned = weights.T.tocsr()
    # Each side is solved exactly while the other stands still, so every round can only gain.
    for _ in range(ALS_ROUNDS):
        buyers = solve_als(weights, products)
        products = solve_als(turned, buyers)
    return Factors(products=products, biases=np.zeros(weights.shape[1], np.float32))


def solve_als(weights: sp.csr_matrix, other: np.ndarray) -> np.ndarray:
    """Return the best point of each row of weights given the other side's points [n, d]; zero for empty rows."""
    return solve_points(weights, other, als_common(other), ALS_CONFIDENCE, 1.0)


def als_common(points: np.ndarray) -> np.ndarray:
    """Return what all points [n, d] say together, [d, d]: the part of ALS's equation that is the same for everybody."""
    return np.asarray(points.T @ points + ALS_REGULARISATION * np.eye(points.shape[1], dtype=np.float32))


def lightfm_common(points: np.ndarray) -> np.ndarray:
    """Return the same for LightFM's points: how much what is not held pulls on a buyer's point."""
    return np.asarray(NOT_HELD * (points.T @ points) + 0.01 * np.eye(points.shape[1], dtype=np.float32))


def solve_points(
    weights: sp.csr_matrix, other: np.ndarray, common: np.ndarray, confidence: float, certainty: float
) -> np.ndarray:
    """Return, row by row, the point u of (common + sum c v v') u = sum (c + certainty) v, c = confidence * weight.

    By the Cholesky factor, a row at a time; an empty row's point is zero.
    """
    result = np.zeros((weights.shape[0], other.shape[1]), np.float32)
    # Only what is held differs from the common part, so a row costs what it holds and not all products.
    # (entries,): what each adds to the weight that `common` gives to all products alike.
    sure = confidence * weights.data
    roots, pulls = np.sqrt(sure)[:, None], sure + certainty * (sure > 0)
    for row, (low, high) in enumerate(pairwise(weights.indptr.tolist())):
        if low == high:
            continue
        near = other.take(weights.indices[low:high], axis=0)
        # BLAS and LAPACK are called directly: there are thousands of rows, each of them tiny.
        # Rows times the root of c, so that one symmetric product of (held, d) gives sum c v v' onto `common`.
        left = blas.ssyrk(1.0, (near * roots[low:high]).T, 1.0, common)
        _factor, result[row], failed = lapack.sposv(left, pulls[low:high] @ near, overwrite_a=True, overwrite_b=True)
        # `common` holds a multiple of the identity and c is nought or more, so only nan or infinity fails.
        if failed:
            raise ValueError("A point could not be worked out: what is held is no numbers.")
    return result


def point_columns(lightfm: Factors) -> dict[str, np.ndarray]:
    """Return where LightFM sees products."""
    # float16 halves what is mapped; the d x d matrices stay exact, since equations are solved with them.
    unit, points = directions(lightfm.products).astype(np.float16), lightfm.products.astype(np.float16)
    biases = lightfm.biases.astype(np.float16)
    return {
        "directions": unit,
        "directions_moments": moments_of(unit),
        "points": points,
        "biases": biases,
        "points_moments": moments_of(points, biases),
        "points_common": lightfm_common(lightfm.products).astype(np.float32),
    }


def als_columns(als: Factors) -> dict[str, np.ndarray]:
    """Return where ALS sees products."""
    points = als.products.astype(np.float16)
    return {
        "als_points": points,
        "als_moments": moments_of(points),
        "als_common": als_common(als.products).astype(np.float32),
    }
