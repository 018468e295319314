"""How one knows that workers live: each notes every few seconds, in Redis, which queues it takes work from.

The note is written by the worker's own loop, over the network to the same Redis that its work comes from; so a worker
that hangs, or has lost its broker, falls silent. It says nothing of the pool's processes: what they fail to do shows
as work that waits (`due` in the metrics).
"""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from celery import bootsteps

from shopconnect.core.cache.redis import RedisError, client
from shopconnect.core.observability.log import get_logger

EVERY_SECONDS, SILENT_SECONDS = 5.0, 20.0
log = get_logger(__name__)


def note_heartbeat(worker: str, queues: Iterable[str]) -> None:
    """Note that a worker takes work from some queues; raises RedisError."""
    moment = time.time()
    with client().pipeline(transaction=False) as pipe:
        for queue in queues:
            pipe.zadd(_key(queue), {worker: moment})
            pipe.zremrangebyscore(_key(queue), 0, moment - 100 * SILENT_SECONDS)
        pipe.execute()


def drop_heartbeat(worker: str, queues: Iterable[str]) -> None:
    """Note that a worker goes; raises RedisError."""
    with client().pipeline(transaction=False) as pipe:
        for queue in queues:
            pipe.zrem(_key(queue), worker)
        pipe.execute()


def count_workers(queues: Iterable[str]) -> Mapping[str, int]:
    """Return how many workers took work from each queue in the last seconds; raises RedisError."""
    names, since = list(queues), time.time() - SILENT_SECONDS
    with client().pipeline(transaction=False) as pipe:
        for queue in names:
            pipe.zcount(_key(queue), since, "+inf")
        return dict(zip(names, pipe.execute(), strict=True))


def _key(queue: str) -> str:
    return f"heartbeat:{queue}"


class Heartbeat(bootsteps.StartStopStep):  # type: ignore[misc]
    """The step of a Celery worker that notes its heartbeat."""

    requires = {"celery.worker.components:Timer"}

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self._entry: Any = None

    def start(self, worker: Any) -> None:
        """Note the heartbeat now, and then every few seconds."""
        self._note(worker)
        self._entry = worker.timer.call_repeatedly(EVERY_SECONDS, self._note, (worker,))

    def stop(self, worker: Any) -> None:
        """Take the note away, so that nobody counts on what is going."""
        if self._entry is not None:
            self._entry.cancel()
        try:
            drop_heartbeat(worker.hostname, _queues(worker))
        except (RedisError, OSError):
            log.info("heartbeat_left_to_fade", worker=worker.hostname)

    def _note(self, worker: Any) -> None:
        try:
            note_heartbeat(worker.hostname, _queues(worker))
        except (RedisError, OSError) as error:
            log.warning("heartbeat_lost", worker=worker.hostname, error=type(error).__name__)


def _queues(worker: Any) -> list[str]:
    return sorted(worker.app.amqp.queues.consume_from)
