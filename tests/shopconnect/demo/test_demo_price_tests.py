"""The invented shop has price tests whose truth is known, and lights of all three colours."""

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from recommender.prices.testing.deciding import list_tests
from recommender.prices.testing.measuring import measure_tests
from recommender.prices.testing.stored import validated_design
from recommender.quality.services import capabilities_of
from recommender.stock.learning import learn_stock
from shopconnect.core.tenancy.context import ShopId
from shopconnect.demo.engine.days import ZONE
from shopconnect.demo.engine.price_tests import PAIR_DAYS, PAIRS_OVER, TESTED
from shopconnect.demo.engine.shop import make_shop
from shopconnect.sync.services import load_folder
from tests.shopconnect.demo.conftest import UNTIL, read

SCALE = 0.3


def test_the_price_whose_turn_it_is_holds_on_each_day(small):
    ledger = defaultdict(list)
    for row in small.rows["prices"]:
        at = datetime.fromisoformat(row["at"]).astimezone(ZONE)
        ledger[row["product"]].append((at.date(), row["price"]))
    assert len(small.rows["price_tests"]) == TESTED
    for line in small.rows["price_tests"]:
        design = validated_design(line["design"])
        assert (UNTIL - design.starts_on).days == PAIRS_OVER * PAIR_DAYS
        assert design.ends_on > UNTIL
        for days in range(-1, (UNTIL - design.starts_on).days):
            day = design.starts_on + timedelta(days=days)
            held = [price for since, price in ledger[line["product"]] if since <= day][-1]
            assert held == (line["tested_price"] if design.arm_on(day) else line["price"])


@pytest.mark.django_db
def test_intervals_hold_the_hidden_elasticity_and_lights_show_three_colours(tmp_path):
    make_shop(tmp_path / "demo", until=UNTIL, scale=SCALE)
    (tmp_path / "demo" / "events.jsonl.gz").unlink()  # neither prices nor stock look at visits
    with time_machine.travel(datetime.combine(UNTIL, time(4), UTC), tick=False):
        shop_id = ShopId(load_folder("demo", tmp_path / "demo").shop_id)
        measure_tests(shop_id)
        learn_stock(shop_id)
        found, _zone = capabilities_of(shop_id)
    hidden = {row["product"]: row["market_elasticity"] for row in read(tmp_path / "demo-truth", "products")}
    products = {int(line["id"]): line["product"] for line in read(tmp_path / "demo", "price_tests")}
    tests = list_tests(shop_id, 0, 9, "fr")
    assert {one.public_id for one in tests} == products.keys()
    for one in tests:
        assert one.is_running
        assert one.result is not None
        assert one.result.elasticity is not None
        assert one.result.elasticity.low < hidden[products[one.public_id]] < one.result.elasticity.high
        assert sum(one.result.days) > one.result.days_left_out
    colours = {one.name: one.colour.value for one in found}
    assert (colours["answers"], colours["stock"], colours["scores"]) == ("green", "amber", "red")
