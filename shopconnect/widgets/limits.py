"""How often one address may call: each process counts, and once a second a call has Redis add what came meanwhile.

Redis adds up what all of them counted, and each goes on from its answer. So who calls several processes gets past a
limit by what they do within that second, and only the call that is due then waits for Redis. While it is away each
process counts by itself.
"""

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from cachetools import LRUCache
from django.conf import settings

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
# One text with all keys, and one with all answers: what it costs to write and read many is most of what this costs.
ADD_CALLS = """
local totals = {}
for key, calls, seconds in string.gmatch(ARGV[1], '(%S+) (%d+) (%d+)') do
    local total = redis.call('incrby', key, calls)
    if total == tonumber(calls) then redis.call('expire', key, seconds) end
    totals[#totals + 1] = total
end
return table.concat(totals, ' ')
"""
_PAUSE_SECONDS, _MOST_COUNTERS = 5.0, 50_000
_MOST_FLUSHED = 5_000  # counters at once, so that Redis holds nobody else up
_Use = tuple[str, str]  # a key of Redis and a field of it


@dataclass(slots=True)
class _Counter:
    """Calls under a key of Redis that lives for some seconds: all that are known of, and those Redis has yet to add."""

    key: str
    seconds: int
    total: int = 0
    pending: int = 0


@dataclass
class _Process:
    """What this process counted, what it knows of the use of meters, and when it spoke to Redis last."""

    counters: LRUCache[str, _Counter] = field(default_factory=lambda: LRUCache(_MOST_COUNTERS))
    pending: dict[str, _Counter] = field(default_factory=dict)
    used: dict[_Use, int] = field(default_factory=dict)  # of the meters of the last second's calls
    metered: set[_Use] = field(default_factory=set)  # the meters of the calls since
    flushed_at: float = -math.inf
    away_until: float = 0.0
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
    """Count one call; read a key of Redis along where one is named, so that nobody asks it twice.

    Windows are fixed: a count belongs to the window of `rate.seconds` that the clock is in.
    """
    now = time.time()
    window = int(now // rate.seconds)
    use = (usage_key(shop_id), usage_field(meter)) if meter else None
    with _process.lock:
        calls = _count(_rate_key(shop_id, name, caller, window), rate.seconds + 1)
        today = _count(shop_key(shop_id, "today", name, caller[:32], int(now // DAY_SECONDS)), DAY_SECONDS)
        if use:
            _process.metered.add(use)
    recalled = _flush(recall)
    if calls.total > rate.most:
        return Counted(int((window + 1) * rate.seconds - now) + 1)
    return Counted(0, today.total, _process.used.get(use, 0) if use else 0, recalled)


def has_room(shop_id: ShopId, name: str, caller: str, rate: Rate) -> bool:
    """Say whether one more call may be counted, as far as this process knows, without counting it."""
    key = _rate_key(shop_id, name, caller, int(time.time() // rate.seconds))
    with _process.lock:
        counter = _process.pending.get(key) or _process.counters.get(key)
    return counter is None or counter.total < rate.most


def _rate_key(shop_id: ShopId, name: str, caller: str, window: int) -> str:
    return shop_key(shop_id, "rate", name, caller[:32], window)


def _count(key: str, seconds: int) -> _Counter:
    """Count one more call under a key; whoever calls this holds the lock."""
    counter = _process.pending.get(key) or _process.counters.get(key) or _Counter(key, seconds)
    _process.counters[key] = _process.pending[key] = counter
    counter.total += 1
    counter.pending += 1
    if len(_process.pending) > _MOST_COUNTERS:  # Redis has been away for long
        del _process.pending[next(iter(_process.pending))]
    return counter


def _flush(recall: str) -> bytes | None:
    """Have Redis add what is pending, where that is due, and return what stands under a key; None where none was read.

    What fails may have been added all the same: it is not sent again, and stays in the total here.
    """
    now = time.monotonic()
    if now < _process.away_until:
        return None
    sent, uses = _take_pending(now)
    if not (sent or recall):
        return None
    try:
        totals, used, recalled = _exchange(sent, uses, recall)
    except (RedisError, OSError) as error:
        _process.away_until, _process.used = now + _PAUSE_SECONDS, {}
        log.warning("limits_in_process", error=type(error).__name__)
        return None
    with _process.lock:
        for (counter, _calls), total in zip(sent, totals, strict=True):
            counter.total = max(counter.total, total + counter.pending)
        if sent:
            _process.used = dict(zip(uses, used, strict=True))
    return recalled


def _take_pending(now: float) -> tuple[list[tuple[_Counter, int]], list[_Use]]:
    """Take the counters with calls to add, the oldest first, and the uses to ask for; nothing where it is not due."""
    with _process.lock:
        if now < _process.flushed_at + settings.NOTED_SECONDS and len(_process.pending) < _MOST_FLUSHED:
            return [], []
        _process.flushed_at = now
        sent = [(counter, counter.pending) for counter in islice(_process.pending.values(), _MOST_FLUSHED)]
        for counter, _calls in sent:
            counter.pending = 0
            del _process.pending[counter.key]
        uses = list(_process.metered)
        _process.metered.clear()
    return sent, uses


def _exchange(
    sent: Sequence[tuple[_Counter, int]], uses: Sequence[_Use], recall: str
) -> tuple[list[int], list[int], bytes | None]:
    """Return, of one pipeline, the totals of all processes, what was used, and what stands under a key."""
    pipe = quick_client().pipeline(transaction=False)
    if sent:
        add_noted(pipe)
        add_visits(pipe)  # before it is asked what was used
        pipe.eval(ADD_CALLS, 0, "\n".join(f"{counter.key} {calls} {counter.seconds}" for counter, calls in sent))
    for key, name in uses:
        pipe.hget(key, name)
    if recall:
        pipe.get(recall)
    answers = pipe.execute()
    recalled = (answers.pop() or b"") if recall else None
    used = [int(answers.pop() or 0) for _use in uses][::-1]
    return [int(total) for total in answers.pop().split()] if sent else [], used, recalled


@caches.register
def forget() -> None:
    """Forget what this process counted, and try Redis again at once."""
    with _process.lock:
        for memory in (_process.counters, _process.pending, _process.used, _process.metered):
            memory.clear()
        _process.away_until, _process.flushed_at = 0.0, -math.inf
