"""What shelves use in the place of numpy's own, since a shopper waits: the same numbers, bit for bit."""

import numpy as np
import pytest

from recommender.products.data.engine.arrays import as_singles, distinct


def test_every_float16_is_the_float32_that_numpy_makes_of_it():
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16).reshape(256, 256)
    assert as_singles(halves).tobytes() == halves.astype(np.float32).tobytes()
    assert as_singles(halves[:, ::3]).tobytes() == halves[:, ::3].astype(np.float32).tobytes()


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_other_numbers_are_converted(kind):
    values = np.array([[0.1, -2.0]], kind)
    assert as_singles(values).dtype == np.float32
    assert as_singles(values).tolist() == values.astype(np.float32).tolist()


@pytest.mark.parametrize("count", [0, 1, 2, 500])
def test_distinct_values_and_their_places_are_those_of_numpy(count):
    values = np.random.default_rng(count).integers(0, 200, count).astype(np.int32)
    found, where = distinct(values, 200)
    expected, expected_where = np.unique(values, return_inverse=True)
    assert (found.tolist(), where.tolist()) == (expected.tolist(), expected_where.tolist())
    assert found.dtype == values.dtype
