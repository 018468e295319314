from datetime import timedelta

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.products.data.engine.features import ProductContent, make_features, with_products
from recommender.products.data.engine.history import read_history
from recommender.products.data.engine.rhythm import (
    RepeatShare,
    faded,
    main_countries,
    product_rhythm,
    rebought_rate,
    recent_orders,
    repeat_share,
    trend_windows,
)
from recommender.products.training.engine.factors import content_factors, directions
from recommender.products.training.engine.links import fit_ease, strongest, with_more
from recommender.products.training.engine.neighbours import borrowed_links, borrowed_points, nearest_sold
from tests.recommender.products.invented import PRODUCTS, START, group_of, plain_features


def bought(*rows):
    """(buyer, product, order, day, country) as a history of products 0 to 2."""
    lines = [(buyer, product, order, START + timedelta(days=day), 1, land) for buyer, product, order, day, land in rows]
    return read_history(lines, {0: 0, 1: 1, 2: 2})


def test_a_products_rhythm_is_the_median_of_what_its_buyers_wait():
    coffee = [(buyer, 0, 10 * n + i, day, "") for n, buyer in enumerate("abc") for i, day in enumerate((0, 30, 62))]
    lamp = [("a", 1, 90, 0, ""), ("a", 1, 91, 300, "")]  # once again is no rhythm
    found = product_rhythm(bought(*coffee, *lamp))
    assert found[0] == pytest.approx(31)
    assert np.isnan(found[1:]).all()


def test_what_is_bought_again_lately_counts_buyers_by_what_was_held_of_it():
    soap = [(buyer, 0, number, 0, "") for number, buyer in enumerate("abcd")]
    lamp = [("a", 1, 10, 0, "")]
    later = [("a", 0, 20, 130, ""), ("a", 0, 21, 140, ""), ("e", 0, 22, 140, ""), ("e", 0, 23, 147, "")]
    history = bought(*soap, *lamp, *later)
    at = float(history.days[0]) + 148  # what is held is that of day 120
    usual = 1 / (4 * 0.5 + 0.5)
    expected = [(1 / usual + 5) / (2 + 5), 5 / (0.5 + 5), 1]  # as a multiple of what is usual
    assert rebought_rate(history, at).tolist() == pytest.approx(expected)
    assert rebought_rate(history.before(at - 28), at).tolist() == [0, 0, 0]
    assert rebought_rate(history.before(0), at).tolist() == [0, 0, 0]


def test_repeats_are_what_returning_buyers_order_that_they_had_before():
    first = [(buyer, 0, number, 0, "") for number, buyer in enumerate("abcd")]
    # Of six lines ordered on in the last four weeks three are repeats; what e orders is a first order.
    later = [
        *[("a", 0, 10, 40, ""), ("a", 1, 10, 40, ""), ("a", 1, 11, 42, "")],
        *[("b", 0, 12, 41, ""), ("b", 0, 12, 41, ""), ("b", 2, 12, 41, "")],
        *[("c", 2, 13, 41, ""), ("e", 0, 14, 41, ""), ("e", 1, 14, 41, "")],
    ]
    history = bought(*first, *later)
    at = float(history.days[0]) + 50
    found = repeat_share(history, at)
    assert found.share == pytest.approx(3 / 6)
    assert 0 < found.low < found.share
    assert repeat_share(history, at + 28) == repeat_share(history.before(0), at) == RepeatShare(0.0, 0.0)
    early = repeat_share(history, at - 9.5)  # what comes later is not known yet
    assert early.share == pytest.approx(1 / 2)


def test_windows_fade_and_count_an_order_once():
    history = bought(("a", 0, 1, 0, ""), ("a", 0, 1, 0, ""), ("b", 0, 2, 7, ""))
    at = float(history.days[-1])
    windows = trend_windows(history, at)
    assert windows[0] == pytest.approx([1 + 0.5**7, 1.5, 1 + 0.5**0.25])
    assert trend_windows(history, at + 3)[0] == pytest.approx(faded(windows, 3.0)[0])


def test_what_sells_by_country_keeps_to_the_main_ones_and_to_two_weeks():
    rows = [
        ("a", 0, 1, 0, "FR"),
        ("b", 0, 2, 20, "FR"),
        ("c", 1, 3, 20, "DE"),
        ("d", 1, 4, 21, "FR"),
        (None, 1, 5, 21, ""),
    ]
    history = bought(*rows)
    countries = main_countries(history)
    recent = recent_orders(history, float(np.floor(history.days[-1]) + 1), countries)
    assert countries == ("FR", "DE")
    assert recent.trend(3).tolist() == [1, 3, 0]
    assert recent.trend_countries(3, 2).tolist() == [[1, 0], [1, 1], [0, 0]]
    assert bought(("a", 0, 1, 0, "")).countries.tolist() == []


