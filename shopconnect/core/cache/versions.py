"""That something of a shop changed, told to every process within seconds: a mark in Redis that moves with each change.

A mark says that something changed, never what: whoever sees another mark reads again where the truth is. It is
short-lived, since what processes remember is read again by itself; while Redis is away nobody hears of anything.
"""

import time

from shopconnect.core import caches
from shopconnect.core.cache.breaker import Breaker
from shopconnect.core.cache.redis import RedisError, quick_client, shop_key
from shopconnect.core.observability.log import get_logger
from shopconnect.core.security.crypto import random_token
from shopconnect.core.tenancy.context import ShopId

log = get_logger(__name__)

MARK_SECONDS, KEPT_SECONDS = 5.0, 600

breaker = Breaker()


class CacheVersions:
    """The marks of all shops for one kind of thing; what was read is kept for some seconds."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._read: dict[ShopId, tuple[float, bytes | None]] = {}
        caches.register(self.forget)

    def read(self, shop_id: ShopId) -> bytes | None:
        """Return a shop's mark, at most some seconds late; None where nothing changed lately. Raises InScope."""
        at, mark = self._read.get(shop_id, (-MARK_SECONDS, None))
        if time.monotonic() - at < MARK_SECONDS:
            return mark
        if not breaker.is_open:
            try:
                mark = quick_client().get(self._key(shop_id))  # type: ignore[assignment]
            except (RedisError, OSError):
                breaker.trip()
        self._read[shop_id] = (time.monotonic(), mark)
        return mark

    def move(self, shop_id: ShopId) -> None:
        """Have every process see another mark; where Redis does not hear it, what they remember ends by itself."""
        self._read.pop(shop_id, None)
        try:
            quick_client().set(self._key(shop_id), random_token(8), ex=KEPT_SECONDS)
        except (RedisError, OSError) as error:
            log.warning("mark_not_moved", shop_id=shop_id, kind=self._kind, error=type(error).__name__)

    def forget(self) -> None:
        """Ask again at once."""
        self._read.clear()

    def _key(self, shop_id: ShopId) -> str:
        return shop_key(shop_id, "mark", self._kind)
