"""What signed-in customers bought, as shelves read it: products and days, in Redis, under a keyed hash of whose it is.

A shopper's view asks no database. It reads what stands under `history_key` along with its limits; where nothing stands,
a worker fills it from the orders for the next time, also with nothing, so that it is not asked for again. Whatever
changes what somebody bought, or what may be known of them, drops it in one way (`drop_histories`).
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import cast

from redis import WatchError

from shopconnect.core.cache.redis import RedisError, client, quick_client, shop_key
from shopconnect.core.jobs import fire_and_forget
from shopconnect.core.observability.log import get_logger
from shopconnect.core.security.crypto import keyed_hash
from shopconnect.core.tenancy.context import ShopId, current_shop
from shopconnect.core.tenancy.scope import after_commit, shop_scope
from shopconnect.orders.selectors import list_bought
from shopconnect.privacy.selectors import withdrawn_customers

log = get_logger(__name__)

FILL, PENDING = "fill_histories", b"?"
MOST_BOUGHT, TTL_SECONDS, PENDING_SECONDS, AT_ONCE = 400, 86_400, 60, 100
SECONDS_A_DAY = 86_400
Bought = tuple[tuple[int, datetime], ...]


def history_key(shop_id: ShopId, customer: str) -> str:
    """Return under which key of Redis a customer's history stands."""
    return shop_key(shop_id, "bought", keyed_hash(f"bought:{customer}"))


def known_history(shop_id: ShopId, customer: str, cached: bytes | None) -> Bought:
    """Return the product ids that a customer bought and when (the beginning of the day, UTC), the newest first.

    `cached` is what stood in Redis: where nothing did, a worker is asked to fill it; None where nobody may look.
    """
    if cached == b"":
        _ask(shop_id, customer)
    if not cached or cached == PENDING:
        return ()
    return tuple(
        (int(product), datetime.fromtimestamp(day * SECONDS_A_DAY, UTC)) for product, day in json.loads(cached)
    )


def fill_histories(shop_id: ShopId) -> int:
    """Fill the histories that were asked for, from the orders; returns how many. A second run finds none to fill."""
    redis, filled = client(), 0
    while customers := cast("list[bytes]", redis.spop(_pending_key(shop_id), AT_ONCE)):
        filled += sum(_fill(shop_id, customer.decode()) for customer in customers)
    return filled


def drop_histories(customers: Iterable[str]) -> None:
    """Forget the histories of customers of the shop in scope, by the platform's ids, once its transaction is through.

    They are filled anew when one of them is asked for. What cannot be dropped, since Redis is away, ends by itself.
    """
    shop_id = current_shop()
    keys = [history_key(shop_id, customer) for customer in set(customers) if customer]
    if keys:
        after_commit(lambda: _drop(shop_id, keys))


def _ask(shop_id: ShopId, customer: str) -> None:
    """Have a worker fill a history, once a minute at most: the mark that it was asked for stands in its place."""
    try:
        redis, pending = quick_client(), _pending_key(shop_id)
        if redis.set(history_key(shop_id, customer), PENDING, nx=True, ex=PENDING_SECONDS):
            redis.sadd(pending, customer)
            redis.expire(pending, PENDING_SECONDS)
            fire_and_forget.send(FILL, shop_id)
    except (RedisError, OSError) as error:
        log.warning("history_not_asked_for", shop_id=shop_id, error=type(error).__name__)


def _fill(shop_id: ShopId, customer: str) -> bool:
    """Fill one history; False where it was dropped, or filled, while the orders were read."""
    key = history_key(shop_id, customer)
    with client().pipeline() as pipe:
        pipe.watch(key)  # type: ignore[no-untyped-call]
        if pipe.get(key) != PENDING:
            return False
        with shop_scope(shop_id):
            bought = [] if withdrawn_customers(among=[customer]) else list_bought(customer, MOST_BOUGHT)
        pipe.multi()
        pipe.set(key, json.dumps(bought), ex=TTL_SECONDS)
        try:
            pipe.execute()
        except WatchError:
            return False
    return True


def _drop(shop_id: ShopId, keys: list[str]) -> None:
    try:
        client().unlink(*keys)
    except (RedisError, OSError) as error:
        log.warning("histories_left", shop_id=shop_id, count=len(keys), error=type(error).__name__)


def _pending_key(shop_id: ShopId) -> str:
    return shop_key(shop_id, "bought-asked")
