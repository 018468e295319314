"""What shelves rank by, asked a case at a time: serving's own functions over the arrays that an artefact would hold.

So what is tuned, judged and shown to the merchant is what shoppers get, of the same candidates.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from cachetools import LRUCache

from recommender.products.data.engine.schema import ModelArrays
from recommender.products.evaluation.engine.queries import Queries, Score
from recommender.products.serving.engine.buyer import MOST_HELD, BuyerHistory, ranked_rows, visit_history
from recommender.products.types import Purpose

MOST_REMEMBERED = 5_000  # queries: those of a gate and those who would be asked now


@dataclass(frozen=True, slots=True)
class ServedParts:
    """The signals of one purpose, as its shelf asks them; what they say of a query is worked out once."""

    arrays: ModelArrays
    purpose: Purpose
    names: tuple[str, ...]
    _known: LRUCache[bytes, tuple[np.ndarray, np.ndarray]] = field(default_factory=lambda: LRUCache(MOST_REMEMBERED))

    def of_each(self, queries: Queries) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield for each query the rows that serving would rank [m], and what each signal says of them [parts, m]."""
        excluded = np.zeros(len(self.arrays["trend"]), dtype=bool)
        for row in range(len(queries)):
            key = _key_of(queries, row)
            if key not in self._known:
                self._known[key] = self._asked(
                    held_of(queries, row, self.purpose), _entries(queries.excluded, row)[0], excluded
                )
            yield self._known[key]

    def blended(self, weights: Mapping[str, float]) -> Score:
        """Return the sum of the parts by weight, float32 [b, n]; -inf where serving would not look."""
        of_parts = np.array([weights.get(name, 0.0) for name in self.names], np.float32)

        def score(queries: Queries) -> np.ndarray:
            result = np.full((len(queries), len(self.arrays["trend"])), -np.inf, np.float32)
            for row, (rows, parts) in enumerate(self.of_each(queries)):
                result[row, rows] = of_parts @ parts
            # As on the shelf, where what is at or under the mean of all products has no place.
            return np.where(result > 0, result, -np.inf) if self.purpose == Purpose.VISIT else result

        return score

    def _asked(self, held: BuyerHistory, out: np.ndarray, excluded: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows worth ranking and the parts; `excluded` is a scratch of nothing, and nothing again after."""
        if not held.by_days:
            return _NOTHING, np.zeros((len(self.names), 0), np.float32)
        excluded[out] = True
        rows, parts = ranked_rows(self.arrays, self.purpose, dict.fromkeys(self.names, 1.0), held, excluded)
        excluded[out] = False
        return rows, np.stack([parts.get(name, np.zeros(len(rows), np.float32)) for name in self.names])


def _key_of(queries: Queries, row: int) -> bytes:
    """Return what a query is known by: all that is read of it."""
    matrices = (queries.held, queries.steps, queries.rested, queries.seasonal, queries.excluded)
    parts = [part.tobytes() for matrix in matrices for part in _entries(matrix, row)]
    country = b"" if queries.countries is None else str(queries.countries[row]).encode()
    return hashlib.blake2b(b"|".join([*parts, country]), digest_size=16).digest()


_NOTHING = np.zeros(0, np.int64)


def held_of(queries: Queries, row: int, purpose: Purpose) -> BuyerHistory:
    """Return what one query holds, as serving reads it: of a buyer the newest hundred products."""
    rows, weights = _entries(queries.held, row)
    if purpose == Purpose.VISIT:
        # What was viewed later weighs more, so the weights tell the order of looking.
        return visit_history(rows[np.argsort(-weights, kind="stable")].tolist())
    days = dict(zip(*(part.tolist() for part in _entries(queries.rested, row)), strict=True))
    if days and len(rows) > MOST_HELD:
        newest = np.lexsort((rows, [days[one] for one in rows.tolist()]))[:MOST_HELD]
        rows, weights = rows[newest], weights[newest]
    by_days = dict(zip(rows.tolist(), weights.tolist(), strict=True))
    steps = dict(zip(*(part.tolist() for part in _entries(queries.steps, row)), strict=True))
    season = dict(zip(*(part.tolist() for part in _entries(queries.seasonal, row)), strict=True))
    return BuyerHistory(
        by_days=by_days,
        by_steps={one: weight for one, weight in steps.items() if one in by_days},
        days_ago={one: ago for one, ago in days.items() if one in by_days},
        by_season={one: near for one, near in season.items() if one in by_days},
        country=-1 if queries.countries is None else int(queries.countries[row]),
    )


def _entries(matrix: sp.csr_matrix | None, row: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns and the values of one row."""
    if matrix is None:
        return _NOTHING, _NOTHING.astype(np.float32)
    low, high = matrix.indptr[row], matrix.indptr[row + 1]
    return matrix.indices[low:high], matrix.data[low:high]
