"""A night proposes prices, approved ones go to the platform, and those that sell too little are rolled back."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from recommender.prices.light import prices_light
from recommender.prices.models import PriceProposal
from recommender.prices.proposals import deciding
from recommender.prices.proposals.learning import learn_price_proposals
from recommender.prices.proposals.types import NightStatus, PriceSettings, ProposalState
from recommender.prices.proposals.watching import watch_prices
from recommender.prices.proposals.writing import write_prices
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.models import OutboxChange
from shopconnect.sync.types import ChangeState
from shopconnect.ui.lights import LightColour
from tests.recommender.prices.shops import MUGS, reprice, sell, stock_mugs
from tests.shopconnect.sync.conftest import installed, outside, told, work_through  # noqa: F401
from tests.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.usefixtures("nobody_is_woken")

OWNER, NEW = 7, Decimal("11.90")


@pytest.fixture
def priced(installed: ShopId) -> ShopId:  # noqa: F811
    """An installed shop of mugs, of which last night's proposals wait."""
    learn_price_proposals(stock_mugs(installed))
    return installed


def rows(shop_id: ShopId) -> list[PriceProposal]:
    with shop_scope(shop_id):
        return list(PriceProposal.objects.order_by("id"))


def ids(shop_id: ShopId) -> list[int]:
    return [row.public_id for row in rows(shop_id)]


def states(shop_id: ShopId) -> list[str]:
    return [row.state for row in rows(shop_id)]


def written(shop_id: ShopId, days_ago: int = 0) -> PriceProposal:
    """The first proposal, approved, taken by the platform, and in effect since some days."""
    deciding.approve(shop_id, OWNER, ids(shop_id)[:1])
    write_prices(shop_id)
    work_through(shop_id, "push_change")
    reprice(shop_id, "red", NEW)
    write_prices(shop_id)
    with shop_scope(shop_id):
        row = PriceProposal.objects.get(state=ProposalState.WRITTEN)
        PriceProposal.objects.filter(pk=row.pk).update(written_at=now() - timedelta(days=days_ago))
    return row


def test_a_night_proposes_and_a_second_leaves_the_same(priced):
    first = rows(priced)
    assert {row.details["title"] for row in first} == {name.title() for name in MUGS}
    assert {(row.price_amount, row.proposed_amount) for row in first} == {(Decimal("10.90"), NEW)}
    assert all(0 < row.low_gain_amount < row.gain_amount < row.high_gain_amount for row in first)
    learn_price_proposals(priced)
    assert [(row.public_id, row.details) for row in rows(priced)] == [(row.public_id, row.details) for row in first]
    page = deciding.proposal_page(priced, [ProposalState.PROPOSED], "en")
    assert (page.status, page.night.counts) == (NightStatus.READY, {"no_cost": 1, "little_movement": 1})


def test_a_shop_whose_prices_foretell_nothing_is_proposed_nothing(installed):  # noqa: F811
    learn_price_proposals(stock_mugs(installed, elasticity=0.0))
    page = deciding.proposal_page(installed, [ProposalState.PROPOSED], "en")
    assert (page.status, page.total) == (NightStatus.NOT_SURE, 0)
    assert page.night.counts["not_sure"] == len(MUGS)
    light = prices_light(installed)
    assert light.colour == LightColour.RED
    assert light.reasons[0].sentence.startswith("Prices don’t reliably predict sales yet: an error of 0.1")


def test_the_light_is_red_where_nothing_is_proposed_and_says_why(installed):  # noqa: F811
    assert [one.sentence for one in prices_light(installed).reasons if one.stops][0] == "No sales yet"
    stock_mugs(installed)
    assert prices_light(installed).reasons[0].sentence == "Prices are being examined"
    learn_price_proposals(installed)
    assert prices_light(installed).colour == LightColour.AMBER
    deciding.choose_price_settings(installed, OWNER, PriceSettings(is_stopped=True))
    assert prices_light(installed).reasons[0].sentence == "You have stopped price proposals."


def test_an_approved_price_reaches_the_platform_once(priced, outside):  # noqa: F811
    row = written(priced)
    write_prices(priced)
    work_through(priced, "push_change")
    assert outside.told("prices", {}) == {"1-1": "11.9"}
    assert len(outside.calls("push_price")) == 1
    assert row.details["title"] == "Red"


def test_two_who_approve_at_once_approve_once(transactional_db, priced, outside):  # noqa: F811
    wanted, together, counts = ids(priced)[:1], threading.Barrier(2), []

    def click() -> None:
        together.wait(PATIENCE_SECONDS)
        try:
            counts.append(deciding.approve(priced, OWNER, wanted))
        except Refusal as refusal:
            counts.append(refusal.code)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert sorted(map(str, counts)) == ["1", "decided"]
    write_prices(priced)
    work_through(priced, "push_change")
    assert len(outside.calls("push_price")) == 1


