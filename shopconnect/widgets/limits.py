"""How often one address may call: counted in Redis for all processes, in this process while Redis is away."""

import threading
import time
from dataclasses import dataclass, field

from django.conf import settings
from redis import Redis

from shopconnect.billing.types import Meter
from shopconnect.billing.usage import usage_field, usage_key
from shopconnect.core import caches
from shopconnect.core.cache.redis import RedisError, quick_client, shop_key
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.widgets.counts import add_noted
from shopconnect.widgets.types import Rate
from shopconnect.widgets.visits import add_visits

log = get_logger(__name__)

DAY_SECONDS = 86_400
# One command for a call: what it costs to write and read many is most of what a limit costs.
COUNT_CALL = """
local calls, today = redis.call('incr', KEYS[1]), redis.call('incr', KEYS[2])
if calls == 1 then redis.call('expire', KEYS[1], ARGV[1]) end
if today == 1 then redis.call('expire', KEYS[2], ARGV[2]) end
return {calls, today, redis.call('hget', KEYS[3], ARGV[3]), redis.call('get', KEYS[4])}
"""
_PAUSE_SECONDS, _MOST_COUNTERS = 5.0, 20_000


@dataclass
class _Process:
    """What this process counts by itself, until when it leaves Redis alone, and when it tells it what it noted."""

    counts: dict[str, int] = field(default_factory=dict)
    away_until: float = 0.0
    tell_at: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


_process = _Process()


@dataclass(frozen=True, slots=True)
class Counted:
    """A call that was counted: after how many seconds the next may come, 0 when this one may pass; and how much of its
    meter was used since that was written down, 0 while nobody counts. `recalled` is what stood under the key that was
    read along, b"" where nothing did, None where none was read. `today` says how often the address called today (UTC).
    """

    wait: int
    today: int = 0
    used: int = 0
    recalled: bytes | None = None


def count_call(
    shop_id: ShopId, name: str, caller: str, rate: Rate, meter: Meter | None = None, recall: str = ""
) -> Counted:
    """Count one call; read a key along, and what was used of a meter, so that nobody asks Redis twice.

    Windows are fixed: a count belongs to the window of `rate.seconds` that the clock is in.
    """
    now = time.time()
    window = int(now // rate.seconds)
    key = shop_key(shop_id, "rate", name, caller[:32], window)
    day_key = shop_key(shop_id, "today", name, caller[:32], int(now // DAY_SECONDS))
    calls, today, used, recalled = _count(key, day_key, rate.seconds, shop_id, meter, recall)
    if calls <= rate.most:
        return Counted(0, today, used, recalled)
    return Counted(max(1, int((window + 1) * rate.seconds - now) + 1))


def _count(
    key: str, day_key: str, seconds: int, shop_id: ShopId, meter: Meter | None, recall: str
) -> tuple[int, int, int, bytes | None]:
    if time.monotonic() >= _process.away_until:
        try:
            redis = quick_client()
            _tell_noted(redis)  # before it is asked what was used
            keys = (key, day_key, usage_key(shop_id), recall)
            arguments = (seconds + 1, DAY_SECONDS, usage_field(meter) if meter else "")
            calls, today, used, recalled = redis.eval(COUNT_CALL, len(keys), *keys, *arguments)
            return int(calls), int(today), int(used or 0), (recalled or b"") if recall else None
        except (RedisError, OSError) as error:
            _process.away_until = time.monotonic() + _PAUSE_SECONDS
            log.warning("limits_in_process", error=type(error).__name__)
    return _count_here(key), _count_here(day_key), 0, None


def _tell_noted(redis: Redis) -> None:
    """Tell Redis what this process noted of calls and visits, once a second at most. Raises RedisError."""
    if time.monotonic() < _process.tell_at:
        return
    _process.tell_at = time.monotonic() + settings.NOTED_SECONDS
    pipe = redis.pipeline(transaction=False)
    add_noted(pipe)
    add_visits(pipe)
    pipe.execute()


def _count_here(key: str) -> int:
    with _process.lock:
        if len(_process.counts) > _MOST_COUNTERS:
            _process.counts.clear()
        _process.counts[key] = _process.counts.get(key, 0) + 1
        return _process.counts[key]


@caches.register
def forget() -> None:
    """Forget what this process counted, and try Redis again at once."""
    with _process.lock:
        _process.counts.clear()
        _process.away_until = _process.tell_at = 0.0
