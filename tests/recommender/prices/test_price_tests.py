"""A price test is started, takes turns on the platform, is measured each night, and ends; or is ended, and restored."""

import csv
import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from recommender.prices.models import PriceProposal, PriceTest
from recommender.prices.proposals import deciding as proposals
from recommender.prices.proposals.learning import learn_price_proposals
from recommender.prices.proposals.types import PriceSettings
from recommender.prices.testing import deciding
from recommender.prices.testing.stored import read_design, write_design
from recommender.prices.testing.turning import turn_prices
from recommender.prices.testing.types import BlockKind, PriceTestPlan, PriceTestState
from shopconnect.accounts.types import Role
from shopconnect.catalog.services import store_prices
from shopconnect.connectors.types import PriceDraft
from shopconnect.core.clock import known_timezone, now, today
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.models import Notice
from shopconnect.shops.selectors import shop_profile
from tests.recommender.prices.shops import IDS, reprice, sell_on, stock_mugs
from tests.shopconnect.api.conftest import caller  # noqa: F401
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.sync.conftest import installed, outside, told, work_through  # noqa: F401

pytestmark = pytest.mark.usefixtures("nobody_is_woken")

OWNER, FIRST, OTHER, VARIANT = 7, Decimal("10.90"), Decimal("11.90"), f"{IDS['still']}-1"
WEEKS = 8


@pytest.fixture
def testable(installed: ShopId) -> ShopId:  # noqa: F811
    """An installed shop of mugs, one of which never moved its price; last night found that it could be tested."""
    learn_price_proposals(stock_mugs(installed))
    return installed


def row_of(shop_id: ShopId) -> PriceTest:
    with shop_scope(shop_id):
        return PriceTest.objects.select_related("product").get()


def start(shop_id: ShopId, block: BlockKind = BlockKind.HALF_WEEK) -> PriceTest:
    wanted = [one.product_public_id for one in deciding.price_test_page(shop_id, "en").testable]
    deciding.start_tests(shop_id, OWNER, PriceTestPlan(products=wanted, weeks=WEEKS, block=block))
    return row_of(shop_id)


def let_pass(shop_id: ShopId, days: int) -> PriceTest:
    """Have a test begun so many days ago."""
    row, day = row_of(shop_id), day_of(shop_id)
    row.design["starts_on"] = (day - timedelta(days=days)).isoformat()
    with shop_scope(shop_id):
        PriceTest.objects.filter(pk=row.pk).update(design=row.design, measured_on=None)
    return row_of(shop_id)


def until_turn(shop_id: ShopId, arm: int) -> PriceTest:
    """Have a test begun so long ago that today a price has its turn."""
    design = read_design(row_of(shop_id))
    return let_pass(shop_id, design.starts[list(design.arms).index(arm)] + 2)


def day_of(shop_id: ShopId) -> date:
    with shop_scope(shop_id):
        return today(known_timezone(shop_profile().timezone))


def turn(shop_id: ShopId) -> None:
    turn_prices(shop_id)
    work_through(shop_id, "push_change")


def live(shop_id: ShopId, elasticity: float, days: int) -> None:
    """Let the days of a test pass: the ledger has the price whose turn each was, and mugs sell by it."""
    row = let_pass(shop_id, days)
    design = read_design(row)
    with shop_scope(shop_id):
        zone = ZoneInfo(known_timezone(shop_profile().timezone))
        prices = {}
        for start_day, arm in zip(design.starts, design.arms, strict=False):
            if start_day < days:
                at = datetime.combine(design.starts_on + timedelta(days=start_day), time(0), zone)
                prices[at] = OTHER if arm else FIRST
        store_prices(
            [
                PriceDraft(product=IDS["still"], variant="", at=at, currency="EUR", price=price)
                for at, price in prices.items()
            ]
        )
    for at in range(days):
        arm = design.arm_on(design.starts_on + timedelta(days=at))
        price = OTHER if arm else FIRST
        units = round((600 + 40 * (at % 7)) * float(price / FIRST) ** elasticity)
        sell_on(shop_id, "still", units, price, days - at)


