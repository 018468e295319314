"""What came into the shop lately, and what nobody bought yet."""

import numpy as np

from recommender.products.data.engine.schema import AlignedColumns, ModelArrays

NEW_DAYS = 30.0


def is_new(columns: AlignedColumns, day: float, rows: "np.ndarray | slice" = slice(None)) -> np.ndarray:
    """Return bool: True where a product, one of `rows`, came in the last 30 days."""
    age = day - columns["created_day"][rows]
    return np.asarray((age >= 0) & (age <= NEW_DAYS))


def cold_rows(arrays: ModelArrays, columns: AlignedColumns, day: float, out: np.ndarray) -> np.ndarray:
    """Return the rows that may be explored: of what is not `out`, what is new or was never bought."""
    return np.flatnonzero((is_new(columns, day) | (arrays["popular"] == 0)) & ~out)
