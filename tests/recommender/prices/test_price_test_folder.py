"""Price tests go out with a shop's folder and come in with it, and what is no price test is refused."""

from typing import Any

import pytest

from recommender.prices.models import PriceTest
from recommender.prices.proposals.learning import learn_price_proposals
from recommender.prices.testing import deciding
from recommender.prices.testing.folder import price_test_lines, read_price_test, store_price_tests
from recommender.prices.testing.stored import read_design
from recommender.prices.testing.types import BlockKind, PriceTestPlan, PriceTestState
from shopconnect.catalog.services import UNKNOWN_PRODUCT
from shopconnect.connectors.files.values import BadRow
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.registry import registered_files
from tests.makers import make_shop
from tests.recommender.prices.shops import IDS, stock_mugs
from tests.shopconnect.sync.conftest import installed, outside, told, work_through  # noqa: F401

WRONG_DESIGNS = (
    {"arms": [0, 1, 1]},
    {"arms": []},
    {"arms": [0, 1, 2, 1]},
    {"arms": [0, 1, 1, 0] * 40},
    {"starts_on": "9999-12-30"},
    {"tax_share": 2.0},
    {"cost": "11.00"},
)
WRONG_LINES = (
    {"design": None},
    {"tested_price": "10.90"},
    {"result": {"pairs": "many"}},
    {"result": [1]},
    {"state": "asleep"},
    {"product": ""},
)

pytestmark = pytest.mark.usefixtures("nobody_is_woken")


@pytest.fixture
def line(installed: ShopId) -> dict[str, Any]:  # noqa: F811
    """The line of a test that runs in another shop."""
    learn_price_proposals(stock_mugs(installed))
    wanted = [one.product_public_id for one in deciding.price_test_page(installed, "en").testable]
    deciding.start_tests(installed, 7, PriceTestPlan(products=wanted, weeks=8, block=BlockKind.HALF_WEEK))
    with shop_scope(installed):
        [found] = price_test_lines()
    return dict(found)


def store(shop_id: ShopId, *lines: dict[str, Any]) -> tuple[int, int, int, dict[int, str]]:
    with shop_scope(shop_id):
        done = store_price_tests([read_price_test(line) for line in lines])
    return done.new, done.changed, done.same, dict(done.refused)


def test_a_test_comes_in_as_it_went_out_and_twice_is_once(line):
    shop_id = stock_mugs(make_shop("second"))
    assert store(shop_id, line) == (1, 0, 0, {})
    assert store(shop_id, line) == (0, 0, 1, {})
    with shop_scope(shop_id):
        assert [dict(one) for one in price_test_lines()] == [line]
        row = PriceTest.objects.get()
    assert row.product_id
    assert (row.state, row.is_restored) == ("running", False)
    assert "price_tests" in {file.name for file in registered_files()}


def test_what_ended_elsewhere_ends_here_and_never_begins_again(line):
    shop_id = stock_mugs(make_shop("second"))
    between = {"mean": -1.2, "low": -2.0, "high": -0.4}
    figures = {"pairs": 8, "units": [96, 81], "days": [22, 21], "margin_a_day": [61.2, 66.9], "days_left_out": 14}
    ended = line | {
        "state": "ended",
        "ended_at": "2026-06-01T00:00:00Z",
        "result": {**figures, "elasticity": between, "gain": between},
    }
    assert store(shop_id, line) == (1, 0, 0, {})
    assert store(shop_id, ended) == (0, 1, 0, {})
    assert store(shop_id, line) == (0, 0, 1, {})
    [found] = deciding.list_tests(shop_id, 0, 9, "en")
    assert found.state == PriceTestState.ENDED
    assert found.result is not None
    assert found.result.elasticity.mean == -1.2


def test_a_test_without_variants_is_one_of_all_variants_of_its_product(line):
    shop_id = stock_mugs(make_shop("second"))
    assert store(shop_id, line | {"design": line["design"] | {"variants": []}}) == (1, 0, 0, {})
    with shop_scope(shop_id):
        assert [one.external_id for one in read_design(PriceTest.objects.get()).variants] == [f"{IDS['still']}-1"]


def test_unknown_products_and_a_second_test_of_one_are_refused(line):
    shop_id = stock_mugs(make_shop("second"))
    unknown, second = line | {"id": "1", "product": "nothing"}, line | {"id": "2"}
    assert store(shop_id, unknown, line, second) == (
        1,
        0,
        0,
        {0: UNKNOWN_PRODUCT, 2: "Another price test of this product is running."},
    )


def test_what_is_no_price_test_is_refused_whole(line):
    read_price_test(line)
    for wrong in WRONG_DESIGNS:
        with pytest.raises(BadRow, match="design"):
            read_price_test(line | {"design": line["design"] | wrong})
    for wrong in WRONG_LINES:
        with pytest.raises(BadRow):
            read_price_test(line | wrong)
