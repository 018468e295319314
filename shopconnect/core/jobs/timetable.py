"""Work by the clock: each entry runs once a slot, however many beats tick."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps

from celery import Task
from django.db import connection
from django.db.models import Max

from shopconnect.core.clock import now
from shopconnect.core.jobs.beat import MINUTE_SECONDS, beat_each, tick_seconds
from shopconnect.core.jobs.queues import Queue, task_on
from shopconnect.core.models import Slot


def each_slot(entry: str, seconds: int, queue: Queue = Queue.SYNC) -> Callable[[Callable[[datetime], None]], Task]:
    """Mark a function of the slot's start as an entry of the timetable, done once a slot however many beats tick.

    The period stands here and nowhere else: the beat reads it.
    """

    def enter(body: Callable[[datetime], None]) -> Task:
        @task_on(f"timetable.{entry}", queue)
        @wraps(body)
        def run() -> None:
            slot = take_slot(entry, seconds)
            if slot is not None:
                body(slot)

        beat_each(run.name, tick_seconds(seconds))
        return run

    return enter


def take_slot(entry: str, seconds: int) -> datetime | None:
    """Claim the running slot of an entry; None when another beat has it."""
    moment = int(now().timestamp())
    slot = datetime.fromtimestamp(moment - moment % seconds, UTC)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_slot (entry, slot) VALUES (%s, %s) ON CONFLICT DO NOTHING", [entry, slot])
        return slot if cursor.rowcount else None


# On the queue of short work: a long sync must not hide that the beat ticks.
@each_slot("minute", seconds=MINUTE_SECONDS, queue=Queue.HOOKS)
def minute(slot: datetime) -> None:
    """Leave the mark by which /readyz knows that a beat is ticking."""


def last_beat() -> datetime | None:
    """Return when a beat last ticked, None when never."""
    last: datetime | None = Slot.objects.filter(entry="minute").aggregate(last=Max("slot"))["last"]
    return last
