"""Programs read what runs out and what to order."""

import pytest

from recommender.stock.learning import learn_stock
from tests.recommender.stock.shops import stocked_shop

pytestmark = pytest.mark.django_db
PATH = "/api/v1/stock"


@pytest.fixture
def learnt():
    shop_id = stocked_shop()
    learn_stock(shop_id)
    return shop_id


def titles(answer) -> list[str]:
    return [row["title"] for row in answer.json()["data"]]


def test_items_are_listed_page_by_page(learnt, caller):
    client = caller(learnt)
    first = client.get(PATH, {"limit": 2}).json()
    second = client.get(PATH, {"limit": 200, "cursor": first["next"]}).json()
    assert [row["title"] for row in first["data"] + second["data"]] == titles(client.get(PATH))
    assert len(first["data"]) == 2
    assert second["next"] is None


def test_what_is_to_be_ordered_is_said_with_its_figures(learnt, caller):
    (mug,) = caller(learnt).get(PATH, {"only": "to_order"}).json()["data"]
    assert (mug["title"], mug["variant"], mug["class"]) == ("Mug – Small", "mug-s", "A")
    assert (mug["stock"], mug["weekly_units"], mug["reorder_point"]) == (30.0, pytest.approx(14), 36)
    assert mug["order_cost"] == f"{4 * mug['order_quantity']}.00"
    assert mug["lost_units"] == {"mean": 0.0, "low": 0.0, "high": 0.0}


def test_what_cannot_be_asked_is_refused(learnt, caller):
    assert caller(learnt).get(PATH, {"only": "everything"}).status_code == 400
    assert caller(learnt, ["read:orders"]).get(PATH).status_code == 403


def test_a_shop_without_forecasts_says_so(shop, caller):
    answer = caller(shop).get(PATH)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "stock_empty")


def test_another_shop_is_not_read(learnt, caller):
    other = stocked_shop("second", weeks=2)
    assert caller(other).get(PATH).status_code == 409
