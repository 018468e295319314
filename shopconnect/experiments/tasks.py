"""Doors of the experiments room's background work."""

from datetime import datetime

from shopconnect.core.tasks import Queue, each_slot
from shopconnect.experiments import counting


@each_slot("counts", seconds=60, queue=Queue.HOOKS)
def move_counts(slot: datetime) -> None:
    """Each minute, move what the widgets' door counted into the table."""
    counting.move_counts()
