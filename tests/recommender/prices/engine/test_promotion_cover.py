"""What a promotion is said to bring holds the truth nine times in ten, in invented shops whose truth is known."""

from math import inf

import numpy as np

from recommender.prices.engine.learning import learn_prices
from recommender.prices.engine.panel import make_panel
from recommender.prices.engine.promotion import PromotionTerms, promotion_outlook
from shopconnect.measure.engine.prices import FIRST_DAY, OFFER_WEEKS, WEEKS, InventedPrices, invented_prices

SHOPS, PRODUCTS, TAX, DAYS_A_WEEK = 8, 400, 0.2, 7
KNOWN = WEEKS - OFFER_WEEKS - 1  # in the week after, the last offers begin
OFFERED = slice(KNOWN, KNOWN + OFFER_WEEKS)
UNITS, LOW, HIGH = 0, 1, 2


def is_within(ends: np.ndarray, truth: np.ndarray) -> list[bool]:
    found: list[bool] = ((ends[:, LOW] <= truth) & (truth <= ends[:, HIGH])).tolist()
    return found


def covered(shop: InventedPrices, seed: int) -> tuple[list[bool], list[bool], list[bool]]:
    """Whether units of offers, their extra margin, and units where no price moved fell within their intervals."""
    until = FIRST_DAY + KNOWN * DAYS_A_WEEK
    sold = [row for row in shop.sold(seed) if row.day < until]
    ledger = [row for row in shop.ledger() if row.at < until]
    learnt = learn_prices(make_panel(sold, ledger, shop.category, None, KNOWN, until))
    before, offered = shop.cents[:, KNOWN - 1] / 100, shop.cents[:, OFFERED] / 100
    is_one_price = (offered == offered[:, :1]).all(axis=1)
    enough = np.array([learnt.is_enough(row) for row in range(PRODUCTS)])
    rows = np.flatnonzero(enough & is_one_price & (offered[:, 0] <= before))
    price, promised, cost = before[rows], offered[rows, 0], shop.cost[rows] / 100
    terms = PromotionTerms(
        price=price.tolist(),
        promised=promised.tolist(),
        cost=cost.tolist(),
        stock=[inf] * len(rows),
        tax_share=TAX,
        days=OFFER_WEEKS * DAYS_A_WEEK,
        days_before=0,
        days_after=0,
    )
    found = promotion_outlook(learnt.demand_of(rows.tolist()), terms)
    came = shop.units[rows, OFFERED].sum(axis=1)
    without = came * (price / promised) ** shop.elasticity[rows]
    extra = came * (promised / (1 + TAX) - cost) - without * (price / (1 + TAX) - cost)
    is_offer = promised < price
    units = np.array(is_within(found.reduced[:, UNITS], came))
    gains = np.array(is_within(found.gain, extra))
    return units[is_offer].tolist(), gains[is_offer].tolist(), units[~is_offer].tolist()


def test_units_and_extra_margin_lie_within_their_intervals_nine_times_in_ten():
    shares = [covered(invented_prices(PRODUCTS, seed), seed) for seed in range(SHOPS)]
    units, gains, unmoved = ([one for found in shares for one in found[place]] for place in range(3))
    assert len(units) > 100
    assert np.mean(unmoved) >= 0.9
    assert min(np.mean(units), np.mean(gains)) >= 0.9 - 1.3 * np.sqrt(0.9 * 0.1 / len(units))