def test_links_grow_by_what_is_added_and_only_in_its_rows():
    links = sp.csr_matrix(np.array([[0, 2, 1], [0, 0, 0], [3, 0, 0]], np.float32))
    found, weights = strongest(links)
    more = sp.csr_matrix(np.array([[0, 0, 4], [0, 0, 0], [0, 0, 0]], np.float32))
    grown, heavier = with_more(found, weights, more)
    assert dict(zip(grown[0, :2].tolist(), heavier[0, :2].tolist(), strict=True)) == {1: 2, 2: 5}
    assert grown[1:].tolist() == found[1:].tolist()
    assert heavier[1:].tolist() == weights[1:].tolist()


def test_links_to_what_nobody_bought_have_places_of_their_own():
    untried = np.arange(200) % 2 == 1
    links = np.random.default_rng(0).uniform(1, 2, (200, 200)).astype(np.float32)
    links[:, untried] /= 100  # what is borrowed is weaker than all that was bought
    np.fill_diagonal(links, 0)
    (dense, weights), (sparse, same) = strongest(links, untried), strongest(sp.csr_matrix(links), untried)
    assert dense.shape == (200, 70)
    assert not untried[dense[:, :50]].any()
    assert untried[dense[:, 50:]].all()
    best = np.argsort(-np.where(untried, links, 0), axis=1)[:, :20]
    assert (np.sort(dense[:, 50:]) == np.sort(best)).all()
    assert (np.sort(dense) == np.sort(sparse)).all()
    assert (np.sort(weights) == np.sort(same)).all()
    assert strongest(links, np.zeros(200, bool))[0].shape == (200, 50)


def test_what_was_never_sold_borrows_from_what_is_most_like_it():
    features, sold = plain_features(), np.arange(PRODUCTS) != 12
    nearest = nearest_sold(features, sold)
    assert {group_of(one) for one in nearest[12].indices[np.argsort(-nearest[12].data)[:8]]} == {1}
    assert nearest[12].sum() == pytest.approx(1, abs=1e-5)
    assert nearest.nnz == nearest[12].nnz
    links = np.zeros((PRODUCTS, PRODUCTS), np.float32)
    links[5, 11], links[5, 35] = 1.0, 0.5
    dense, sparse = borrowed_links(links.copy(), nearest), borrowed_links(sp.csr_matrix(links), nearest)
    assert dense[5, 12] == pytest.approx(nearest[12, 11] + 0.5 * nearest[12, 35])
    assert np.allclose(dense, sparse.toarray())
    points = np.arange(PRODUCTS, dtype=np.float32)[:, None]
    assert borrowed_points(points, nearest)[12, 0] == pytest.approx(float((nearest[12] @ points)[0, 0]))


def test_more_products_than_ease_takes_leave_the_least_sold_out(monkeypatch):
    monkeypatch.setattr("recommender.products.training.engine.links.MOST_LINKED", 4)
    rows = sp.csr_matrix(np.array([[1, 1, 0, 0, 0]] * 20 + [[0, 0, 1, 1, 0]] * 20 + [[0, 0, 0, 0, 1]], np.float32))
    found = fit_ease(rows)
    assert sp.issparse(found)
    assert np.argmax(found[0].toarray()) == 1
    assert found[4].nnz == 0


def test_content_alone_puts_like_beside_like_and_the_same_features_say_the_same():
    features = plain_features()
    one, other = content_factors(features), content_factors(features)
    assert np.array_equal(one.products, other.products)
    unit = directions(one.products)
    like = unit @ unit.T
    np.fill_diagonal(like, -1)
    assert [group_of(int(best)) for best in like.argmax(axis=1)] == [group_of(row) for row in range(PRODUCTS)]


def test_products_that_come_later_are_told_in_the_features_that_have_names():
    old = [ProductContent(titles=[f"Garden lamp {i}"], categories=["Home"], price=i) for i in range(4)]
    features = make_features(old)
    grown = with_products(features, [ProductContent(titles=["Garden unicorn"], categories=["Home"], price=2.0)])
    assert grown.names == features.names
    assert grown.matrix.shape == (5, 5 + len(features.names))
    assert np.allclose(grown.matrix[:4, 5:].toarray(), features.matrix[:, 4:].toarray())
    borne = {grown.names[column - 5] for column in grown.matrix[4].indices if column >= 5}
    assert borne >= {"category:Home", "price:4"} & set(grown.names)
    assert np.allclose(np.sqrt(grown.matrix.multiply(grown.matrix).sum(axis=1)), 1)
