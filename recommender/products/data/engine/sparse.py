"""Sparse matrices cut down to what counts."""

import numpy as np
import scipy.sparse as sp


def keep_best(matrix: sp.csr_matrix, most: int) -> sp.csr_matrix:
    """Return the matrix with only the `most` largest entries of each row."""
    selected = []
    for row in range(matrix.shape[0]):
        low, high = matrix.indptr[row], matrix.indptr[row + 1]
        if high - low <= most:
            selected.append(np.arange(low, high))
        else:
            # In order of columns again, as rows of CSR are; a partition leaves them in any.
            selected.append(low + np.sort(np.argpartition(-matrix.data[low:high], most)[:most]))
    entries = np.concatenate(selected) if selected else np.zeros(0, np.int64)
    # (rows + 1,): the new `indptr`, where each row's remaining entries begin and end.
    sizes = np.concatenate([[0], np.cumsum([len(entry) for entry in selected])])
    return sp.csr_matrix((matrix.data[entries], matrix.indices[entries], sizes), shape=matrix.shape)


def clipped(matrix: sp.csr_matrix, most: float) -> sp.csr_matrix:
    """Return the matrix with no entry above `most`."""
    result = matrix.copy()
    np.minimum(result.data, most, out=result.data)
    return result


def thinned(matrix: sp.csr_matrix, most: int) -> sp.csr_matrix:
    """Return the matrix with at most so many entries of each row, drawn by lot.

    Pairs within a row grow with its square: a thousand orders of a thousand lines would be a thousand million pairs.
    """
    counts = np.diff(matrix.indptr)
    if counts.max(initial=0) <= most:
        return matrix
    draw, is_drawn = np.random.default_rng(0), np.ones(matrix.nnz, dtype=bool)
    for row in np.flatnonzero(counts > most):
        is_drawn[matrix.indptr[row] + draw.permutation(counts[row])[most:]] = False
    result = matrix.copy()
    result.data[~is_drawn] = 0
    result.eliminate_zeros()
    return result


def column_weights(rows: sp.csr_matrix) -> np.ndarray:
    """Return how much the rows that hold each column weigh, float32 [columns]: the diagonal of X'X."""
    return np.asarray(rows.multiply(rows).sum(axis=0), dtype=np.float32).ravel()
