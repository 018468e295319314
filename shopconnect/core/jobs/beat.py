"""What the beat wakes: the tasks that run by the clock, each with the period that its function was marked with.

It imports no model, so that the Celery application may read it before Django is set up.
"""

from collections.abc import Mapping

from shopconnect.core.registries import registry

MINUTE_SECONDS, HOUR_SECONDS, DAY_SECONDS = 60, 3600, 86_400

_periods: dict[str, float] = registry({})


def beat_each(task: str, seconds: float) -> None:
    """Have the beat wake a task, by its Celery name, at a period."""
    _periods[task] = seconds


def tick_seconds(slot_seconds: int) -> int:
    """Return how often the beat asks for work that is done once a slot.

    Within a minute, or an hour for slots of an hour and more, so that a beat that was away when a slot began does its
    work late and not never. A tick that finds its slot taken costs one row that is not inserted.
    """
    return min(slot_seconds, HOUR_SECONDS if slot_seconds >= HOUR_SECONDS else MINUTE_SECONDS)


def beat_schedule() -> Mapping[str, dict[str, object]]:
    """Return Celery's schedule of all that was marked; a tick that waited until the next one is due is dropped."""
    return {
        task: {"task": task, "schedule": seconds, "options": {"expires": seconds}} for task, seconds in _periods.items()
    }
