"""Rules for prices, competitors' prices and families are read and changed by programs as by people."""

from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from recommender.prices.positions.stored import product_positions
from recommender.prices.positions.table import load_positions
from recommender.prices.proposals.stored import price_settings
from recommender.prices.types import PriceGoal, ProductPosition
from shopconnect.catalog.selectors import list_products
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.audit import latest_entries
from tests.makers import make_shop
from tests.recommender.prices.shops import stock_mugs
from tests.shopconnect.api.conftest import caller

__all__ = ["caller"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_is_woken")]

RULES, POSITIONS = "/api/v1/price-rules", "/api/v1/price-positions"
SCOPES = ["read:prices", "write:prices"]


@pytest.fixture
def shop_id() -> ShopId:
    """A shop of mugs."""
    return stock_mugs(make_shop("first"))


def send(program: Client, path: str, told: dict[str, Any]) -> Any:
    return program.patch(path, told, content_type="application/json")


def settings_of(shop_id: ShopId):
    with shop_scope(shop_id):
        return price_settings()


def test_a_goal_is_set_and_what_is_left_out_stays(shop_id, caller):
    program = caller(shop_id, SCOPES)
    sent = {"goal": "clearing", "clear_by": "2199-01-31", "goal_words": "winter", "endings": [95, 90], "tax": 20}
    assert send(program, RULES, sent).json()["goal"] == "clearing"
    assert send(program, RULES, {"largest_step": 5, "tax": None}).status_code == 200
    found = settings_of(shop_id)
    assert (found.goal, found.goal_words, found.endings) == (PriceGoal.CLEARING, "winter", (90, 95))
    assert (found.largest_step, found.tax, found.ceiling, found.is_chosen) == (5, None, 130, True)
    answer = program.get(RULES).json()
    assert (answer["clear_by"], answer["endings"], answer["approves_rises"]) == ("2199-01-31", [90, 95], False)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"goal": "fame"}, 400),
        ({"largest_step": 51}, 400),
        ({"largest_step": None}, 400),
        ({"endings": [100]}, 400),
        ({"endings": list(range(11))}, 400),
        ({"clear_by": "soon"}, 400),
        ({"goal": "clearing"}, 400),
    ],
)
def test_what_the_page_refuses_is_refused_and_changes_nothing(shop_id, caller, sent, status):
    before = settings_of(shop_id)
    assert send(caller(shop_id, SCOPES), RULES, sent).status_code == status
    assert settings_of(shop_id) == before


def test_approving_unseen_is_not_chosen_by_programs(shop_id, caller):
    assert send(caller(shop_id, SCOPES), RULES, {"approves_rises": True, "is_stopped": True}).status_code == 200
    assert not settings_of(shop_id).approves_rises
    assert settings_of(shop_id).is_stopped


def test_positions_are_told_and_each_word_left_out_stays(shop_id, caller):
    program = caller(shop_id, SCOPES)
    with shop_scope(shop_id):
        first, second = list_products(0, 2)
    one, two = str(first.public_id), str(second.public_id)
    told = [
        {"product": one, "competitor_price": "9.50", "family": "Mugs"},
        {"product": two, "family": "Mugs"},
        {"product": "1"},
    ]
    assert send(program, POSITIONS, {"positions": told}).json() == {"products": 2, "unknown": ["1"]}
    assert send(program, POSITIONS, {"positions": [{"product": one, "family": ""}]}).status_code == 200
    with shop_scope(shop_id):
        found = product_positions()
        assert latest_entries(1)
    assert found[first.id] == ProductPosition(competitor=Decimal("9.5"), family="")
    assert found[second.id] == ProductPosition(competitor=None, family="Mugs")
    page = program.get(POSITIONS, {"limit": 1}).json()
    assert [(row["product"], row["competitor_price"]) for row in page["data"]] == [(one, "9.50")]
    rest = program.get(POSITIONS, {"limit": 1, "cursor": page["next"]}).json()
    assert ([row["product"] for row in rest["data"]], rest["next"]) == ([two], None)
    assert send(program, POSITIONS, {"positions": [{"product": one, "competitor_price": "-1"}]}).status_code == 400


def test_a_family_that_is_told_makes_no_old_price_of_a_competitor_new(shop_id, caller, tmp_path):
    with shop_scope(shop_id):
        [mug] = list_products(0, 1)
    one = str(mug.public_id)
    family = {"positions": [{"product": one, "family": "Mugs"}]}
    table = tmp_path / "families.csv"
    table.write_text(f"Product ID,Family\n{mug.external_id},Cups\n")
    with time_machine.travel("2026-12-01T10:00:00Z", tick=False):
        priced = {"positions": [{"product": one, "competitor_price": "9.50"}]}
        assert send(caller(shop_id, SCOPES), POSITIONS, priced).status_code == 200
    with time_machine.travel("2026-12-30T10:00:00Z", tick=False):
        assert send(caller(shop_id, SCOPES), POSITIONS, family).status_code == 200
        assert load_positions(shop_id, 1, table) == (1, [])
    with time_machine.travel("2027-01-02T10:00:00Z", tick=False), shop_scope(shop_id):
        assert product_positions()[mug.id] == ProductPosition(family="Cups")


def test_a_token_changes_only_its_own_shop_and_with_its_scope(shop_id, caller):
    other = stock_mugs(make_shop("second"))
    with shop_scope(other):
        [theirs] = list_products(0, 1)
    told = {"positions": [{"product": str(theirs.public_id), "family": "Mugs"}]}
    answer = send(caller(shop_id, SCOPES), POSITIONS, told).json()
    assert answer == {"products": 0, "unknown": [str(theirs.public_id)]}
    reader = caller(shop_id, ["read:prices"])
    assert [send(reader, path, {}).status_code for path in (RULES, POSITIONS)] == [403, 403]
