"""The page of lights: what each capability lacks, in numbers, and since when one gives no advice."""

from datetime import timedelta

import pytest
import time_machine

from chatbot.answers.faq import store_entries
from recommender.quality.coming import TO_COME
from recommender.quality.services import ask_notes_of, capabilities_of, note_lights
from recommender.stock.learning import learn_stock
from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from shopconnect.core.models import Due
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.services import store_orders
from tests.chatbot.answers.conftest import FAQ
from tests.makers import make_shop
from tests.recommender.stock.shops import stocked_shop
from tests.shopconnect.orders.test_composition import order
from tests.shopconnect.shops.conftest import make_member, signed_in

pytestmark = pytest.mark.django_db


def colours(shop_id) -> dict[str, str]:
    return {one.name: one.colour.value for one in capabilities_of(shop_id)[0]}


def page_of(shop_id, role: Role = Role.OWNER) -> str:
    return signed_in(make_member(shop_id, role)).get("/quality/").content.decode()


def test_an_empty_shop_is_red_all_over_and_says_what_is_missing():
    shop_id = make_shop("empty")
    assert set(colours(shop_id).values()) == {"red"}
    page = page_of(shop_id)
    assert "0 weeks of sales, and 12 are needed." in page
    assert "The assistant has no answers to give." in page
    assert "Not available since today." in page


def test_three_colours_stand_by_their_urgency_with_numbers_and_what_mends_them():
    shop_id = stocked_shop()
    learn_stock(shop_id)
    with shop_scope(shop_id):
        store_entries(FAQ)
    lights = colours(shop_id)
    answers = lights.pop("answers")
    assert answers != "red"
    assert lights == {"suggestions": "red", "stock": "amber", "prices": "red"} | dict.fromkeys(TO_COME, "red")
    found, _zone = capabilities_of(shop_id)
    assert [one.name for one in found] == ["suggestions", "prices", "stock", "answers", *TO_COME]
    page = page_of(shop_id, Role.ANALYST)
    assert "Items without a cost: 1 of 5" in page
    assert "Items whose stock isn’t tracked: 1 of 5" in page
    assert "Items without a supplier: 5 of 5" in page
    assert 'href="/stock/suppliers/"' in page


def test_it_is_noted_since_when_a_capability_gives_no_advice():
    shop_id = make_shop("empty")
    note_lights(shop_id)
    first = {one.name: one.since for one in capabilities_of(shop_id)[0]}
    with time_machine.travel(now() + timedelta(days=3), tick=False):
        note_lights(shop_id)
        assert {one.name: one.since for one in capabilities_of(shop_id)[0]} == first
        with shop_scope(shop_id):
            store_entries(FAQ)
        assert next(one for one in capabilities_of(shop_id)[0] if one.name == "answers").since is None
        note_lights(shop_id)
        assert next(one for one in capabilities_of(shop_id)[0] if one.name == "answers").since == now()
    assert "Not available since" in page_of(shop_id)


def test_each_shop_has_its_hour_and_support_has_no_page():
    shop_id = make_shop("empty")
    assert sum(ask_notes_of(hour) for hour in range(24)) == 1
    assert Due.objects.filter(shop_id=shop_id, kind="note_lights").count() == 1
    assert signed_in(make_member(shop_id, Role.SUPPORT)).get("/quality/").status_code == 403


def test_shops_have_lights_of_their_own():
    first, second = stocked_shop(), make_shop("second")
    learn_stock(first)
    note_lights(first)
    assert (colours(first)["stock"], colours(second)["stock"]) == ("amber", "red")
    assert all(one.since is None for one in capabilities_of(second)[0])


def test_orders_that_look_like_wholesale_and_a_shift_of_countries_are_told():
    shop_id = stocked_shop()
    learn_stock(shop_id)
    with shop_scope(shop_id):
        store_orders([order(number, days=200) for number in range(200)])
        store_orders([order(1000 + number, country="DE" if number % 2 else "FR") for number in range(200)])
        store_orders([order(2000 + number, 400, country="FR") for number in range(20)])
    page = page_of(shop_id)
    assert "Orders of the last 91 days that look like wholesale and are capped in forecasts: 20 of" in page
    assert "The share of your orders from Germany has changed:" in page
