"""The calls that a shop has under way, counted in Redis for all processes that ask it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from shopconnect.connectors.woocommerce.slots import MOST_AT_ONCE, FreeSlots
from shopconnect.core.cache.redis import RedisError, client
from shopconnect.core.security.crypto import keyed_hash, random_token

# By Redis's own clock. Who died with a place loses it when its time is over.
_TAKE = f"""
local moment = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, moment)
if redis.call('ZCARD', KEYS[1]) >= {MOST_AT_ONCE} then return 0 end
redis.call('ZADD', KEYS[1], moment + ARGV[2], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
"""


class SharedSlots:
    """The places of a shop by its address; while Redis is away nobody is kept from asking."""

    def __init__(self, shop: str) -> None:
        self._key = f"woocommerce:calls:{keyed_hash(shop)}"

    def hold(self, seconds: float) -> AbstractContextManager[object] | None:
        """Take a place for so many seconds at most; None where all are taken."""
        place = random_token(8)
        try:
            is_held = client().eval(_TAKE, 1, self._key, place, str(int(seconds)))  # type: ignore[misc]
        except RedisError:
            return FreeSlots().hold(seconds)
        return self._given_back(place) if is_held else None

    @contextmanager
    def _given_back(self, place: str) -> Iterator[None]:
        try:
            yield
        finally:
            with suppress(RedisError):  # it ends by itself
                client().zrem(self._key, place)
