"""What became of shoppers' calls, by marks such as "similar|A": added up in this process until a call takes it along.

The first call after a second (limits.py) carries it, so counting asks next to nothing more of Redis. What a process
holds when it dies is lost, in every arm alike; nothing is ever counted twice.
"""

import threading
from collections import Counter
from typing import Any

from shopconnect.core import caches
from shopconnect.core.cache.redis import shop_key
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId

TOUCHED, MOST_LABELS = "noted:touched", 20_000

_noted: Counter[tuple[ShopId, str]] = Counter()
_lock = threading.Lock()


def noted_key(shop_id: ShopId) -> str:
    """Return under which key of Redis the counts of a shop lie: a hash of "day|label|what"."""
    return shop_key(shop_id, "noted")


def note(shop_id: ShopId, label: str, what: str) -> None:
    """Count one more of what became of a call, today (UTC); beyond some thousands of labels new ones are dropped."""
    field = (shop_id, f"{now().date().isoformat()}|{label}|{what}")
    with _lock:
        if field in _noted or len(_noted) < MOST_LABELS:
            _noted[field] += 1


def add_noted(pipe: Any) -> None:
    """Add what was noted to a pipeline, and forget it here: a pipeline that fails may have been heard all the same."""
    if not _noted:
        return
    with _lock:
        noted = dict(_noted)
        _noted.clear()
    for (shop_id, field), count in noted.items():
        pipe.hincrby(noted_key(shop_id), field, count)
    pipe.sadd(TOUCHED, *{int(shop_id) for shop_id, _ in noted})


@caches.register
def forget() -> None:
    """Forget what this process noted."""
    with _lock:
        _noted.clear()
