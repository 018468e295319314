"""The parts of what a shelf is ranked by, as they are over all products: what each adds is worked out in blocks.

Standardising needs a mean and a spread over all products; both come from what is there, so no row is written out for
them. That is as exact, and a shop of 100,000 products takes a minute for it (docs/engine.md).
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import scipy.sparse as sp


class ScorePart(Protocol):
    """What one model says of each product beside each other one, [n, n], never written out whole."""

    def usual(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean [n] and the spread [n] of each row."""

    def add_to(self, total: np.ndarray, rows: slice, scales: np.ndarray) -> None:
        """Add some rows [b, n], each times a number, to what is there."""

    def at(self, rows: slice, columns: np.ndarray) -> np.ndarray:
        """Return the values of some rows at `columns` [b, k]."""


@dataclass(frozen=True, slots=True)
class ConstantPart:
    """The same values [n] beside every product."""

    values: np.ndarray

    def usual(self) -> tuple[np.ndarray, np.ndarray]:
        return np.full_like(self.values, self.values.mean()), np.full_like(self.values, self.values.std())

    def add_to(self, total: np.ndarray, rows: slice, scales: np.ndarray) -> None:
        total += scales[:, None] * self.values

    def at(self, rows: slice, columns: np.ndarray) -> np.ndarray:
        return np.asarray(self.values[columns])


@dataclass(frozen=True, slots=True)
class SparsePart:
    """Links [n, n] of which most are nothing."""

    links: sp.csr_matrix

    def usual(self) -> tuple[np.ndarray, np.ndarray]:
        count = self.links.shape[1]
        # float64, for the variance is a small difference of two larger numbers.
        mean = np.asarray(self.links.sum(axis=1, dtype=np.float64)).ravel() / count
        # Mean and spread over all n, though only what is there is read: what is not there is nought.
        square = np.asarray(self.links.multiply(self.links).sum(axis=1, dtype=np.float64)).ravel() / count
        return mean, np.sqrt(np.maximum(square - mean**2, 0))

    def add_to(self, total: np.ndarray, rows: slice, scales: np.ndarray) -> None:
        block = self.links[rows]
        # (entries of the block,): the row of each, so that one indexed addition does the whole block.
        where = np.repeat(np.arange(len(total)), np.diff(block.indptr))
        total[where, block.indices] += scales[where] * block.data  # a cell stands once in a row of links

    def at(self, rows: slice, columns: np.ndarray) -> np.ndarray:
        return np.asarray(self.links[rows][np.arange(len(columns))[:, None], columns].todense())


@dataclass(frozen=True, slots=True)
class DensePart:
    """Links [n, n] that are all there: those of a shop small enough."""

    links: np.ndarray

    def usual(self) -> tuple[np.ndarray, np.ndarray]:
        return self.links.mean(axis=1), self.links.std(axis=1)

    def add_to(self, total: np.ndarray, rows: slice, scales: np.ndarray) -> None:
        total += scales[:, None] * self.links[rows]

    def at(self, rows: slice, columns: np.ndarray) -> np.ndarray:
        return np.asarray(np.take_along_axis(self.links[rows], columns, axis=1))


@dataclass(frozen=True, slots=True)
class CosinePart:
    """The cosines of directions [n, d]."""

    unit: np.ndarray

    def usual(self) -> tuple[np.ndarray, np.ndarray]:
        unit = self.unit.astype(np.float64)
        # The mean of squared cosines is a quadratic form of the d x d covariance: n x n is never written.
        mean, common = unit @ unit.mean(axis=0), unit.T @ unit / len(unit)
        square = ((unit @ common) * unit).sum(axis=1)
        # Rounding may leave a variance a hair below nought.
        return mean, np.sqrt(np.maximum(square - mean**2, 0))

    def add_to(self, total: np.ndarray, rows: slice, scales: np.ndarray) -> None:
        total += (scales[:, None] * self.unit[rows]) @ self.unit.T

    def at(self, rows: slice, columns: np.ndarray) -> np.ndarray:
        # Row by row the cosines with its own k columns, never those with all n.
        return np.asarray(np.einsum("bd,bkd->bk", self.unit[rows], self.unit[columns]))


def linked(links: "np.ndarray | sp.csr_matrix") -> ScorePart:
    """Return links as a part."""
    return SparsePart(links) if sp.issparse(links) else DensePart(links)
