"""Asking Shopify's Admin API: never beyond what its bucket bears, and whatever comes back instead of an answer.

Each shop and app has a bucket that refills; a query is charged what it could cost, then given back what it did not.
What a query could cost follows from the answers, an item at a time, so that lists are sized to half the bucket: that
much is always left by work in the background (core.pace), and work that others wait behind never sleeps here.
"""

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from json import JSONDecodeError, loads
from threading import Event
from typing import Any

from shopconnect.connectors.shopify.buckets import Bucket, LocalBucket
from shopconnect.connectors.shopify.types import PLATFORM
from shopconnect.connectors.types import AccessEnded, ConnectorError
from shopconnect.core import caches, http
from shopconnect.core.clock import now
from shopconnect.core.pace import Pace, current_pace

MOST_COST = 1000  # of one query, said by Shopify
USUAL_COST = 600  # what we let one query cost, where the bucket holds twice as much
LEFT_SHARE = 0.5  # of the bucket, by work in the background to all other
MOST_QUERIES = 2000  # whose costs are known
MOST_ITEMS = 250
MOST_TRIES, MOST_SECONDS, READ_SECONDS = 6, 20.0, 15.0
MOST_BYTES = 30_000_000
FIRST_PAUSE = 0.5

TOO_MANY, HELD_OFF = 429, 430
TRIED_AGAIN = frozenset({408, TOO_MANY, 500, 502, 503, 504, 520, 522, 524})
# A frozen or locked shop may come back, but not while we wait.
TRIED_LATER = {402: 3600.0, 423: 3600.0}
# With an answer in Shopify's own shape: the token is no more, the shop is closed to us, there is no such shop.
ENDED = frozenset({401, 403, 404})
# Words of Shopify's errors in an answer of 200.
STATUSES = {
    "THROTTLED": TOO_MANY,
    "ACCESS_DENIED": 403,
    "SHOP_INACTIVE": 402,
    "INTERNAL_SERVER_ERROR": 500,
    "TIMEOUT": 504,
}


class TooCostly(ConnectorError):
    """A query may cost more than Shopify takes: a shorter list may do."""


# What one item of a query's list could cost, by the query: the same at each shop.
_costs: dict[str, float] = {}
caches.register(_costs.clear)


