"""What is counted as demand."""

import numpy as np

from recommender.stock.engine.demand import read_demand, with_stock_outs

LAST = 20_000  # a day; weeks end with it
MUG, BOWL = (1, ""), (2, "blue")


def sale(item: tuple[int, str], week: int, quantity: float, lines: int = 1) -> tuple[int, str, int, float, int]:
    """A sale so many weeks before the last."""
    return (*item, LAST - 7 * week, quantity, lines)


def test_weeks_end_with_the_last_day_and_a_first_part_of_one_is_left_out():
    demand = read_demand([sale(MUG, 0, 3), sale(BOWL, 1, 2, lines=4), (1, "", LAST - 9, 5.0, 1)], LAST)
    assert demand.items == (MUG, BOWL)
    assert demand.units.tolist() == [[3.0], [0.0]]


def test_what_came_back_is_taken_off_and_no_week_is_below_nought():
    demand = read_demand([sale(MUG, 2, 1), sale(MUG, 1, 5), sale(MUG, 1, -2), sale(MUG, 0, -4)], LAST + 6)
    assert demand.units.tolist() == [[1.0, 3.0, 0.0]]


def test_days_after_the_last_are_left_out():
    demand = read_demand([sale(MUG, 1, 2), sale(MUG, 0, 2), sale(MUG, -1, 9)], LAST + 6)
    assert demand.units.tolist() == [[2.0, 2.0]]


def test_a_bulk_order_is_capped_by_what_is_usual_for_its_item():
    usual = [sale(MUG, week, 2, lines=10) for week in range(10)]
    demand = read_demand([*usual, sale(MUG, 3, 500)], LAST + 6)
    assert demand.units[0, -4] == 520
    assert demand.ordinary(10)[0, -4] == 26  # ten lines of two, and one of twice two and two more


def test_what_is_usual_is_known_from_earlier_weeks_alone():
    large = [sale(MUG, week, 100, lines=10) for week in range(5)]
    small = [sale(MUG, week, 1, lines=10) for week in range(5, 10)]
    demand = read_demand([*large, *small, sale(MUG, 6, 90)], LAST + 6)
    assert demand.ordinary(5)[0].tolist() == [10, 10, 10, 14, 10]
    assert demand.ordinary(10)[0, 3] == 100


def test_a_week_half_out_of_stock_is_scaled_up_and_one_without_stock_sells_what_the_others_did():
    demand = read_demand([sale(MUG, week, 1, lines=7) for week in range(2, 8)] + [sale(MUG, 1, 1, lines=4)], LAST + 6)
    monday = LAST + 7 - 14
    known = with_stock_outs(demand, {MUG: [(monday + 3.5, monday + 14.0)]}).ordinary(8)[0]
    assert known[:6].tolist() == [7] * 6
    assert known[6] == 8  # four in half a week
    assert known[7] == np.mean([7] * 6 + [8])


def test_a_shop_without_a_sale_has_no_weeks():
    demand = read_demand([], LAST)
    assert (demand.items, demand.weeks) == ((), 0)
