"""What is asked of a model, a batch at a time, and the scores that answer: every model has this one face."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.arrays import batches
from recommender.products.data.engine.schema import ModelArrays

Score = Callable[["Queries"], np.ndarray]
SIMPLE_TREND = 0.4


class ScoringModels(Protocol):
    """The models of one moment: scores by name, CPU seconds by name, products' directions [n, d] of length one.

    `columns` are the arrays that shelves rank by, as an artefact would hold them.
    """

    @property
    def scores(self) -> Mapping[str, Score]: ...

    @property
    def cpu_seconds(self) -> Mapping[str, float]: ...

    @property
    def directions(self) -> np.ndarray: ...

    @property
    def columns(self) -> ModelArrays: ...


class Parts(Protocol):
    """What a blend is made of: some signals, standardised over all products."""

    @property
    def names(self) -> tuple[str, ...]: ...

    def of_each(self, queries: "Queries") -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield for each query the columns that are worth ranking [m], and what each part says of them [parts, m]."""

    def blended(self, weights: Mapping[str, float]) -> Score:
        """Return the weighted sum of the parts; -inf where a product is not worth ranking."""


@dataclass(frozen=True, slots=True)
class Queries:
    """A batch of queries: the buyer's row (-1: nobody known), and the products held, weighted by how lately."""

    buyers: np.ndarray  # int32 [b]; no model reads it: it says which cases are of one visit
    held: sp.csr_matrix  # float32 [b, n], by days; for a cart or an anchor the weights are 1
    steps: sp.csr_matrix | None = None  # float32 [b, n], by steps: orders or views ago; the same as `held` where None
    rested: sp.csr_matrix | None = None  # float32 [b, n]: days since it was last bought, where it was
    seasonal: sp.csr_matrix | None = None  # float32 [b, n], by how near to a year ago it was bought
    countries: np.ndarray | None = None  # int [b]: places in the list of countries, -1 for none of them
    excluded: sp.csr_matrix | None = None  # [b, n]: what is not to be looked at, before the best are

    def __len__(self) -> int:
        return len(self.buyers)

    def part(self, rows: np.ndarray | slice) -> "Queries":
        """Return some of the queries."""
        more = (self.steps, self.rested, self.seasonal, self.countries, self.excluded)
        return Queries(self.buyers[rows], self.held[rows], *(None if one is None else one[rows] for one in more))

    @property
    def lately(self) -> sp.csr_matrix:
        """What is held, weighted by how many steps ago."""
        return self.held if self.steps is None else self.steps


def score_same(values: np.ndarray) -> Score:
    """Return a model that tells everybody the same: popularity, trend. Scores are float32 [b, n], as everywhere."""
    return lambda queries: np.broadcast_to(values.astype(np.float32), (len(queries), len(values)))


@dataclass(frozen=True, slots=True)
class DenseParts:
    """Parts that say something of every product: models as they are, of which no shelf keeps the whole."""

    scores: Mapping[str, Score]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.scores)

    def of_each(self, queries: Queries) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        columns = np.arange(queries.held.shape[1])
        for rows in batches(len(queries), len(columns) * len(self.scores)):
            parts = np.stack([standardised(score(queries.part(rows))) for score in self.scores.values()], axis=1)
            yield from ((columns, part) for part in parts)

    def blended(self, weights: Mapping[str, float]) -> Score:
        return score_blend(self.scores, weights)


def score_blend(parts: Mapping[str, Score], weights: Mapping[str, float]) -> Score:
    """Return the weighted sum of standardised scores; parts of weight zero are not asked."""
    used = {name: weight for name, weight in weights.items() if weight}

    def score(queries: Queries) -> np.ndarray:
        total = None
        for name, weight in used.items():
            part = weight * standardised(parts[name](queries))
            total = part if total is None else total + part
        return score_same(np.zeros(queries.held.shape[1]))(queries) if total is None else total

    return score


def standardised(scores: np.ndarray) -> np.ndarray:
    """Return scores [b, n] with mean 0 and deviation 1 in each row; rows all alike become 0."""
    spread = scores.std(axis=1, keepdims=True)
    centred = scores - scores.mean(axis=1, keepdims=True)
    return np.asarray(np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-12))
