"""That something of a shop changed, told to every process within seconds: a version in Redis, new at each change.

A version says that something changed, never what: whoever sees another one reads again where the truth is. It is
short-lived, since what processes remember is read again by itself; while Redis is away nobody hears of anything.
"""

import math
import time

from shopconnect.core import caches
from shopconnect.core.cache.breaker import Breaker
from shopconnect.core.cache.redis import RedisError, quick_client, shop_key
from shopconnect.core.observability.log import get_logger
from shopconnect.core.security.crypto import random_token
from shopconnect.core.tenancy.context import ShopId

log = get_logger(__name__)

VERSION_SECONDS, TTL_SECONDS = 5.0, 600

breaker = Breaker()


class CacheVersions:
    """The versions of all shops for one kind of thing; what was read is kept for some `seconds`."""

    def __init__(self, kind: str, seconds: float = VERSION_SECONDS) -> None:
        self._kind, self._seconds = kind, seconds
        self._read: dict[ShopId, tuple[float, bytes | None]] = {}
        caches.register(self.forget)

    def read(self, shop_id: ShopId, is_current: bool = False) -> bytes | None:
        """Return a shop's version, at most some seconds late unless it is to be current; None where nothing changed
        lately. Raises InScope."""
        at, version = self._read.get(shop_id, (-math.inf, None))
        if not is_current and time.monotonic() - at < self._seconds:
            return version
        if not breaker.is_open:
            try:
                version = quick_client().get(self._key(shop_id))  # type: ignore[assignment]
            except (RedisError, OSError):
                breaker.trip()
        self._read[shop_id] = (time.monotonic(), version)
        return version

    def move(self, shop_id: ShopId) -> None:
        """Have every process see another version; where Redis does not hear it, what they remember ends by itself."""
        self._read.pop(shop_id, None)
        try:
            quick_client().set(self._key(shop_id), random_token(8), ex=TTL_SECONDS)
        except (RedisError, OSError) as error:
            log.warning("cache_version_not_moved", shop_id=shop_id, kind=self._kind, error=type(error).__name__)

    def forget(self) -> None:
        """Ask again at once."""
        self._read.clear()

    def _key(self, shop_id: ShopId) -> str:
        return shop_key(shop_id, "version", self._kind)
