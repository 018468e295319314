"""Redis: short time-outs, keys that carry their shop, and no waiting inside a scope."""

from functools import lru_cache

import redis
from django.conf import settings

from shopconnect.core.tenancy.context import ShopId, refuse_in_scope

RedisError = redis.RedisError
_SCAN_SECONDS = 2.0


@lru_cache(maxsize=8)
def _pool(url: str, timeout: float) -> redis.Redis:
    return redis.Redis.from_url(
        url, socket_timeout=timeout, socket_connect_timeout=min(timeout, settings.REDIS_SECONDS), retry=None
    )


def client(wait_seconds: float = 0.0) -> redis.Redis:
    """Return a client whose calls end within a quarter of a second beyond `wait_seconds`; raises InScope in a scope."""
    refuse_in_scope("A call to Redis")
    return _pool(settings.REDIS_URL, settings.REDIS_SECONDS + wait_seconds)


def quick_client() -> redis.Redis:
    """Return a client whose calls end within a moment, for whom a shopper's page waits; raises InScope in a scope."""
    refuse_in_scope("A call to Redis")
    return _pool(settings.REDIS_URL, settings.MOMENT_SECONDS)


def forget_shop(shop_id: ShopId) -> int:
    """Remove every key of a shop; returns how many. Raises RedisError."""
    redis, gone = client(_SCAN_SECONDS), 0
    for key in redis.scan_iter(match=shop_key(shop_id, "*"), count=1000):
        gone += int(redis.unlink(key))
    return gone


def shop_key(shop_id: ShopId, *parts: object) -> str:
    """Return the one form of a shop's key, for Redis, caches and files: shop:<id>:<part>:<part>."""
    return ":".join(["shop", str(shop_id), *map(str, parts)])
