"""The shops that benches invent: what is measured is what a real one costs, and not an empty one."""

from recommender.products.data.engine.schema import CATALOGUE_ARRAYS, MODEL_ARRAYS
from recommender.stock.engine.night import HORIZONS
from shopconnect.measure.engine.model import invented_catalogue, invented_model
from shopconnect.measure.engine.sales import forecast_night, invented_units


def test_an_invented_model_and_its_catalogue_hold_all_that_is_read_of_one():
    assert invented_model(60).arrays.keys() >= MODEL_ARRAYS
    assert invented_catalogue(60).arrays.keys() >= CATALOGUE_ARRAYS


def test_items_of_an_invented_shop_have_quantiles_above_what_they_sell_in_four_weeks():
    night = forecast_night(invented_units(80))
    high, mean = night["quantiles"][:, -1, HORIZONS.index(4)], night["weekly"][:, :4].sum(axis=1)
    assert (high > 0).sum() > 60
    assert high.sum() > mean.sum() > 0
