"""How often one address may call: counted in Redis for all processes, in this process while Redis is away."""

import threading
import time
from dataclasses import dataclass, field

from shopconnect.core.log import get_logger
from shopconnect.core.redis import RedisError, client, shop_key
from shopconnect.core.tenancy import ShopId
from shopconnect.widgets.types import Rate

log = get_logger(__name__)

_PAUSE_SECONDS, _MOST_COUNTERS = 5.0, 20_000


@dataclass
class _Process:
    """What this process counts by itself, and until when it leaves Redis alone."""

    counts: dict[str, int] = field(default_factory=dict)
    away_until: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


_process = _Process()


def seconds_to_wait(shop_id: ShopId, name: str, caller: str, rate: Rate) -> int:
    """Count one call; return 0 when it may pass, else after how many seconds the next one may.

    Windows are fixed: a count belongs to the window of `rate.seconds` that the clock is in.
    """
    now = time.time()
    window = int(now // rate.seconds)
    key = shop_key(shop_id, "rate", name, caller[:32], window)
    if _count(key, rate.seconds) <= rate.most:
        return 0
    return max(1, int((window + 1) * rate.seconds - now) + 1)


def _count(key: str, seconds: int) -> int:
    if time.monotonic() >= _process.away_until:
        try:
            pipe = client().pipeline(transaction=False)
            pipe.incr(key)
            pipe.expire(key, seconds + 1)
            return int(pipe.execute()[0])
        except (RedisError, OSError) as error:
            _process.away_until = time.monotonic() + _PAUSE_SECONDS
            log.warning("limits_in_process", error=type(error).__name__)
    return _count_here(key)


def _count_here(key: str) -> int:
    with _process.lock:
        if len(_process.counts) > _MOST_COUNTERS:
            _process.counts.clear()
        _process.counts[key] = _process.counts.get(key, 0) + 1
        return _process.counts[key]


def forget() -> None:
    """Forget what this process counted, and try Redis again at once."""
    with _process.lock:
        _process.counts.clear()
        _process.away_until = 0.0
