"""A shop that changes between any two answers, and loses webhooks, is the same here after one pass and one sweep."""

import pytest

from shopconnect.core.models import Due
from tests.shopconnect.sync.conftest import states, work_through
from tests.shopconnect.sync.test_backfill import DONE, is_equal_to_the_source

pytestmark = pytest.mark.usefixtures("db", "nobody_is_woken", "new_room")


def test_a_shop_that_lives_while_it_is_walked_is_equal_to_its_source(living, monkeypatch):
    living.source.page_by(3, monkeypatch)
    shop_id = living.install()
    living.source.double_shop.meanwhile = living.live
    heard = 0
    while states(shop_id) != DONE:
        work_through(shop_id, turns=1)
        heard += living.hear()
    living.source.double_shop.meanwhile = lambda: None
    assert (heard > 20, living.lost > 0) == (True, True)
    living.catch_up(shop_id)
    assert is_equal_to_the_source(shop_id, living)


def test_what_no_webhook_told_is_found_by_the_pass_or_by_the_sweep(living):
    shop_id = living.install()
    work_through(shop_id)
    living.source.double_shop.webhooks.send = lambda _: 0
    for _ in range(40):
        living.live()
    assert not Due.objects.filter(shop_id=shop_id, kind="hooks").exists()
    living.catch_up(shop_id)
    assert is_equal_to_the_source(shop_id, living)
