"""The Celery application and its timetable."""

import os

from celery import Celery
from celery.signals import worker_init

from shopconnect.core.startup import refuse_dangerous_role, settle_memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopconnect.settings")

app = Celery("shopconnect")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add("shopconnect.core.jobs.heartbeat:Heartbeat")


def _every(seconds: float, task: str) -> dict[str, object]:
    # A tick that waited until the next one is due is worth nothing any more.
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


app.conf.beat_schedule = {
    "sweep": _every(30.0, "core.sweep"),
    "minute": _every(60.0, "timetable.minute"),
    "events": _every(10.0, "timetable.events"),
    "old_chats": _every(3600.0, "timetable.old_chats"),
    "forget": _every(3600.0, "timetable.forget"),
    "learn": _every(3600.0, "timetable.learn"),
    "add": _every(60.0, "timetable.add"),
    "plans": _every(3600.0, "timetable.plans"),
    "usage": _every(60.0, "timetable.usage"),
    "counts": _every(60.0, "timetable.counts"),
    "retention": _every(3600.0, "timetable.retention"),
    "quarter": _every(60.0, "timetable.quarter"),
    "night": _every(3600.0, "timetable.night"),
}


@worker_init.connect  # type: ignore[untyped-decorator]
def _begin(**_: object) -> None:
    refuse_dangerous_role()
    settle_memory()
