"""Orders that the bench asks for are told to whom they belong, and are gone with their shop afterwards."""

import math

from shopconnect.measure.bench.order_times import measure_order_times
from shopconnect.shops.selectors import all_shops


def test_right_and_wrong_addresses_and_unknown_numbers_are_measured_and_nothing_stays(transactional_db: None):
    told: list[str] = []
    before = list(all_shops())
    figures = measure_order_times(told.append)
    assert set(figures) == {"order_right", "order_wrong", "order_unknown", "order_apart", "order_cpu_apart"}
    assert all(math.isfinite(value) and value >= 0 for value in figures.values())
    assert min(figures["order_right"], figures["order_wrong"], figures["order_unknown"]) > 0
    assert told
    assert list(all_shops()) == before
