"""What is ranked in blocks is what would be ranked row by row, written out whole."""

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.products.data.engine import arrays
from recommender.products.data.engine.arrays import best_of
from recommender.products.training.engine.factors import directions
from recommender.products.training.engine.parts import ConstantPart, CosinePart, DensePart, ScorePart, SparsePart
from shopconnect.measure.engine.purchases import invented_shop

COUNT = 40
CHANCE = np.random.default_rng(5)
DENSE = CHANCE.normal(size=(COUNT, COUNT)).astype(np.float32)
SPARSE = sp.random(COUNT, COUNT, 0.2, "csr", np.float32, np.random.default_rng(6))
UNIT = directions(CHANCE.normal(size=(COUNT, 8)).astype(np.float32))
TREND = CHANCE.integers(0, 9, COUNT).astype(np.float32)
WHOLE = [
    (ConstantPart(TREND), np.tile(TREND, (COUNT, 1))),
    (SparsePart(SPARSE), SPARSE.toarray()),
    (DensePart(DENSE), DENSE),
    (CosinePart(UNIT), UNIT @ UNIT.T),
]


@pytest.mark.parametrize(("part", "whole"), WHOLE, ids=lambda one: type(one).__name__)
def test_a_part_is_what_it_would_be_written_out(part: ScorePart, whole: np.ndarray):
    mean, spread = part.usual()
    assert mean == pytest.approx(whole.mean(axis=1), abs=1e-5)
    assert spread == pytest.approx(whole.std(axis=1), abs=1e-5)
    rows, scales = slice(10, 14), np.array([0.0, 1.0, 2.0, -1.0], np.float32)
    total = np.ones((4, COUNT), np.float32)
    part.add_to(total, rows, scales)
    assert total == pytest.approx(1 + scales[:, None] * whole[rows], abs=1e-5)
    columns = np.argsort(-whole[rows], axis=1)[:, :7]
    assert part.at(rows, columns) == pytest.approx(np.take_along_axis(whole[rows], columns, axis=1), abs=1e-5)


@pytest.mark.parametrize("short", [0, COUNT])
def test_the_best_are_those_of_a_full_sort_and_equals_have_their_turn(monkeypatch, short):
    monkeypatch.setattr(arrays, "SHORT_ROW", short)
    values = CHANCE.integers(0, 6, (20, COUNT)).astype(np.float32)
    values[3], values[4:8, 3:] = -np.inf, -np.inf
    turn = np.argsort(CHANCE.permutation(COUNT))
    for depth in (0, 1, 7, COUNT):
        assert best_of(values, depth).tolist() == np.argsort(-values, axis=1, kind="stable")[:, :depth].tolist()
        by_turn = [np.lexsort((turn, -row))[:depth].tolist() for row in values]
        assert best_of(values, depth, turn).tolist() == by_turn


def test_the_same_seed_invents_the_same_shop_and_few_products_sell_most():
    shop, again = (invented_shop(300, 5_000, seed=2) for _ in range(2))
    assert shop.history.products.tolist() == again.history.products.tolist()
    assert shop.products == again.products
    assert len(shop.history) == 5_000
    assert (np.diff(shop.history.days) >= 0).all()
    sold = np.sort(np.bincount(shop.history.products, minlength=300))[::-1]
    assert sold[:60].sum() > 0.4 * sold.sum()
    pairs = np.stack([shop.history.buyers, shop.history.products], axis=1)
    assert len(np.unique(pairs, axis=0)) < 0.9 * len(pairs), "buyers come back for more"
