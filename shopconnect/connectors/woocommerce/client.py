"""Asking a shop's REST API: two calls at once at most, slower as it slows, and whatever comes back for an answer.

A key goes in the Authorization header, or in the query where the host strips that header; WooCommerce answers both
alike. Most errors here are not WooCommerce's: its own are JSON with a code, and only those are believed.
"""

import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from json import loads
from threading import Event
from typing import Any, TypeVar

from shopconnect.connectors.base import Tokens
from shopconnect.connectors.types import AccessEnded, ConnectorError
from shopconnect.connectors.woocommerce.slots import CallSlots, FreeSlots
from shopconnect.connectors.woocommerce.types import PLATFORM
from shopconnect.core import caches, http
from shopconnect.core.pace import Pace, current_pace

AGENT = "ShopConnect (WooCommerce)"  # the same for ever: firewalls are told to let it pass
MOST_TRIES, MOST_SECONDS, READ_SECONDS = 4, 45.0, 30.0
MOST_BYTES = 30_000_000
FIRST_PAUSE, SLOT_PAUSE = 1.0, 0.1
SLOW_SECONDS, LONGEST_REST = 2.0, 10.0
MOST_ITEMS, LEAST_ITEMS, MORE_ITEMS = 100, 10, 10  # of a list; WooCommerce gives no more at once
MOST_HOSTS = 2000  # of which something is known
FRESH = {"_skip_cache": "true"}  # WooCommerce 10.5 and later may answer from a cache, unless it is told not to

UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TOO_MANY = 401, 403, 404, 429
TRIED_AGAIN = frozenset({408, TOO_MANY, 500, 502, 503, 504, 520, 521, 522, 524})
TOO_MUCH = frozenset({None, 500, 502, 504})  # what a small machine answers that was asked for too much at once
# No such key, a key whose user may not look any more, a secret that is another by now.
ENDING_CODES = frozenset({"woocommerce_rest_cannot_view", "woocommerce_rest_authentication_error"})
# WooCommerce itself is away: switched off for an update, or by a merchant who may switch it on again.
NO_ROUTE = "rest_no_route"
BLOCKED = "blocked by a firewall, or by a page that stands before the shop"

# Hosts that strip the header, and how long lists a host bears, by the root of its API.
_in_query: dict[str, bool] = {}
_list_sizes: dict[str, int] = {}
caches.register(_in_query.clear)
caches.register(_list_sizes.clear)


_ValueT = TypeVar("_ValueT")


