"""How often a caller may call: a bucket in Redis that fills again steadily, in memory while Redis is away."""

import math
import threading
import time
from dataclasses import dataclass

from shopconnect.core import caches
from shopconnect.core.cache.breaker import Breaker
from shopconnect.core.cache.redis import RedisError, client
from shopconnect.core.observability.log import get_logger

CALLS, SECONDS = 300, 60  # as many at once, and as many again in each minute
MOST_BUCKETS = 10_000
REFILL = CALLS / SECONDS  # each second
# The time is Redis's own, so that all web processes fill one bucket alike.
_TAKE = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local bucket = redis.call('HMGET', KEYS[1], 'left', 'at')
local left = math.min(tonumber(ARGV[1]), (bucket[1] or ARGV[1]) + (now - (bucket[2] or now)) * ARGV[2])
local taken = 0
if left >= 1 then left = left - 1 taken = 1 end
redis.call('HSET', KEYS[1], 'left', tostring(left), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], ARGV[3])
return {taken, tostring(left)}
"""
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """What is left of a caller's bucket, and whether this call was let in."""

    is_allowed: bool
    left: float
    most: int
    refill: float

    @property
    def wait_seconds(self) -> int:
        """Seconds until the next call is let in."""
        return max(1, math.ceil((1 - self.left) / self.refill))

    def headers(self) -> dict[str, str]:
        """Return the rate headers; Reset is in seconds until the bucket is full again."""
        return {
            "X-RateLimit-Limit": str(self.most),
            "X-RateLimit-Remaining": str(int(self.left)),
            "X-RateLimit-Reset": str(math.ceil((self.most - self.left) / self.refill)),
        }


class _Memory:
    """The same bucket for one process, counted in memory."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()
        caches.register(self.forget)

    def forget(self) -> None:
        """Have every bucket full."""
        with self._lock:
            self._buckets = {}

    def take(self, key: str, most: int, refill: float) -> Turn:
        moment = time.monotonic()
        with self._lock:
            if len(self._buckets) > MOST_BUCKETS:
                self._buckets = {k: v for k, v in self._buckets.items() if moment - v[1] < SECONDS}
            left, at = self._buckets.get(key, (float(most), moment))
            left = min(float(most), left + (moment - at) * refill)
            is_allowed = left >= 1
            self._buckets[key] = (left - 1 if is_allowed else left, moment)
            return Turn(is_allowed, self._buckets[key][0], most, refill)


breaker, _memory = Breaker(), _Memory()


def take_turn(key: str, calls: int | None = None) -> Turn:
    """Take one call out of a bucket of `calls` a minute, CALLS by default.

    Never raises: without Redis each process counts for itself.
    """
    most, refill = (CALLS, REFILL) if calls is None else (calls, calls / SECONDS)
    if not breaker.is_open:
        try:
            # Forgotten after twice the time in which a bucket fills, so that it was full anyway.
            taken, left = client().eval(_TAKE, 1, f"rest:{key}", str(most), str(refill), str(SECONDS * 2))  # type: ignore[misc]
            return Turn(bool(taken), float(left), most, refill)
        except (RedisError, OSError) as error:
            breaker.trip()
            log.warning("limits_away", error=type(error).__name__)
    return _memory.take(key, most, refill)