def test_what_never_moved_its_price_can_be_tested_and_nothing_else(testable):
    page = deciding.price_test_page(testable, "en")
    assert [(one.title, one.price, one.other) for one in page.testable] == [("Still", FIRST, OTHER)]
    assert 0 < page.testable[0].error < 10
    assert page.can_write


def test_a_test_takes_turns_on_the_platform_once_a_block(testable, outside):  # noqa: F811
    row = start(testable)
    assert row.state == PriceTestState.RUNNING
    assert read_design(row).starts_on == day_of(testable) + timedelta(days=1)
    assert deciding.price_test_page(testable, "en").testable == ()
    turn(testable)
    assert outside.calls("push_price") == []  # it starts tomorrow
    until_turn(testable, 1)
    for _ in range(2):
        turn(testable)
    assert outside.told("prices", {}) == {VARIANT: "11.9"}
    assert len(outside.calls("push_price")) == 1
    reprice(testable, "still", OTHER)
    turn(testable)
    assert len(outside.calls("push_price")) == 1
    until_turn(testable, 0)
    turn(testable)
    assert outside.told("prices", {})[VARIANT].startswith("10.9")


def test_a_test_ends_by_itself_with_the_truth_in_its_interval_and_is_learnt_from(testable, outside):  # noqa: F811
    make_member(testable, Role.OWNER)
    start(testable)
    truth, days = -1.2, WEEKS * 7
    live(testable, truth, days)
    reprice(testable, "still", OTHER)  # the last turn was the other price's
    learn_price_proposals(testable)
    found = deciding.price_test_page(testable, "en").tests[0]
    assert found.state == PriceTestState.ENDED
    between = found.result.elasticity
    assert between.low < truth < between.high
    assert between.high - between.low < 1.0
    assert (
        found.result.gain.low
        < (float(OTHER) / 1.2 - 3) / (float(FIRST) / 1.2 - 3) * (float(OTHER / FIRST) ** truth) - 1
        < found.result.gain.high
    )
    turn(testable)
    assert outside.told("prices", {})[VARIANT].startswith("10.9")
    reprice(testable, "still", FIRST)
    turn_prices(testable)
    with shop_scope(testable):
        PriceTest.objects.update(asked_at=now() - timedelta(days=2))
        assert Notice.objects.filter(kind="price_test_over").count() == 1
    turn_prices(testable)
    assert row_of(testable).is_restored
    learn_price_proposals(testable)
    with shop_scope(testable):
        assert PriceProposal.objects.filter(product_id=found.product_id).count() == 1  # what the test found speaks


def test_the_guard_ends_a_test_that_costs_and_the_price_before_comes_back(testable, outside):  # noqa: F811
    make_member(testable, Role.OWNER)
    start(testable)
    live(testable, -9.0, 7 * 7)
    reprice(testable, "still", OTHER)
    learn_price_proposals(testable)
    assert row_of(testable).state == PriceTestState.GUARDED
    turn(testable)
    assert outside.told("prices", {})[VARIANT].startswith("10.9")
    with shop_scope(testable):
        assert Notice.objects.filter(kind="price_test_guarded").count() == 1


def test_stopping_everything_ends_tests_and_restores_their_price(testable, outside):  # noqa: F811
    start(testable)
    until_turn(testable, 1)
    turn(testable)
    reprice(testable, "still", OTHER)
    proposals.choose_price_settings(testable, OWNER, PriceSettings(is_stopped=True))
    turn(testable)
    assert row_of(testable).state == PriceTestState.STOPPED
    assert outside.told("prices", {})[VARIANT].startswith("10.9")
    with pytest.raises(Refusal, match="stopped"):
        start(testable)


