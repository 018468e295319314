"""Means and spreads over all products, worked out once with a model: serving standardises by them, exactly."""

import numpy as np
import scipy.sparse as sp


def sales_moments(trend: np.ndarray, by_country: np.ndarray) -> np.ndarray:
    """Return mean and spread of what sells, float64 [1 + countries, 2]: in the whole shop, then in each country."""
    columns = np.column_stack([trend, by_country]).astype(np.float64)
    return np.stack([columns.mean(axis=0), columns.std(axis=0)], axis=1)


def moments_of(points: np.ndarray, biases: np.ndarray | None = None) -> np.ndarray:
    """Return the mean of x x' over the rows x = (point, bias, 1), float64 [d + 2, d + 2].

    Of any linear score x u it holds the mean, in its last row, and the mean of the square, u' M u.
    """
    count = len(points)
    rows = np.column_stack([points, np.zeros(count) if biases is None else biases, np.ones(count)]).astype(np.float64)
    return np.asarray(rows.T @ rows / max(count, 1))


def kind_moments(kinds: sp.csr_matrix, selling: np.ndarray) -> dict[str, np.ndarray]:
    """Return what sells of each category, float32 [c], and the squares of what sells in each two of them.

    `kinds` [n, c] are 0 or 1, `selling` [n]; pairs without a product in common are left out.
    """
    squares = (kinds.T @ sp.diags(selling.astype(np.float32) ** 2) @ kinds).tocoo()
    return {
        "kind_sums": np.asarray(kinds.T @ selling, dtype=np.float32),
        "kind_pairs": np.stack([squares.row, squares.col], axis=1).astype(np.int32),
        "kind_squares": squares.data.astype(np.float32),
    }
