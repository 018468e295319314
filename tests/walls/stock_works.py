"""Something to do for the work on stock, and on what data is good enough for."""

from recommender.stock.advising import stock_advice
from tests.recommender.stock.shops import stocked_shop
from tests.walls.works import Job, SetUpContext, sets_up


@sets_up("learn_stock")
def a_shop_whose_stock_is_foretold(context: SetUpContext) -> Job:
    shop_id = stocked_shop()
    return Job(shop_id, look=lambda: stock_advice(shop_id).items, volatile=frozenset({"stock"}))


@sets_up("note_lights")
def a_shop_whose_lights_are_not_noted(context: SetUpContext) -> Job:
    return Job(stocked_shop())
