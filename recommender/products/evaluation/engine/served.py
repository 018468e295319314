"""What shelves rank by, asked a case at a time: serving's own functions over the arrays that an artefact would hold.

So what is tuned, judged and shown to the merchant is what shoppers get, of the same candidates.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.schema import ModelArrays
from recommender.products.evaluation.engine.queries import Queries, Score
from recommender.products.serving.engine.buyer import MOST_HELD, BuyerHistory, buyer_parts, candidate_rows
from recommender.products.types import Purpose


@dataclass(frozen=True, slots=True)
class ServedParts:
    """The signals of one purpose, as its shelf asks them."""

    arrays: ModelArrays
    purpose: Purpose
    names: tuple[str, ...]

    def of_each(self, queries: Queries) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield for each query the rows that serving would rank [m], and what each signal says of them [parts, m]."""
        each = dict.fromkeys(self.names, 1.0)
        for rows, parts in self._asked(queries, each):
            yield rows, np.stack([parts.get(name, np.zeros(len(rows), np.float32)) for name in self.names])

    def blended(self, weights: Mapping[str, float]) -> Score:
        """Return the sum of the parts by weight, float32 [b, n]; -inf where serving would not look."""

        def score(queries: Queries) -> np.ndarray:
            result = np.full((len(queries), len(self.arrays["trend"])), -np.inf, np.float32)
            for row, (rows, parts) in enumerate(self._asked(queries, weights)):
                result[row, rows] = sum(parts.values(), np.zeros(len(rows), np.float32))
            return result

        return score

    def _asked(
        self, queries: Queries, weights: Mapping[str, float]
    ) -> Iterator[tuple[np.ndarray, Mapping[str, np.ndarray]]]:
        excluded = np.zeros(len(self.arrays["trend"]), dtype=bool)
        for row in range(len(queries)):
            held, out = held_of(queries, row), _entries(queries.excluded, row)[0]
            # One mask for all of them: what was written for this query is taken back after it.
            excluded[out] = True
            rows = candidate_rows(self.arrays, self.purpose, held, excluded) if held.by_days else _NOTHING
            yield rows, buyer_parts(self.arrays, weights, held, rows)
            excluded[out] = False


_NOTHING = np.zeros(0, np.int64)


def held_of(queries: Queries, row: int) -> BuyerHistory:
    """Return what one query holds, as serving reads it: of a buyer the newest hundred products."""
    rows, weights = _entries(queries.held, row)
    days = dict(zip(*(part.tolist() for part in _entries(queries.rested, row)), strict=True))
    if days and len(rows) > MOST_HELD:
        newest = np.lexsort((rows, [days[one] for one in rows.tolist()]))[:MOST_HELD]
        rows, weights = rows[newest], weights[newest]
    by_days = dict(zip(rows.tolist(), weights.tolist(), strict=True))
    steps = dict(zip(*(part.tolist() for part in _entries(queries.steps, row)), strict=True))
    return BuyerHistory(
        by_days=by_days,
        by_steps={one: weight for one, weight in steps.items() if one in by_days},
        days_ago={one: ago for one, ago in days.items() if one in by_days},
        country=-1 if queries.countries is None else int(queries.countries[row]),
    )


def _entries(matrix: sp.csr_matrix | None, row: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns and the values of one row."""
    if matrix is None:
        return _NOTHING, _NOTHING.astype(np.float32)
    low, high = matrix.indptr[row], matrix.indptr[row + 1]
    return matrix.indices[low:high], matrix.data[low:high]
