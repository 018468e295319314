import pytest

from recommender.products import selectors, services, tasks
from recommender.products.types import State
from shopconnect.core import caches
from shopconnect.core.tenancy.scope import shop_scope
from tests.recommender.products.shops import fill_shop


@pytest.fixture
def learnt_shop(shop):
    fill_shop(shop)
    tasks.train_products(shop, 0)
    return shop


def shown(shop_id):
    caches.reset_all()
    return [
        (one.external_id, one.title, one.price, one.advice.score, one.sentences)
        for one in services.suggest(shop_id, ["p12"], "en", 8)
    ]


def test_each_training_is_written_down_and_learns_the_same(learnt_shop):
    before = shown(learnt_shop)
    tasks.train_products(learnt_shop, 0)
    assert shown(learnt_shop) == before
    with shop_scope(learnt_shop):
        assert [one.state for one in selectors.list_trainings()] == [State.DONE, State.DONE]
