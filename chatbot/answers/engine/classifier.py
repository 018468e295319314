"""The trained part of ranking: a linear classifier of fixed width, one column an entry."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from chatbot.answers.engine.vectors import Floats

# How much the phrases count against small weights; chosen between 1 and 50 on texts of other shops.
TRUST = 20.0
ITERATIONS = 40
# Beyond, a logistic regression takes minutes; least squares are solved at once.
MOST_PHRASES = 1_500
SOFTNESS = 1.0  # the ridge of least squares; 1 is a phrase's likeness to itself
SPREAD = 12.0  # how far apart least squares lie, that logarithms of chances would


def train(rows: Floats, owners: npt.NDArray[np.int32], entries: int, *, is_logistic: bool) -> tuple[Floats, Floats]:
    """Learn from `rows` (phrases × features) of entries `owners`: weights (features × entries) and a bias an entry.

    The score of a message x is x @ weights + bias. A logistic regression is the better one where rows tell what the
    phrases mean; of their words alone, which seldom return, it believes too much, and least squares do better.
    """
    if not entries:
        return np.zeros((rows.shape[1], 0), np.float32), np.zeros(0, np.float32)
    if len(rows) > MOST_PHRASES:
        return _least_squares(rows, owners, entries), np.zeros(entries, np.float32)
    # There are fewer phrases than features, and no weight leaves the space that they span: it is learnt there.
    values, vectors = np.linalg.eigh((rows @ rows.T).astype(np.float64))
    is_real = values > max(values[-1], 1.0) * 1e-6
    lengths, basis = np.sqrt(values[is_real]), vectors[:, is_real]
    bias = np.zeros(entries)
    if is_logistic:
        weights, bias = _logistic_regression(basis * lengths, owners, entries)
    else:
        softened = lengths / (lengths**2 + SOFTNESS)
        weights = SPREAD * softened[:, None] * _summed(basis, owners, entries).T
    return (rows.T @ (basis / lengths @ weights)).astype(np.float32), bias.astype(np.float32)


def _summed(rows: npt.NDArray[Any], owners: npt.NDArray[np.int32], entries: int) -> npt.NDArray[Any]:
    """Entries × features: the sum of the rows of each entry."""
    sums = np.zeros((entries, rows.shape[1]), rows.dtype)
    np.add.at(sums, owners, rows)
    return sums


def _logistic_regression(
    rows: npt.NDArray[np.float64], owners: npt.NDArray[np.int32], entries: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Weights and bias of a softmax over entries; each entry weighs the same however many phrases it has."""
    trust = TRUST * (len(rows) / entries / np.bincount(owners, minlength=entries))[owners]
    size = rows.shape[1] * entries
    places = np.arange(len(rows))

    def loss(values: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights, bias = values[:size].reshape(-1, entries), values[size:]
        scores = rows @ weights + bias
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        totals = chances.sum(axis=1, keepdims=True)
        missed = trust @ (np.log(totals[:, 0]) - scores[places, owners])
        chances /= totals
        chances[places, owners] -= 1
        chances *= trust[:, None]
        slope = np.concatenate([(rows.T @ chances + weights).ravel(), chances.sum(axis=0)])
        return float(missed + 0.5 * (weights * weights).sum()), slope

    start = np.zeros(size + entries)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}).x
    return found[:size].reshape(-1, entries), found[size:]


def _least_squares(rows: Floats, owners: npt.NDArray[np.int32], entries: int) -> Floats:
    """Ridge regression on 1 for an entry's own phrases and 0 for all others, in closed form."""
    square = rows.T @ rows
    square[np.diag_indices_from(square)] += SOFTNESS
    return np.asarray(SPREAD * np.linalg.solve(square, _summed(rows, owners, entries).T), np.float32)
