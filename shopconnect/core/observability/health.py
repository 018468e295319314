"""Whether this process lives, and whether the system can do its work: each part's state, found in a second or two."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection, transaction

from shopconnect.core.cache.redis import RedisError, client
from shopconnect.core.clock import now, write_time
from shopconnect.core.jobs.heartbeat import count_workers
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.timetable import last_beat

BEAT_SILENT = timedelta(minutes=3)
DATABASE_MILLISECONDS = 1000
UP, DOWN, UNKNOWN = "up", "down", "unknown"


@dataclass(frozen=True, slots=True)
class HealthPart:
    """The state of one part: up, down, or unknown where what would tell is itself away."""

    state: str
    details: Mapping[str, object]

    def shown(self) -> dict[str, object]:
        """Return it as JSON says it."""
        return {"state": self.state, **self.details}


def find_parts() -> dict[str, HealthPart]:
    """Return the state of database, Redis, workers and beat. Raises nothing."""
    beat, database = _database()
    redis, workers = _redis()
    return {"database": database, "redis": redis, "workers": workers, "beat": beat}


def is_ready(parts: Mapping[str, HealthPart]) -> bool:
    """Say whether every part is up."""
    return all(part.state == UP for part in parts.values())


def _database() -> tuple[HealthPart, HealthPart]:
    """Return the state of the beat, which the database tells, and of the database."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(DATABASE_MILLISECONDS)])
            last = last_beat()
    except (DatabaseError, InterfaceError):
        return HealthPart(UNKNOWN, {}), HealthPart(DOWN, {})
    return _beat(last), HealthPart(UP, {})


def _beat(last: datetime | None) -> HealthPart:
    fresh = last is not None and now() - last <= BEAT_SILENT
    return HealthPart(UP if fresh else DOWN, {"last": write_time(last) if last else None})


def _redis() -> tuple[HealthPart, HealthPart]:
    try:
        client().ping()
        counts = count_workers(queue.value for queue in Queue)
    except (RedisError, OSError):
        return HealthPart(DOWN, {}), HealthPart(UNKNOWN, {})
    return HealthPart(UP, {}), HealthPart(UP if all(counts.values()) else DOWN, {"queues": dict(counts)})
