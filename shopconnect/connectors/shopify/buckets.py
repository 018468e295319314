"""The points that Shopify leaves an app at a shop: they come back with time, and each query takes some beforehand."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

USUAL_MOST = 1000.0  # until Shopify says how many a bucket holds


class Bucket(Protocol):
    """The points of one shop; `most` is how many it holds when full."""

    most: float

    def take(self, cost: float, left: float) -> float:
        """Take points if a share of the whole is left to others then; returns 0, else in how many seconds to ask."""
        ...

    def hear(self, status: Mapping[str, Any], spared: float) -> None:
        """Take what an answer says of the bucket, and how many points of those taken it did not cost."""
        ...


@dataclass(slots=True)
class LocalBucket:
    """A bucket that one client knows, from its own answers; unknown until the first."""

    clock: Callable[[], float] = time.monotonic
    most: float = USUAL_MOST
    _level: float = USUAL_MOST
    _restored: float = 0.0  # each second
    _at: float = 0.0

    def take(self, cost: float, left: float) -> float:
        """See Bucket; nothing is noted, for the answer says what is left."""
        level = self._level + (self.clock() - self._at) * self._restored
        missing = min(cost + left * self.most, self.most) - level
        return missing / self._restored if missing > 0 and self._restored else 0.0

    def hear(self, status: Mapping[str, Any], spared: float) -> None:
        """See Bucket."""
        self._level, self.most = float(status["currentlyAvailable"]), float(status["maximumAvailable"])
        self._restored, self._at = float(status["restoreRate"]), self.clock()
