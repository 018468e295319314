"""Visits that were answered well, which is what plans hold a number of: noted here until a call takes them along.

A visit is a network within half an hour, whatever its devices say of themselves: one address, however busy, uses up 48
a day and no more. What is refused, fails or shows nothing is no visit. The first call after a second (limits.py)
carries what was noted, so that counting asks next to nothing more of Redis; what a process holds when it dies is lost
in the merchant's favour.
"""

import threading
from typing import Any

from cachetools import LRUCache

from shopconnect.billing.types import Meter
from shopconnect.billing.usage import add_use_once
from shopconnect.core import caches
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId

VISIT_SECONDS = 1800
MOST_NOTED, MOST_KNOWN = 20_000, 50_000
_Visit = tuple[ShopId, Meter, str, int]

_noted: set[_Visit] = set()
_known: LRUCache[_Visit, bool] = LRUCache(MOST_KNOWN)  # what this process noted before, so that it is told once
_lock = threading.Lock()


def note_visit(shop_id: ShopId, meter: Meter, caller: str) -> None:
    """Note that a call was answered well; `caller` is the keyed hash of the network that asked."""
    visit = (shop_id, meter, caller[:32], int(now().timestamp() // VISIT_SECONDS))
    with _lock:
        if visit not in _known and len(_noted) < MOST_NOTED:
            _known[visit] = True
            _noted.add(visit)


def add_visits(pipe: Any) -> None:
    """Add what was noted to a pipeline, and forget it here: a pipeline that fails may have been heard all the same."""
    if not _noted:
        return
    with _lock:
        noted = sorted(_noted)
        _noted.clear()
    for shop_id, meter, caller, window in noted:
        add_use_once(pipe, shop_id, meter, f"{caller}:{window}", VISIT_SECONDS)


@caches.register
def forget() -> None:
    """Forget what this process noted."""
    with _lock:
        _noted.clear()
        _known.clear()
