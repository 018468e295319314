"""Redis: short time-outs, keys that carry their shop, and no waiting inside a scope."""

from functools import lru_cache

import redis
from django.conf import settings

from shopconnect.core.tenancy import ShopId, refuse_in_scope

RedisError = redis.RedisError
_TIMEOUT_SECONDS = 0.25


@lru_cache(maxsize=8)
def _pool(url: str, timeout: float) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=_TIMEOUT_SECONDS, retry=None)


def client(wait_seconds: float = 0.0) -> redis.Redis:
    """Return a client whose calls end within a quarter of a second beyond `wait_seconds`; raises InScope in a scope."""
    refuse_in_scope("A call to Redis")
    return _pool(settings.REDIS_URL, _TIMEOUT_SECONDS + wait_seconds)


def shop_key(shop_id: ShopId, *parts: object) -> str:
    """Return the one form of a shop's key, for Redis, caches and files: shop:<id>:<part>:<part>."""
    return ":".join(["shop", str(shop_id), *map(str, parts)])
