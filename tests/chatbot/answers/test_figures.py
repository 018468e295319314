"""Figures of an evaluation say how far they may be off."""

import pytest

from chatbot.answers.engine.figures import area_interval, share_interval


@pytest.mark.parametrize(
    ("hits", "cases", "expected"), [(8, 10, (0.4902, 0.9433)), (0, 10, (0.0, 0.2775)), (10, 10, (0.7225, 1.0))]
)
def test_a_share_lies_in_wilsons_interval(hits: int, cases: int, expected: tuple[float, float]):
    assert share_interval(hits, cases) == pytest.approx(expected, abs=2e-4)


def test_nothing_counted_has_no_interval():
    assert share_interval(0, 0) is None
    assert area_interval([0.5, 0.2, 0.9], [True, False, False]) is None


def test_the_area_lies_in_an_interval_that_narrows_with_cases():
    scores, truths = [0.9, 0.8, 0.3, 0.7, 0.2, 0.1], [True, True, True, False, False, False]
    few, many = area_interval(scores, truths), area_interval(scores * 20, truths * 20)
    assert few is not None
    assert many is not None
    assert few[0] <= 8 / 9 <= few[1]
    assert many[0] <= 8 / 9 <= many[1]
    assert many[1] - many[0] < few[1] - few[0]
