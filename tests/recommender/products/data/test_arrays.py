"""What shelves use in the place of numpy's own, since a shopper waits: the same numbers."""

import numpy as np
import pytest

from recommender.products.data.engine.arrays import distinct


@pytest.mark.parametrize("count", [0, 1, 2, 500])
def test_distinct_values_and_their_places_are_those_of_numpy(count):
    values = np.random.default_rng(count).integers(0, 200, count).astype(np.int32)
    found, where = distinct(values, 200)
    expected, expected_where = np.unique(values, return_inverse=True)
    assert (found.tolist(), where.tolist()) == (expected.tolist(), expected_where.tolist())
    found, where = distinct(values, 200, ascending=False)
    assert sorted(found.tolist()) == expected.tolist()
    assert found[where].tolist() == values.tolist()
