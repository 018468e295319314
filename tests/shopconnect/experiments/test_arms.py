"""Who is in which arm: by the visitor where consent allows an id, else by page and day, and always the same."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from recommender.products.types import RULES_KIND, VARIETY_KIND
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments import services
from shopconnect.experiments.models import Experiment
from shopconnect.experiments.services import arm_of, end_experiment, set_hold_out, start_experiment, start_half
from shopconnect.experiments.types import HOLD_OUT

DAY = date(2026, 11, 25)


def letters(shop_id, count=2000, day=DAY):
    return [arm_of(shop_id, f"visitor-{one}", "/", day).letter for one in range(count)]


def test_one_of_twenty_is_held_out_until_the_merchant_says_otherwise(shop):
    share = Counter(letters(shop, 8000))
    assert set(share) == {"A", "H"}
    assert 0.04 < share["H"] / 8000 < 0.06
    set_hold_out(shop, 0)
    assert set(letters(shop)) == {"A"}


def test_who_is_held_out_stays_so_on_every_page_and_day_and_under_a_wider_share(shop):
    before = letters(shop)
    assert letters(shop, day=DAY + timedelta(days=30)) == before
    set_hold_out(shop, 20)
    after = letters(shop)
    assert after.count("H") > before.count("H")
    assert all(now == "H" for now, then in zip(after, before) if then == "H")


def test_without_an_id_a_page_has_one_arm_all_day_and_the_letter_is_small(shop):
    set_hold_out(shop, 20)
    assert arm_of(shop, "", "/p/1", DAY) == arm_of(shop, "", "/p/1", DAY)
    assert {arm_of(shop, "", f"/p/{one}", DAY).letter for one in range(100)} == {"a", "h"}
    days = {arm_of(shop, "", "/p/1", DAY + timedelta(days=one)).letter for one in range(100)}
    assert days == {"a", "h"}


def test_a_trial_splits_those_who_are_not_held_out_and_gives_b_its_own(shop):
    start_experiment(shop, VARIETY_KIND, 0.4, 14)
    arms = [arm_of(shop, f"visitor-{one}", "/", DAY) for one in range(4000)]
    share = Counter(arm.letter for arm in arms)
    assert set(share) == {"A", "B", "H"}
    assert 0.45 < share["B"] / (share["A"] + share["B"]) < 0.55
    assert {arm.value_of(VARIETY_KIND) for arm in arms if arm.letter == "B"} == {0.4}
    assert {(arm.kind, arm.value) for arm in arms if arm.letter != "B"} == {(None, None)}
    assert end_experiment(shop)
    assert not end_experiment(shop)
    assert set(letters(shop)) == {"A", "H"}


def test_one_trial_at_a_time_and_another_once_its_days_are_over(shop):
    start_experiment(shop, RULES_KIND, 3, 14)
    with pytest.raises(Refusal) as refused:
        start_experiment(shop, VARIETY_KIND, 0.4, 14)
    assert refused.value.status == 409
    assert arm_of(shop, "visitor-1", "/", DAY).value_of(RULES_KIND) in (None, 3)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=15), tick=False):
        assert set(letters(shop)) == {"A", "H"}
        start_experiment(shop, VARIETY_KIND, 0.4, 14)
    with shop_scope(shop):
        assert Experiment.objects.filter(ended_at=None).count() == 1


def test_a_start_at_half_and_half_ends_by_itself_and_leaves_the_share_from_before(shop):
    set_hold_out(shop, 10)
    start_half(shop, 28)
    start_half(shop, 28)
    assert 0.45 < letters(shop).count("H") / 2000 < 0.55
    with time_machine.travel(datetime.now(UTC) + timedelta(days=29), tick=False):
        assert 0.07 < letters(shop).count("H") / 2000 < 0.13
    with shop_scope(shop):
        assert Experiment.objects.count() == 2


@pytest.mark.parametrize(
    "ask",
    [
        lambda shop: set_hold_out(shop, 21),
        lambda shop: set_hold_out(shop, -1),
        lambda shop: start_half(shop, 57),
        lambda shop: start_experiment(shop, VARIETY_KIND, 0.4, 0),
        lambda shop: start_experiment(shop, HOLD_OUT, 5, 10),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(shop, ask):
    with pytest.raises(Refusal):
        ask(shop)
    with shop_scope(shop):
        assert not Experiment.objects.exists()


def test_two_shops_do_not_share_their_trials(shop, other_shop):
    start_experiment(shop, VARIETY_KIND, 0.4, 14)
    assert "B" in letters(shop)
    assert "B" not in letters(other_shop)


def test_an_arm_asks_no_database_while_the_plan_is_remembered(shop, django_assert_num_queries):
    arm_of(shop, "visitor-1", "/", DAY)
    with django_assert_num_queries(0):
        for one in range(50):
            arm_of(shop, f"visitor-{one}", "/", DAY)
            services.has_fallen(shop, "similar")
