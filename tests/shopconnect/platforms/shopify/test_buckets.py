"""A shop's bucket in Redis: all who ask for the shop take from one, and what waits for nobody leaves half of it."""

from typing import Any

import pytest

from shopconnect.connectors.base import ResourceType, Tokens
from shopconnect.connectors.shopify.connection import ShopifyConnection
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.pace import Pace, at_pace
from shopconnect.platforms.shopify.buckets import SharedBucket
from tests.doubles.asking import app_of, token_of
from tests.doubles.conftest import shopify  # noqa: F401
from tests.doubles.shopify.costs import LeakyBucket
from tests.doubles.shopify.double import Double, DoubleShop
from tests.doubles.shopify.store import number_of

FULL = {"maximumAvailable": 1000, "currentlyAvailable": 1000, "restoreRate": 0.01}


@pytest.fixture
def buckets() -> tuple[SharedBucket, SharedBucket]:
    """The bucket of one shop, in two workers; it is full, and next to nothing comes back while a test lasts."""
    one, other = SharedBucket("one.myshopify.com"), SharedBucket("one.myshopify.com")
    one.hear(FULL, 0)
    return one, other


def test_what_one_worker_takes_another_has_not(buckets):
    one, other = buckets
    assert (one.take(700, 0), other.most) == (0, 1000)
    assert other.take(400, 0) == pytest.approx(100 / 0.01, rel=0.01)
    assert other.take(300, 0) == 0


def test_what_leaves_half_to_others_takes_the_other_half_only(buckets):
    sweep, webhook = buckets
    assert (sweep.take(252, 0.5), sweep.take(252, 0.5) > 0) == (0, True)
    assert webhook.take(600, 0) == 0


def test_what_a_query_did_not_cost_is_given_back_and_never_more_than_shopify_says(buckets):
    one, other = buckets
    one.take(600, 0)
    one.hear(FULL | {"currentlyAvailable": 950}, 550)
    assert other.take(940, 0) == 0
    one.hear(FULL | {"currentlyAvailable": 5}, 940)
    assert other.take(10, 0) > 0


def test_another_shops_bucket_is_another_one(buckets):
    buckets[0].take(1000, 0)
    assert SharedBucket("two.myshopify.com").take(600, 0) == 0


def test_without_redis_each_worker_goes_by_what_it_heard(buckets, settings: Any):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    alone = SharedBucket("one.myshopify.com")
    assert alone.take(1000, 0) == 0
    alone.hear(FULL | {"currentlyAvailable": 100}, 0)
    assert alone.take(300, 0) == pytest.approx(200 / 0.01, rel=0.01)


@pytest.fixture
def source(shopify: Double) -> DoubleShop:  # noqa: F811
    """A shop of many products whose bucket fills slowly."""
    shop = shopify.add_shop()
    for number in range(2000):
        shop.store.add_product(f"Thing {number}", quiet=True)
    shop.api.bucket = LeakyBucket(1000, 0.01)
    return shop


def connection(source: DoubleShop) -> ShopifyConnection:
    """A connection as a worker has it."""
    tokens = Tokens(access=token_of(source))
    return ShopifyConnection(app_of(source.double), source.domain, tokens, bucket=SharedBucket(source.domain))


def test_a_nights_sweep_leaves_what_a_webhooks_question_takes(source: DoubleShop):
    sweep, webhook, cursor = connection(source), connection(source), ""
    numbers = [str(number_of(one)) for one in source.store.all("Product")[:4]]
    with at_pace(Pace.BACKGROUND), pytest.raises(ConnectorError) as refused:
        while True:
            cursor = sweep.list_ids(ResourceType.PRODUCT, cursor).next_cursor
    assert (refused.value.status, bool(cursor)) == (429, True)
    with at_pace(Pace.PROMPT):
        found = webhook.fetch(ResourceType.PRODUCT, numbers)
    assert (len(found.missing), source.api.bucket.throttled) == (0, 0)
