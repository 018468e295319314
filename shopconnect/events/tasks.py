"""Tasks of the events room."""

from datetime import datetime

from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.timetable import each_slot
from shopconnect.events.intake import move_batches


@each_slot("events", seconds=10, queue=Queue.HOOKS)
def events(slot: datetime) -> None:
    """Every ten seconds, move what shoppers' devices told into the table."""
    move_batches()