class Client:
    """One shop's Admin API. `wait` sleeps and `clock` counts seconds, so that tests need not."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
        bucket: Bucket | None = None,
    ) -> None:
        self._url, self._token, self._clock = url, token, clock
        self._wait = wait or Event().wait
        self._bucket = bucket or LocalBucket(clock)
        self._taken = 0.0  # by the query under way

    def list_size(self, query: str, first: int) -> int:
        """Return how many items of a query's list may be asked for at once; `first` until a cost was heard."""
        cost = _costs.get(query)
        return max(1, min(MOST_ITEMS, int(self._usual_cost / cost))) if cost else first

    def ask(self, query: str, variables: Mapping[str, Any], *, items: int = 1, again: bool = True) -> dict[str, Any]:
        """Return the data of an answer; waits and tries again within 20 seconds, then raises ConnectorError.

        `items` is how long the query's list is. Without `again` a query whose fate is unknown is not sent twice.
        """
        ends, number = self._clock() + MOST_SECONDS, 0
        while True:
            self._take(self._cost(query, items), ends)
            try:
                return self._ask_once(query, variables, items, ends)
            except TooCostly:
                _costs[query] = max(_costs.get(query, 0), 2 * self._usual_cost / items)  # half as many, next time
                raise
            except ConnectorError as error:
                number += 1
                is_unharmed = again or error.status == TOO_MANY
                if error.permanent or error.status in TRIED_LATER or number == MOST_TRIES or not is_unharmed:
                    raise
                if current_pace() is Pace.PROMPT and number == 1 and error.status != TOO_MANY:
                    continue  # at once, since nobody sleeps
                self._pause(error.retry_after or FIRST_PAUSE * 2 ** (number - 1), ends, error)

    @property
    def _usual_cost(self) -> float:
        return min(USUAL_COST, self._bucket.most * (1 - LEFT_SHARE))

    def _cost(self, query: str, items: int) -> float:
        return min(MOST_COST, _costs[query] * items) if query in _costs else self._usual_cost

    def _take(self, cost: float, ends: float) -> None:
        """Take a query's points, once there are enough."""
        left = LEFT_SHARE if current_pace() is Pace.BACKGROUND else 0.0
        while (seconds := self._bucket.take(cost, left)) > 0:
            self._pause(seconds, ends, _error(TOO_MANY, "the bucket is empty", retry_after=seconds))
        self._taken = cost

    def _pause(self, seconds: float, ends: float, reason: ConnectorError) -> None:
        if current_pace() is Pace.PROMPT or self._clock() + seconds > ends:
            raise reason
        self._wait(seconds)

    def _ask_once(self, query: str, variables: Mapping[str, Any], items: int, ends: float) -> dict[str, Any]:
        seconds = max(1.0, min(READ_SECONDS, ends - self._clock()))
        headers = {"X-Shopify-Access-Token": self._token, "Accept": "application/json"}
        try:
            answer = http.call(
                "POST",
                self._url,
                headers=headers,
                json={"query": query, "variables": variables},
                most_bytes=MOST_BYTES,
                read_seconds=seconds,
            )
        except http.TooLarge as error:
            raise TooCostly(PLATFORM, 200, permanent=True, detail="the answer is too large") from error
        except http.NetworkError as error:
            raise _error(None, type(error).__name__) from error
        if answer.status != 200:  # noqa: PLR2004
            if answer.status in ENDED and _is_shopifys_own(answer.body):
                raise AccessEnded(PLATFORM, answer.status, permanent=True, detail=f"HTTP {answer.status}")
            # Shopify's own number for who is held to ask too much stands for the usual one.
            status = TOO_MANY if answer.status == HELD_OFF else answer.status
            raise _error(status, f"HTTP {answer.status}", retry_after=_retry_after(answer.headers))
        return self._read(query, items, answer.body)

    def _read(self, query: str, items: int, body: bytes) -> dict[str, Any]:
        try:
            found = loads(body)
        except (JSONDecodeError, UnicodeDecodeError) as error:
            raise _error(None, "an answer that is no JSON") from error
        if not isinstance(found, dict):
            raise _error(None, "an answer that is no object")
        self._hear(query, items, found)
        errors = found.get("errors")
        if errors:
            raise _error_of(errors)
        data = found.get("data")
        if not isinstance(data, dict):
            raise _error(None, "an answer without data")
        return data

    def _hear(self, query: str, items: int, payload: Mapping[str, Any]) -> None:
        """Learn what the query costs and what is left; a charge is what was asked for, not what came of it."""
        cost = (payload.get("extensions") or {}).get("cost") or {}
        if cost.get("throttleStatus"):
            self._bucket.hear(cost["throttleStatus"], self._taken - float(cost.get("actualQueryCost") or 0))
        if cost.get("requestedQueryCost"):
            if len(_costs) > MOST_QUERIES:
                _costs.clear()
            _costs[query] = max(1, cost["requestedQueryCost"]) / items


def _is_shopifys_own(body: bytes) -> bool:
    """Say whether an error is told as Shopify tells it; what stands between sends pages of its own."""
    try:
        found = loads(body)
    except ValueError:
        return False
    return isinstance(found, dict) and "errors" in found


def _error_of(errors: Any) -> ConnectorError:
    """Return what stands in a 200 instead of, or beside, its data."""
    is_listed = isinstance(errors, list) and isinstance(errors[0], dict)
    first: dict[str, Any] = errors[0] if is_listed else {"message": str(errors)}
    code = (first.get("extensions") or {}).get("code") or ""
    detail = f"{code} {first.get('message') or ''}".strip()[:300]
    if code == "MAX_COST_EXCEEDED":
        return TooCostly(PLATFORM, 200, permanent=True, detail=detail)
    return _error(STATUSES.get(code, 400), detail)


def _error(status: int | None, detail: str, retry_after: float | None = None) -> ConnectorError:
    """Return an error: one without a status (no answer, or one that makes no sense) is worth another try."""
    passes = status is None or status in TRIED_AGAIN or status in TRIED_LATER
    return ConnectorError(
        PLATFORM, status, permanent=not passes, detail=detail, retry_after=retry_after or TRIED_LATER.get(status or 0)
    )


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Read seconds or a date."""
    text = headers.get("retry-after", "").strip()
    try:
        return max(
            0.0,
            float(text)
            if text.replace(".", "", 1).isdigit()
            else (parsedate_to_datetime(text) - now()).total_seconds(),
        )
    except (TypeError, ValueError):
        return None