class ShopRefused(ConnectorError):
    """The shop's own word that it will not do this; `code` and `message` are WooCommerce's."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(PLATFORM, status, permanent=code != NO_ROUTE, detail=f"{code} {message}"[:300])
        self.code, self.message = code, message


@dataclass(frozen=True, slots=True)
class _OwnError:
    """An error as WooCommerce and WordPress tell it."""

    code: str
    message: str


class WooClient:
    """One shop's REST API. `wait` sleeps and `clock` counts seconds, so that tests need not."""

    def __init__(
        self,
        origin: str,
        tokens: Tokens,
        *,
        slots: CallSlots | None = None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self.origin, self._root, self._tokens = origin, f"{origin}/wp-json", tokens
        self._slots, self._clock, self._wait = slots or FreeSlots(), clock, wait or Event().wait

    @property
    def list_size(self) -> int:
        """How many items of a list the shop's machine bears at once."""
        return min(MOST_ITEMS, _list_sizes.get(self._root, MOST_ITEMS))

    def shorten_lists(self, error: ConnectorError) -> bool:
        """Ask for lists half as long after an error that may come of their length; say whether that is tried."""
        size = self.list_size
        if error.status not in TOO_MUCH or size <= LEAST_ITEMS or current_pace() is Pace.PROMPT:
            return False
        _remember(_list_sizes, self._root, max(LEAST_ITEMS, size // 2))
        return True

    def lengthen_lists(self) -> None:
        """Ask for somewhat longer lists again after one that was borne."""
        if self.list_size < MOST_ITEMS:
            _remember(_list_sizes, self._root, self.list_size + MORE_ITEMS)

    def get(self, path: str, **params: str) -> Any:
        """Return what stands at a path; waits and tries again for some seconds, then raises ConnectorError."""
        return _json(self._ask("GET", path, {**params, **FRESH}, None))

    def count(self, path: str) -> int:
        """Return how many items the list at a path holds, 0 where the host strips the header that says so."""
        answer = self._ask("GET", path, {"per_page": "1", "_fields": "id", **FRESH}, None)
        said = answer.headers.get("x-wp-total", "")
        return int(said) if said.isdecimal() else 0

    def get_unsigned(self, path: str, **params: str) -> Any:
        """Return what WordPress shows to anybody, once; the key is WooCommerce's, and WordPress may refuse it."""
        headers = {"User-Agent": AGENT, "Accept": "application/json"}
        answer = self._call_once("GET", path, headers, params, None, self._clock() + MOST_SECONDS)
        return _json(_accepted("GET", answer))

    def send(self, method: str, path: str, body: Any = None, **params: str) -> Any:
        """Change something, once: what was lost on the way is for the caller to find out."""
        return _json(self._ask(method, path, params, body))

    def _ask(self, method: str, path: str, params: Mapping[str, str], body: Any) -> http.HttpAnswer:
        ends, number = self._clock() + MOST_SECONDS, 0
        while True:
            began = self._clock()
            try:
                found = self._ask_once(method, path, params, body, ends)
            except ConnectorError as error:
                number += 1
                if error.permanent or method != "GET" or number == MOST_TRIES or error.status not in TRIED_AGAIN:
                    raise
                self._pause(error.retry_after or FIRST_PAUSE * 2 ** (number - 1), ends, error)
            else:
                self._rest(self._clock() - began)
                return found

    def _rest(self, seconds: float) -> None:
        """Leave a shop that answers slowly alone for as long as it took, so that half of its time is its shoppers'."""
        if seconds > SLOW_SECONDS and current_pace() is not Pace.PROMPT:
            self._wait(min(seconds, LONGEST_REST))

    def _pause(self, seconds: float, ends: float, reason: ConnectorError) -> None:
        if current_pace() is Pace.PROMPT or self._clock() + seconds > ends:
            raise reason
        self._wait(seconds)

    def _ask_once(self, method: str, path: str, params: Mapping[str, str], body: Any, ends: float) -> http.HttpAnswer:
        in_query = _in_query.get(self._root, False)
        answer = self._call(method, path, params, body, in_query, ends)
        if answer.status == UNAUTHORIZED and _own_error(answer.body):
            # A key that is gone and a header that was stripped get the same answer.
            other = self._call(method, path, params, body, not in_query, ends)
            if other.status != UNAUTHORIZED:
                _remember(_in_query, self._root, not in_query)
                answer = other
        return _accepted(method, answer)

    def _call(
        self, method: str, path: str, params: Mapping[str, str], body: Any, in_query: bool, ends: float
    ) -> http.HttpAnswer:
        headers = {"User-Agent": AGENT, "Accept": "application/json"}
        if in_query:
            params = {**params, "consumer_key": self._tokens.access, "consumer_secret": self._tokens.secret}
        else:
            pair = f"{self._tokens.access}:{self._tokens.secret}".encode()
            headers["Authorization"] = f"Basic {b64encode(pair).decode()}"
        return self._call_once(method, path, headers, params, body, ends)

    def _call_once(
        self, method: str, path: str, headers: Mapping[str, str], params: Mapping[str, str], body: Any, ends: float
    ) -> http.HttpAnswer:
        with self._slot(ends):
            try:
                return http.call(
                    method,
                    f"{self._root}{path}",
                    headers=headers,
                    params=params,
                    json=body,
                    most_bytes=MOST_BYTES,
                    read_seconds=max(1.0, min(READ_SECONDS, ends - self._clock())),
                    again=False,
                )
            except http.NetworkError as error:
                # Its name only: the text may hold the address, and that the key.
                raise ConnectorError(PLATFORM, None, permanent=False, detail=type(error).__name__) from None

    def _slot(self, ends: float) -> Any:
        busy = ConnectorError(PLATFORM, TOO_MANY, permanent=False, retry_after=FIRST_PAUSE, detail="two calls at once")
        while (slot := self._slots.hold(MOST_SECONDS)) is None:
            self._pause(SLOT_PAUSE, ends, busy)
        return slot


def _remember(known: dict[str, _ValueT], root: str, value: _ValueT) -> None:
    if len(known) > MOST_HOSTS:
        known.clear()
    known[root] = value


def _accepted(method: str, answer: http.HttpAnswer) -> http.HttpAnswer:
    """Return an answer that is a yes; raises ConnectorError, AccessEnded only where WooCommerce itself says so."""
    if answer.status in (200, 201):
        return answer
    own = _own_error(answer.body)
    if answer.status in TRIED_AGAIN or own is None:
        detail = f"HTTP {answer.status}" if answer.status in TRIED_AGAIN else BLOCKED
        raise ConnectorError(
            PLATFORM, answer.status, permanent=False, detail=detail, retry_after=_seconds(answer.headers)
        )
    # A key that may only read is refused in the same words where it would write.
    if answer.status in (UNAUTHORIZED, FORBIDDEN) and own.code in ENDING_CODES and method == "GET":
        raise AccessEnded(PLATFORM, answer.status, permanent=True, detail=own.code)
    raise ShopRefused(answer.status, own.code, own.message)


def _json(answer: http.HttpAnswer) -> Any:
    try:
        return loads(answer.body)
    except ValueError as error:
        raise ConnectorError(PLATFORM, None, permanent=False, detail=BLOCKED) from error


def _own_error(body: bytes) -> _OwnError | None:
    try:
        found = loads(body)
    except ValueError:
        return None
    if not isinstance(found, dict) or not isinstance(found.get("code"), str):
        return None
    return _OwnError(found["code"], str(found.get("message") or ""))


def _seconds(headers: Mapping[str, str]) -> float | None:
    text = headers.get("retry-after", "").strip()
    return float(text) if text.isdecimal() else None
