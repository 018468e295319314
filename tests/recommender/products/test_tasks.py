import pytest

from recommender.products import tasks
from recommender.products.models import TrainingRun
from recommender.products.serving.shelves import suggest
from recommender.products.types import Context, State
from shopconnect.core.tenancy.scope import shop_scope
from tests.recommender.products.shops import fill_shop


@pytest.fixture
def fitted_shop(shop):
    fill_shop(shop)
    tasks.train_products(shop, 0)
    return shop


def shown(shop_id):
    return [
        (one.external_id, one.title, one.price, one.advice.score, one.sentences)
        for one in suggest(shop_id, None, Context(views=("p12",), language="en"), 8)
    ]


def test_each_training_is_written_down_and_learns_the_same(fitted_shop):
    before = shown(fitted_shop)
    tasks.train_products(fitted_shop, 0)
    assert shown(fitted_shop) == before
    with shop_scope(fitted_shop):
        assert list(TrainingRun.objects.values_list("state", flat=True)) == [State.DONE, State.DONE]