def test_a_worker_that_dies_before_it_commits_sends_nothing_and_the_next_sends_once(priced, outside):  # noqa: F811
    deciding.approve(priced, OWNER, ids(priced)[:1])
    with pytest.raises(ZeroDivisionError), shop_scope(priced):
        write_prices(priced)
        raise ZeroDivisionError
    assert outside.calls("push_price") == []
    for _ in range(2):
        write_prices(priced)
        work_through(priced, "push_change")
    assert len(outside.calls("push_price")) == 1


def test_a_price_that_sells_too_little_is_rolled_back_once(priced, outside):  # noqa: F811
    row = written(priced, days_ago=9)
    sell(priced, "red", 1, NEW, 8)
    for _ in range(2):
        watch_prices(priced)
        work_through(priced, "push_change")
    assert outside.told("prices", {})["1-1"].startswith("10.9")
    with shop_scope(priced):
        assert PriceProposal.objects.get(pk=row.pk).state == ProposalState.ROLLED_BACK
        assert OutboxChange.objects.count() == 2
    learn_price_proposals(priced)  # its product is left alone
    assert states(priced).count("proposed") == len(MUGS) - 1


def test_a_price_that_sells_as_foretold_is_kept_in_the_end(priced, outside):  # noqa: F811
    row = written(priced, days_ago=30)
    sell(priced, "red", 9, NEW, 29)
    watch_prices(priced)
    with shop_scope(priced):
        assert PriceProposal.objects.get(pk=row.pk).state == ProposalState.KEPT
        assert OutboxChange.objects.count() == 1


def test_a_price_changed_at_the_platform_meanwhile_is_not_overwritten(priced, outside):  # noqa: F811
    outside.tell(prices={"1-1": "10.00"})
    deciding.approve(priced, OWNER, ids(priced)[:1])
    write_prices(priced)
    work_through(priced, "push_change")
    write_prices(priced)
    assert states(priced)[0] == ProposalState.REFUSED
    assert outside.told("prices", {}) == {"1-1": "10.00"}


def test_a_rollback_leaves_a_price_that_somebody_set_meanwhile(priced, outside):  # noqa: F811
    written(priced, days_ago=9)
    outside.tell(prices={"1-1": "12.50"})
    sell(priced, "red", 1, NEW, 8)
    watch_prices(priced)
    work_through(priced, "push_change")
    assert outside.told("prices", {}) == {"1-1": "12.50"}


def test_stopping_withdraws_at_once_what_has_not_gone_out(priced, outside):  # noqa: F811
    deciding.approve(priced, OWNER, ids(priced)[:2])
    write_prices(priced)
    deciding.choose_price_settings(priced, OWNER, PriceSettings(is_stopped=True))
    work_through(priced, "push_change")
    assert outside.calls("push_price") == []
    assert set(states(priced)) == {"proposed"}
    with pytest.raises(Refusal, match="stopped"):
        deciding.approve(priced, OWNER, ids(priced))
    deciding.choose_price_settings(priced, OWNER, PriceSettings())
    written(priced)
    assert len(outside.calls("push_price")) == 1


def test_limits_let_so_many_through_and_a_day_to_come_waits(priced, outside):  # noqa: F811
    deciding.choose_price_settings(priced, OWNER, PriceSettings(daily_limit=1))
    deciding.approve(priced, OWNER, ids(priced)[:2])
    deciding.approve(priced, OWNER, ids(priced)[2:3], now() + timedelta(days=3))
    write_prices(priced)
    work_through(priced, "push_change")
    assert len(outside.calls("push_price")) == 1
    assert states(priced)[2] == ProposalState.SCHEDULED


def test_what_was_approved_is_taken_back_and_what_was_rejected_rests(priced, outside):  # noqa: F811
    first, second, *_others = ids(priced)
    deciding.approve(priced, OWNER, [first])
    deciding.take_back(priced, OWNER, first)
    deciding.reject(priced, OWNER, [second])
    learn_price_proposals(priced)
    assert states(priced).count("proposed") == len(MUGS) - 1
    row = written(priced)
    deciding.take_back(priced, OWNER, row.public_id)
    work_through(priced, "push_change")
    with shop_scope(priced):
        assert {one.state for one in OutboxChange.objects.all()} == {ChangeState.DONE}
    assert outside.told("prices", {})["1-1"].startswith("10.9")


def test_nothing_is_approved_by_itself_unless_allowed(priced, outside):  # noqa: F811
    deciding.choose_price_settings(priced, OWNER, PriceSettings(approves_falls=True))
    learn_price_proposals(priced)
    assert set(states(priced)) == {"proposed"}
    deciding.choose_price_settings(priced, OWNER, PriceSettings(approves_rises=True))
    learn_price_proposals(priced)
    assert set(states(priced)) == {"approved"}