def test_what_the_platform_was_not_told_yet_is_withdrawn(testable, outside):  # noqa: F811
    start(testable)
    until_turn(testable, 1)
    turn_prices(testable)
    deciding.stop_test(testable, OWNER, row_of(testable).public_id)
    work_through(testable, "push_change")
    assert outside.calls("push_price") == []


def test_a_price_that_somebody_sets_ends_the_test_and_stays(testable, outside):  # noqa: F811
    start(testable)
    until_turn(testable, 1)
    reprice(testable, "still", Decimal("12.50"))
    turn(testable)
    assert row_of(testable).state == PriceTestState.REPLACED
    assert row_of(testable).is_restored
    assert outside.calls("push_price") == []


def test_a_platform_that_refuses_ends_the_test(testable, outside):  # noqa: F811
    outside.tell(prices={VARIANT: "12.50"})
    start(testable)
    until_turn(testable, 1)
    turn(testable)
    turn(testable)
    assert row_of(testable).state == PriceTestState.REFUSED
    assert outside.told("prices", {}) == {VARIANT: "12.50"}


def test_owners_start_and_stop_and_whoever_looks_sees_what_was_found(testable, caller):  # noqa: F811
    owner = signed_in(make_member(testable, Role.OWNER, "owner@x.example"))
    analyst = signed_in(make_member(testable, Role.ANALYST, "analyst@x.example"))
    page = owner.get("/prices/proposals/tests/").content.decode()
    assert "Products whose price is worth testing" in page
    public_id = deciding.price_test_page(testable, "en").testable[0].product_public_id
    asked = {"product": public_id, "weeks": "8", "block": "half_week"}
    assert analyst.post("/prices/proposals/tests/start/", asked).status_code == 403
    for bad in ({"weeks": "99"}, {"block": "hour"}, {"product": "1"}):
        owner.post("/prices/proposals/tests/start/", asked | bad)
        assert deciding.list_tests(testable, 0, 9, "en") == []
    said = owner.post("/prices/proposals/tests/start/", asked, follow=True).content.decode()
    assert "The test starts tomorrow at midnight" in said
    assert "Too early to tell" in said
    live(testable, -0.2, 7 * 7)
    learn_price_proposals(testable)
    one = deciding.list_tests(testable, 0, 9, "en")[0]
    seen = analyst.get(f"/prices/proposals/tests/{one.public_id}/").content.decode()
    assert "More at €11.90 than at €10.90" in seen
    assert "€10.90 and €11.90 take turns twice a week, from " in seen
    assert "Which price when" in seen
    assert "Stop the test" not in seen
    assert analyst.get("/prices/proposals/tests/1/").status_code == 404
    file = b"".join(owner.get("/prices/proposals/tests.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert [(row["Product"], row["Tested price"], row["Status"]) for row in rows] == [("Still", "11.90", "running")]
    answer = caller(testable).get("/api/v1/price-tests").json()["data"]
    assert [(each["tested_price"], each["state"]) for each in answer] == [("11.90", "running")]
    assert answer[0]["result"]["elasticity"]["low"] < -0.2 < answer[0]["result"]["elasticity"]["high"]
    assert caller(testable, ["read:orders"]).get("/api/v1/price-tests").status_code == 403
    owner.post(f"/prices/proposals/tests/stop/{one.public_id}/")
    assert row_of(testable).state == PriceTestState.STOPPED


def test_a_design_is_read_as_it_was_written(testable):
    design = read_design(start(testable))
    assert write_design(design) == row_of(testable).design
    assert len(design.arms) == 2 * WEEKS


def test_a_test_that_is_refused_keeps_what_was_chosen(testable):
    owner = signed_in(make_member(testable, Role.OWNER))
    [wanted] = [one.product_public_id for one in deciding.price_test_page(testable, "en").testable]
    answer = owner.post("/prices/proposals/tests/start/", {"product": wanted, "weeks": "2", "block": "week"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Enter a whole number from 4 to 26." in page
    assert f'value="{wanted}" checked' in page
    assert 'value="2" required' in page
    assert '<option value="week" selected>' in page
