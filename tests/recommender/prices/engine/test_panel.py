"""A shop's weeks: units, prices by ledger or by what was paid, and what moved."""

import numpy as np
import pytest

from recommender.prices.engine.panel import LedgerRow, Panel, SoldRow, make_panel, price_movement, reductions

END = 7 * 10  # the first day that is not whole


def panel_of(sold: list[SoldRow], ledger: list[LedgerRow] | None = None, weeks: int | None = 10) -> Panel:
    return make_panel(sold, ledger or [], np.array([0]), weeks, 156, END)


def sale(day: int, price: float, quantity: float = 1.0, item: int = 0, lines: int = 1) -> SoldRow:
    return SoldRow(0, item, day, quantity, lines, lines, price * quantity * lines)


def test_weeks_are_counted_back_from_the_last_day_with_a_sale_and_refunds_sell_nothing():
    panel = panel_of([sale(END - 1, 10, 2), sale(END - 8, 10), sale(END - 1, 10, -1)])
    assert panel.units[0, -2:].tolist() == [1, 2]
    earlier = panel_of([sale(END - 11, 10)])
    assert earlier.units[0, -1] == 1


def test_a_day_that_is_not_whole_is_left_out():
    panel = panel_of([sale(END - 1, 10), sale(END, 10)])
    assert panel.units.sum() == 1


def test_there_are_as_many_whole_weeks_as_something_was_sold_in():
    assert panel_of([sale(END - 1, 10), sale(END - 20, 10)], weeks=None).weeks == 2


def test_without_a_ledger_a_weeks_price_is_the_median_paid_of_its_lines():
    panel = panel_of([sale(END - 1, 10, lines=3), sale(END - 2, 5, 40)])
    assert np.exp(panel.log_price[0, -1]) == pytest.approx(10)
    assert np.isnan(panel.log_price[0, 0])
    assert not panel.by_ledger.any()


def test_the_ledger_says_the_price_by_the_days_it_held_from_its_first_word_on():
    sold = [sale(END - 1, 8), sale(3, 10), sale(10, 10), sale(20, 10)]
    ledger = [LedgerRow(0, 0, 14.0, 10.0), LedgerRow(0, 0, END - 3.5, 8.0)]
    panel = panel_of(sold, ledger)
    assert panel.by_ledger[0].tolist() == [False] * 2 + [True] * 8
    assert np.exp(panel.log_price[0, 5]) == pytest.approx(10)
    assert panel.log_price[0, -1] == pytest.approx((np.log(10) + np.log(8)) / 2)
    assert panel.is_counted[0, 5]
    assert not panel.is_sold[0, 5]


def test_selling_more_of_the_dear_size_is_no_rise():
    small = [sale(day, 10, item=0) for day in range(0, END, 7)]
    large = [sale(day, 30, item=1, lines=1 + 4 * (day > END / 2)) for day in range(0, END, 7)]
    prices = panel_of([*small, *large]).log_price[0]
    assert np.ptp(prices) == pytest.approx(0)


def test_movement_counts_prices_and_weeks_and_how_far_they_spread():
    prices = [10, 10, 9, 8, 10, 10, 9, 8, 10, 10]
    movement = price_movement(panel_of([sale(7 * week, price) for week, price in enumerate(prices)]))
    assert (movement.prices[0], movement.weeks[0]) == (3, 10)
    assert movement.spread[0] == pytest.approx(np.std(np.log(prices)))
    assert not movement.is_countable[0]


def test_a_price_well_under_the_usual_one_is_a_reduction_and_a_lasting_fall_is_none():
    log_price = np.log([[10.0] * 10 + [7.0] * 2 + [9.6] + [10.0] * 7 + [7.0] * 30])
    found = reductions(log_price)[0]
    assert found[9:14].tolist() == [0, 1, 1, 0, 0]
    assert found[20] == 1
    assert found[-1] == 0
