"""The shop that the bench of shelves invents: a model as training writes one, since another one shows empty shelves."""

from recommender.products.data.engine.schema import CATALOGUE_ARRAYS, MODEL_ARRAYS
from shopconnect.measure.engine.model import invented_catalogue, invented_model


def test_an_invented_model_and_its_catalogue_hold_all_that_is_read_of_one():
    assert invented_model(60).arrays.keys() >= MODEL_ARRAYS
    assert invented_catalogue(60).arrays.keys() >= CATALOGUE_ARRAYS
