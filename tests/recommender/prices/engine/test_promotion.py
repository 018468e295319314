"""What a promotion would bring: more units at less margin each, as far as the stock lasts."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from recommender.prices.engine.outlook import PriceDemand
from recommender.prices.engine.promotion import PromotionTerms, promotion_outlook

TERMS = PromotionTerms(
    price=[10.0], promised=[8.0], cost=[5.0], stock=[inf], tax_share=0.0, days=14, days_before=0, days_after=14
)
UNITS, MARGIN, MEAN = 0, 2, 0


def demand(elasticity: float, weekly: float = 20.0, lift: float = 0.0) -> PriceDemand:
    one = np.ones(1)
    return PriceDemand(np.log(weekly) * one, 0.05 * one, elasticity * one, 0.01 * one, 0.1, lift)


def test_units_follow_the_elasticity_and_what_announcing_adds():
    found = promotion_outlook(demand(-2.0), TERMS)
    assert found.usual[0, UNITS, MEAN] == pytest.approx(40, rel=0.05)
    assert found.reduced[0, UNITS, MEAN] == pytest.approx(40 * 0.8**-2, rel=0.05)
    assert found.after[0, UNITS, MEAN] == pytest.approx(40, rel=0.05)
    lifted = promotion_outlook(demand(-2.0, lift=np.log(1.5)), TERMS)
    assert lifted.reduced[0, UNITS, MEAN] == pytest.approx(1.5 * found.reduced[0, UNITS, MEAN], rel=0.05)
    assert lifted.usual == pytest.approx(found.usual)


@pytest.mark.parametrize(("elasticity", "sign"), [(-1.0, -1), (-4.0, 1)])
def test_a_fifth_less_pays_where_sales_more_than_make_up_for_it(elasticity, sign):
    found = promotion_outlook(demand(elasticity), TERMS)
    mean, low, high = found.gain[0] * sign
    assert mean > 0
    assert min(low, high) > 0
    assert mean == pytest.approx(sign * (found.reduced[0, MARGIN, MEAN] - found.usual[0, MARGIN, MEAN]))


def test_no_more_is_sold_than_the_stock_of_the_first_day():
    short = promotion_outlook(demand(-2.0), replace(TERMS, stock=[20.0]))
    assert short.lasts[0] == 0
    assert short.stock[0] == 20
    assert short.reduced[0, UNITS] == pytest.approx([20, 20, 20])
    assert short.gain[0, MEAN] < 0  # the same units would have sold at the price before
    waiting = promotion_outlook(demand(-2.0), replace(TERMS, stock=[100.0], days_before=7))
    assert waiting.stock[0] == pytest.approx(80, abs=1)
    assert 0 < waiting.lasts[0] < 1
