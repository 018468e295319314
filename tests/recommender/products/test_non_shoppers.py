"""A visit of no shopper sees suggestions, and changes no figure of anybody."""

import pytest

from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments import guard
from shopconnect.experiments.counting import move_counts, store_tallies
from shopconnect.experiments.earnings import work_out
from shopconnect.experiments.folder import read_tally
from shopconnect.experiments.results import page_of
from shopconnect.experiments.selectors import first_counted_day
from shopconnect.experiments.types import ShelfTally
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.sync.registry import registered_files
from shopconnect.widgets import limits
from shopconnect.widgets.types import NonShopper, Rate
from shopconnect.widgets.visitors import sign_visitor
from tests.recommender.products.shops import fill_shop, post_shelf, train

TODAY = now().date().isoformat()


@pytest.fixture
def address(shop):
    fill_shop(shop)
    train(shop)
    return f"/w/{keys_of_shop(shop, KeyKind.WIDGET)[0]}/shelf"


def test_a_monitor_and_a_preview_see_suggestions_in_no_arm_and_are_counted_by_themselves(client, shop, address):
    query = {"shelf": "similar", "product": "p12", "page": "/products/p12"}
    monitor = client.get(address, query, headers={"user-agent": "Pingdom.com_bot_version_1.4"})
    preview = post_shelf(client, address, {**query, "visitor": sign_visitor(shop, "1" * 32), "apart": "p"})
    shopper = client.get(address, query)
    for answer in (monitor, preview):
        assert answer.json()["items"]
        assert (answer.json()["arm"], answer["Cache-Control"]) == ("", "no-store")
    assert shopper.json()["arm"] in ("a", "h")
    limits.count_call(shop, "events", "somebody", Rate(1000))
    move_counts()
    found = page_of(shop).excluded
    assert (found.requests, dict(found.non_shopper)) == (3, {NonShopper.ROBOT: 1, NonShopper.PREVIEW: 1})


@pytest.mark.parametrize("arm", list(NonShopper))
def test_marked_visits_change_no_figure(shop, arm):
    with shop_scope(shop):
        assert first_counted_day() is None
        marked = ShelfTally(TODAY, "similar", arm, 5000, 5000, 5000)
        store_tallies([marked])
        assert first_counted_day() is None
        store_tallies([ShelfTally(TODAY, "similar", "A", 60), ShelfTally(TODAY, "similar", "a", 40)])
        found = work_out().results
        assert found.covered == pytest.approx(0.6)
        assert guard.look_at_rates() == []
        shelves = next(file for file in registered_files() if file.name == "shelves")
        lines = [read_tally(line) for line in shelves.export()]
    assert marked in lines
    assert [row.arm for row in page_of(shop).shelves] == ["A", "a"]
