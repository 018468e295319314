"""A shop's bucket of points in Redis: all workers that ask Shopify for a shop take from the one, and none too much."""

from collections.abc import Mapping
from typing import Any

from shopconnect.connectors.shopify.buckets import USUAL_MOST, LocalBucket
from shopconnect.core.cache.redis import RedisError, client
from shopconnect.core.security.crypto import keyed_hash

TTL_SECONDS = 120  # any bucket is full again by then
_REFILLED = """
local level, most, rate, at = unpack(redis.call('HMGET', KEYS[1], 'level', 'most', 'rate', 'at'))
local time = redis.call('TIME')
local moment = time[1] + time[2] / 1000000
if level then level = math.min(most, level + (moment - at) * rate) end
"""
# Answers whole numbers only, so seconds go as text.
_TAKE = f"""{_REFILLED}
if not level then return {{'0', ''}} end
local missing = math.min(most, ARGV[1] + ARGV[2] * most) - level
if missing > 0 and tonumber(rate) > 0 then return {{tostring(missing / rate), most}} end
redis.call('HSET', KEYS[1], 'level', level - ARGV[1], 'at', moment)
return {{'0', most}}
"""
# What others have taken and not yet asked for is in our level only, what Shopify took besides in Shopify's.
_HEAR = f"""{_REFILLED}
level = level and math.min(level + ARGV[4], ARGV[1]) or ARGV[1]
redis.call('HSET', KEYS[1], 'level', level, 'most', ARGV[2], 'rate', ARGV[3], 'at', moment)
redis.call('EXPIRE', KEYS[1], {TTL_SECONDS})
"""


class SharedBucket:
    """The bucket of a shop by its domain; while Redis is away each client goes by its own answers."""

    def __init__(self, shop: str) -> None:
        self._key = f"shopify:bucket:{keyed_hash(shop)}"
        self._own = LocalBucket()
        self.most = USUAL_MOST

    def take(self, cost: float, left: float) -> float:
        """Take points if a share of the whole is left to others then; returns 0, else in how many seconds to ask."""
        try:
            seconds, most = client().eval(_TAKE, 1, self._key, str(cost), str(left))  # type: ignore[misc]
        except RedisError:
            return self._own.take(cost, left)
        self.most = float(most or self.most)
        return float(seconds)

    def hear(self, status: Mapping[str, Any], spared: float) -> None:
        """Take what an answer says of the bucket, and how many points of those taken it did not cost."""
        self._own.hear(status, spared)
        self.most = self._own.most
        told = [status[name] for name in ("currentlyAvailable", "maximumAvailable", "restoreRate")]
        try:
            client().eval(_HEAR, 1, self._key, *map(str, [*told, spared]))
        except RedisError:
            return  # then this client goes by what it heard itself
