"""Elasticities are found again where they are known, and drawn together where they are not."""

import numpy as np
import pytest

from recommender.prices.engine.belief import below_zero, quantiles_below_zero
from recommender.prices.engine.comparison import compare_prices
from recommender.prices.engine.elasticity import fit_elasticities
from recommender.prices.engine.likelihood import log_curve, truncated_moments
from recommender.prices.engine.panel import Panel, make_panel, price_movement
from recommender.prices.engine.rules import PriceEffect
from recommender.prices.engine.shrinkage import OwnEvidence, shrink
from shopconnect.measure.engine.prices import InventedPrices, invented_prices

INTERVAL = np.array([0.025, 0.975])


@pytest.fixture(scope="module")
def invented() -> InventedPrices:
    return invented_prices(600, seed=3)


@pytest.fixture(scope="module")
def panel(invented: InventedPrices) -> Panel:
    return make_panel(invented.sold(), invented.ledger(), invented.category, None, 156, invented.until)


def held_share(fit_panel: Panel, invented: InventedPrices) -> float:
    enough = price_movement(fit_panel).is_enough
    shrunk = fit_elasticities(fit_panel.of_products(enough)).shrunk
    low, high = quantiles_below_zero(shrunk.elasticity, shrunk.variance, INTERVAL).T
    hidden = invented.elasticity[enough]
    assert len(hidden) > 400
    return float(((low <= hidden) & (hidden <= high)).mean())


@pytest.mark.parametrize("has_ledger", [True, False])
def test_hidden_elasticities_lie_in_their_intervals_nine_times_in_ten(has_ledger):
    # Three shops, since one alone may be luck. Without a ledger weeks without a sale have no price.
    held = []
    for seed in (3, 5, 7):
        shop = invented_prices(600, seed=seed)
        entries = shop.ledger() if has_ledger else []
        panel = make_panel(shop.sold(), entries, shop.category, None, 156, shop.until)
        assert panel.by_ledger.any() == has_ledger
        held.append(held_share(panel, shop))
    assert np.mean(held) >= 0.9


def test_what_is_learnt_foretells_better_than_every_simple_rule_and_no_elasticity_is_above_nought(panel):
    comparison = compare_prices(panel, panel.weeks - 13)
    assert comparison is not None
    assert comparison.served == PriceEffect.HIERARCHICAL
    learnt = comparison.figures[PriceEffect.HIERARCHICAL]
    for rule in (PriceEffect.NONE, PriceEffect.MINUS_ONE, PriceEffect.OLS):
        assert learnt.rmse < comparison.figures[rule].rmse
        assert learnt.rmse_big_moves < comparison.figures[rule].rmse_big_moves
    assert learnt.positive_share == 0
    assert comparison.figures[PriceEffect.OLS].positive_share > 0.05


def test_nothing_is_compared_where_no_price_moved():
    still = np.full((3, 60), np.log(9.0))
    panel = Panel(np.full((3, 60), 4.0), still, np.ones((3, 60), bool), np.zeros(3, int), 1)
    assert compare_prices(panel, 47) is None


def test_what_a_promotion_adds_beyond_its_price_is_not_taken_for_elasticity():
    chance = np.random.default_rng(5)
    invented = invented_prices(500, seed=4)
    reduced = invented.cents < invented.cents.max(axis=1, keepdims=True)
    # Twice as much again as the price alone would sell.
    units = invented.units + chance.poisson(invented.units * reduced * (np.e**0.7 - 1))
    panel = Panel(
        units.astype(float), np.log(invented.cents / 100), np.ones(units.shape, bool), invented.category, 10_000
    )
    panel = Panel(panel.units, panel.log_price, panel.by_ledger, panel.category, int(invented.category.max()) + 1)
    shrunk = fit_elasticities(panel).shrunk
    assert 0.4 < shrunk.lift < 1.0
    assert shrunk.of_shop == pytest.approx(-1.5, abs=0.5)


def test_each_retailer_is_drawn_from_its_own_least_squares_towards_the_mean_of_all():
    # As in the textbook (bayesm, 88 retailers of cheese): true ones -2.1 with deviation .75, own estimates far wider.
    chance = np.random.default_rng(1)
    hidden = -2.1 + 0.75 * chance.normal(size=88)
    error = chance.uniform(0.3, 3.0, 88)
    own = hidden + error * chance.normal(size=88)
    evidence = OwnEvidence(np.zeros((88, 2, 2)), np.zeros((88, 2)))
    evidence.information[:, 0, 0] = 1 / error**2
    evidence.score[:, 0] = own / error**2
    shrunk = shrink(evidence.without_lift(), np.zeros(88, int), 1)
    assert shrunk.of_category[0] == pytest.approx(-2.1, abs=0.35)
    assert np.sqrt(shrunk.within) == pytest.approx(0.75, abs=0.3)
    low, high = np.minimum(own, shrunk.of_category[0]), np.maximum(own, shrunk.of_category[0])
    assert ((low - 1e-9 <= shrunk.elasticity) & (shrunk.elasticity <= high + 1e-9)).all()
    followed = (shrunk.elasticity - shrunk.of_category[0]) / (own - shrunk.of_category[0])
    assert (np.diff(followed[np.argsort(error)]) <= 1e-9).all()
    assert np.abs(shrunk.elasticity - hidden).mean() < np.abs(own - hidden).mean() / 1.5
    assert (below_zero(shrunk.elasticity, shrunk.variance) <= 0).all()


def test_a_belief_cut_off_at_nought_has_the_means_of_its_quantiles():
    mean, variance = np.array([-2.0, -0.3, 0.5, 60.0]), np.array([0.2, 0.5, 0.4, 0.1])
    shares = (np.arange(4000) + 0.5) / 4000
    quantiles = quantiles_below_zero(mean, variance, shares)
    assert quantiles.max() <= 0
    assert below_zero(mean, variance)[:3] == pytest.approx(quantiles.mean(axis=1)[:3], abs=0.005)
    assert -0.01 < below_zero(mean, variance)[3] <= 0


def test_moments_of_what_sold_at_all_and_the_curve_of_logs_are_those_of_drawn_counts():
    chance = np.random.default_rng(2)
    for mean in (0.5, 3.0, 40.0):
        drawn = chance.negative_binomial(4, 4 / (4 + mean), 400_000)
        sold = drawn[drawn > 0]
        _, expected, variance = truncated_moments(np.array([np.log(mean)]), 0.25, np.array([False]))
        assert expected[0] == pytest.approx(sold.mean(), rel=0.01)
        assert variance[0] == pytest.approx(sold.var(), rel=0.03)
        assert log_curve(0.25).of(np.log(mean)) == pytest.approx(np.log(sold).mean(), abs=0.01)
