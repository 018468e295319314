"""Waking a worker: a hint that may be lost, sent after commit, quickly or not at all."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from celery import Celery, Task
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from shopconnect.core import caches
from shopconnect.core.cache.breaker import Breaker
from shopconnect.core.observability.log import get_logger

SECONDS_A_WAKE = 1.0
_ONCE = {
    "retry_on_timeout": False,
    "max_retries": 1,
    "connect_retries_timeout": 0.001,  # a connection that hung is not tried a second time
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
log = get_logger(__name__)


class _Throttle:
    """At most one wake a second for a key: the first at once, the next at the end of the second, others dropped."""

    def __init__(self) -> None:
        self._next: dict[tuple[int, str], float] = {}
        self._lock = threading.Lock()

    def delay(self, key: tuple[int, str]) -> float | None:
        """Return the seconds to wait before this wake, or None when one is on its way already."""
        moment = time.monotonic()
        with self._lock:
            if len(self._next) > 10_000:
                self._next = {k: v for k, v in self._next.items() if v > moment}
            free = self._next.get(key, 0.0)
            if free > moment + SECONDS_A_WAKE:
                return None
            start = max(moment, free)
            self._next[key] = start + SECONDS_A_WAKE
            return start - moment

    def forget(self) -> None:
        """Have each key's next wake go at once."""
        with self._lock:
            self._next.clear()


breaker, _throttle, _local, _unheard = Breaker(), _Throttle(), threading.local(), threading.local()


def wake(task: Task, shop_id: int, *, throttled: bool = True) -> None:
    """Send a task with a shop's id once the transaction commits. Failure is logged and left to the sweep."""
    if not vars(_unheard):
        transaction.on_commit(lambda: _send(task, shop_id, throttled))


def wake_later(task: Task, shop_id: int, seconds: float) -> None:
    """Send a task as `wake` does, to be run some seconds later."""
    if not vars(_unheard):
        transaction.on_commit(lambda: _send(task, shop_id, throttled=False, seconds=seconds))


@contextmanager
def unheard() -> Iterator[None]:
    """Wake nobody from this thread meanwhile: who asks for work does it here and now."""
    _unheard.is_on = True
    try:
        yield
    finally:
        vars(_unheard).clear()


@caches.register
def forget() -> None:
    """Send as a process that sent nothing yet: to where the settings say, through connections of its own."""
    breaker.reset()
    _throttle.forget()
    _local.__dict__.clear()
    _sender.cache_clear()


def _send(task: Task, shop_id: int, throttled: bool, seconds: float = 0.0) -> None:
    if breaker.is_open:
        return
    delay = _throttle.delay((shop_id, task.name)) if throttled else seconds
    if delay is None:
        return
    try:
        _sender().send_task(
            task.name,
            (shop_id,),
            countdown=delay or None,
            retry=False,
            producer=_producer(),
            time_limit=task.time_limit,
            soft_time_limit=task.soft_time_limit,
        )
    except (OperationalError, RedisError, OSError) as error:
        breaker.trip()
        _local.__dict__.clear()
        log.warning("broker_away", task=task.name, shop_id=shop_id, error=type(error).__name__)


@lru_cache(maxsize=1)
def _sender() -> Celery:
    """Return an application that only sends: a web process runs no worker's, and current_app there has no settings."""
    sender = Celery("shopconnect", set_as_current=False)
    sender.config_from_object("django.conf:settings", namespace="CELERY")
    return sender


def _producer() -> object:
    """Return this thread's own producer: its time-outs are far shorter than a worker's connection may have."""
    if not hasattr(_local, "producer"):
        moment = dict.fromkeys(("socket_timeout", "socket_connect_timeout"), settings.MOMENT_SECONDS)
        options = {**_sender().conf.broker_transport_options, **_ONCE, **moment}
        connection = _sender().connection_for_write(transport_options=options)
        _local.producer = _sender().amqp.Producer(connection, auto_declare=False)
    return _local.producer
