"""The cache: Redis, and this process's own memory while Redis is away, so that a sign-in still works."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from shopconnect.core.cache.breaker import Breaker
from shopconnect.core.observability.log import get_logger

log = get_logger(__name__)
_breaker = Breaker()  # one for all threads: Django makes a cache object for each


class ForgivingRedisCache(BaseCache):
    """Redis first; while it fails, calls are answered from memory, where limits keep counting in this process."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        quick = {"retry": None} | dict.fromkeys(("socket_timeout", "socket_connect_timeout"), settings.REDIS_SECONDS)
        self._redis = RedisCache(server, {**params, "OPTIONS": quick})
        self._memory = LocMemCache("forgiving", params)
        self._breaker = _breaker

    def _either(self, call: Callable[[BaseCache], Any]) -> Any:
        if self._breaker.is_open:
            return call(self._memory)
        try:
            return call(self._redis)
        except (RedisError, OSError) as error:
            self._breaker.trip()
            log.warning("cache_away", error=type(error).__name__)
            return call(self._memory)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._either(lambda cache: cache.add(key, value, timeout, version)))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._either(lambda cache: cache.get(key, default, version))

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._either(lambda cache: cache.set(key, value, timeout, version))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._either(lambda cache: cache.touch(key, timeout, version)))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(self._either(lambda cache: cache.delete(key, version)))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return int(self._either(lambda cache: cache.incr(key, delta, version)))

    def clear(self) -> None:
        self._either(lambda cache: cache.clear())
