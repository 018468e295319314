"""A capability whose light is red gives no advice, and says what would change it; what is not red gives some."""

from collections.abc import Callable

import pytest

from chatbot.answers.answering import find_answer
from chatbot.answers.faq import store_entries
from chatbot.answers.knowledge import find_knowledge, version_in_scope
from chatbot.answers.thresholds import Belief
from recommender.prices.proposals.deciding import choose_price_settings, list_proposals
from recommender.prices.proposals.learning import learn_price_proposals
from recommender.prices.proposals.types import PriceSettings, ProposalState
from recommender.products.serving.shelves import suggest
from recommender.products.types import Context, Shelf
from recommender.quality.coming import TO_COME
from recommender.quality.services import capabilities_of
from recommender.quality.types import Capability
from recommender.stock.advising import stock_advice, supplier_orders
from recommender.stock.learning import learn_stock
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.ui.lights import LightColour, light_sources
from tests.chatbot.answers.conftest import FAQ
from tests.makers import make_shop
from tests.recommender.prices.shops import stock_mugs
from tests.recommender.products.shops import fill_shop, train
from tests.recommender.stock.shops import stocked_shop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_is_woken")]

OWNER = 7


def suggestions(shop_id: ShopId) -> int:
    return sum(len(suggest(shop_id, shelf, Context(product="p1"))) for shelf in (Shelf.SIMILAR, Shelf.TRENDING))


def answers(shop_id: ShopId) -> int:
    with shop_scope(shop_id):
        version = version_in_scope("en")
    known = find_knowledge(shop_id, "en", version)
    asked = FAQ[0].question
    return int(find_answer(shop_id, known, asked, "en", Belief()).entry is not None)


def stock(shop_id: ShopId) -> int:
    _advice, orders = supplier_orders(shop_id)
    return len(stock_advice(shop_id).items) + sum(len(order.lines) for order in orders)


def prices(shop_id: ShopId) -> int:
    return len(list_proposals(shop_id, [ProposalState.PROPOSED], 0, 100, "en"))


ADVICE: dict[str, Callable[[ShopId], int]] = {
    "suggestions": suggestions,
    "answers": answers,
    "stock": stock,
    "prices": prices,
}


def empty() -> ShopId:
    return make_shop("empty")


def of_eight_weeks() -> ShopId:
    return _learnt(stocked_shop("young", weeks=8))


def of_mugs() -> ShopId:
    return _learnt(stock_mugs(make_shop("mugs")))


def whose_prices_say_nothing() -> ShopId:
    return _learnt(stock_mugs(make_shop("unsure"), elasticity=0.0))


def that_stopped_prices() -> ShopId:
    shop_id = of_mugs()
    choose_price_settings(shop_id, OWNER, PriceSettings(is_stopped=True))
    return shop_id


def with_answers_and_suggestions() -> ShopId:
    shop_id = make_shop("taught")
    fill_shop(shop_id)
    train(shop_id)
    with shop_scope(shop_id):
        store_entries(FAQ)
    return shop_id


def _learnt(shop_id: ShopId) -> ShopId:
    learn_stock(shop_id)
    learn_price_proposals(shop_id)
    return shop_id


RED = {
    empty: {"suggestions", "answers", "stock", "prices"},
    of_eight_weeks: {"suggestions", "answers", "stock", "prices"},
    of_mugs: {"suggestions", "answers"},
    whose_prices_say_nothing: {"suggestions", "answers", "prices"},
    that_stopped_prices: {"suggestions", "answers", "prices"},
    with_answers_and_suggestions: {"prices", "stock"},
}


def lights_of(shop_id: ShopId) -> dict[str, Capability]:
    return {one.name: one for one in capabilities_of(shop_id)[0]}


def test_each_capability_has_its_law():
    assert {source.name for source in light_sources()} == ADVICE.keys() | TO_COME.keys()
    assert all(any(name not in red for red in RED.values()) for name in ADVICE)


@pytest.mark.parametrize("made", RED, ids=lambda made: made.__name__)
def test_red_is_silent_and_what_is_not_red_speaks(made):
    shop_id = made()
    lights = lights_of(shop_id)
    assert {name for name in ADVICE if lights[name].colour == LightColour.RED} == RED[made]
    assert {name for name, advice in ADVICE.items() if advice(shop_id) == 0} == RED[made]
    for name in RED[made] | TO_COME.keys():
        assert any(reason.stops and reason.sentence for reason in lights[name].light.reasons)
        assert all(reason.action for reason in lights[name].light.reasons if reason.url)
    for name in RED[made]:
        assert any(reason.stops and reason.url for reason in lights[name].light.reasons)
