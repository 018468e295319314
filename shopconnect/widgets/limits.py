"""How often one address may call: each process counts, and once a second a call tells Redis what came meanwhile.

Redis adds up what all of them tell, and each goes on from its answer. So who calls several processes gets past a limit
by what they do within that second, and only the call that tells waits for Redis. While it is away each process counts
by itself.
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
local known = {}
for key, calls, seconds in string.gmatch(ARGV[1], '(%S+) (%d+) (%d+)') do
    local all = redis.call('incrby', key, calls)
    if all == tonumber(calls) then redis.call('expire', key, seconds) end
    known[#known + 1] = all
end
return table.concat(known, ' ')
"""
_PAUSE_SECONDS, _MOST_COUNTERS, _MOST_TOLD = 5.0, 50_000, 5_000  # at once, so that Redis holds nobody else up
_Use = tuple[str, str]  # a key of Redis and a field of it


@dataclass(slots=True)
class _Calls:
    """The calls under a key of Redis that lives for some seconds: all that are known of, and what Redis is not told."""

    key: str
    seconds: int
    known: int = 0
    untold: int = 0


@dataclass
class _Process:
    """What this process counted, what it knows of the use of meters, and when it spoke to Redis last."""

    calls: LRUCache[str, _Calls] = field(default_factory=lambda: LRUCache(_MOST_COUNTERS))
    untold: dict[str, _Calls] = field(default_factory=dict)
    used: dict[_Use, int] = field(default_factory=dict)  # of those that were asked for when Redis was last told
    asked: set[_Use] = field(default_factory=set)
    told_at: float = -math.inf
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
        calls = _counted(shop_key(shop_id, "rate", name, caller[:32], window), rate.seconds + 1)
        today = _counted(shop_key(shop_id, "today", name, caller[:32], int(now // DAY_SECONDS)), DAY_SECONDS)
        if use:
            _process.asked.add(use)
    recalled = _exchanged(recall)
    if calls.known > rate.most:
        return Counted(int((window + 1) * rate.seconds - now) + 1)
    return Counted(0, today.known, _process.used.get(use, 0) if use else 0, recalled)


def _counted(key: str, seconds: int) -> _Calls:
    """Count one more call under a key; whoever calls this holds the lock."""
    calls = _process.untold.get(key) or _process.calls.get(key) or _Calls(key, seconds)
    _process.calls[key] = _process.untold[key] = calls
    calls.known += 1
    calls.untold += 1
    if len(_process.untold) > _MOST_COUNTERS:  # Redis has been away for long
        del _process.untold[next(iter(_process.untold))]
    return calls


def _exchanged(recall: str) -> bytes | None:
    """Tell Redis what came, where that is due, and return what stands under a key; None where none was read.

    What fails may have been heard all the same: it is told no more, and stays known here.
    """
    now = time.monotonic()
    if now < _process.away_until:
        return None
    told, uses = _due(now)
    if not (told or recall):
        return None
    try:
        known, used, recalled = _asked(told, uses, recall)
    except (RedisError, OSError) as error:
        _process.away_until, _process.used = now + _PAUSE_SECONDS, {}
        log.warning("limits_in_process", error=type(error).__name__)
        return None
    with _process.lock:
        for (calls, _count), of_all in zip(told, known, strict=True):
            calls.known = max(calls.known, of_all + calls.untold)
        if told:
            _process.used = dict(zip(uses, used, strict=True))
    return recalled


def _due(now: float) -> tuple[list[tuple[_Calls, int]], list[_Use]]:
    """Take what Redis is to be told, the oldest first, and the uses it is to be asked for, where that is due."""
    with _process.lock:
        if now < _process.told_at + settings.NOTED_SECONDS and len(_process.untold) < _MOST_TOLD:
            return [], []
        _process.told_at = now
        told = [(calls, calls.untold) for calls in islice(_process.untold.values(), _MOST_TOLD)]
        for calls, _count in told:
            calls.untold = 0
            del _process.untold[calls.key]
        uses = list(_process.asked)
        _process.asked.clear()
    return told, uses


def _asked(
    told: Sequence[tuple[_Calls, int]], uses: Sequence[_Use], recall: str
) -> tuple[list[int], list[int], bytes | None]:
    """Return in one exchange the calls that all processes know of, what was used, and what stands under a key."""
    pipe = quick_client().pipeline(transaction=False)
    if told:
        add_noted(pipe)
        add_visits(pipe)  # before it is asked what was used
        pipe.eval(ADD_CALLS, 0, "\n".join(f"{calls.key} {count} {calls.seconds}" for calls, count in told))
    for key, name in uses:
        pipe.hget(key, name)
    if recall:
        pipe.get(recall)
    answers = pipe.execute()
    recalled = (answers.pop() or b"") if recall else None
    used = [int(answers.pop() or 0) for _use in uses][::-1]
    return [int(known) for known in answers.pop().split()] if told else [], used, recalled


@caches.register
def forget() -> None:
    """Forget what this process counted, and try Redis again at once."""
    with _process.lock:
        for memory in (_process.calls, _process.untold, _process.used, _process.asked):
            memory.clear()
        _process.away_until, _process.told_at = 0.0, -math.inf
