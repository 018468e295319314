"""The Celery application and its timetable."""

import os

from celery import Celery
from celery.signals import worker_init

from shopconnect.core.startup import refuse_dangerous_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopconnect.settings")

app = Celery("shopconnect")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add("shopconnect.core.pulse:Pulse")
app.conf.beat_schedule = {
    "sweep": {"task": "core.sweep", "schedule": 60.0},
    "minute": {"task": "timetable.minute", "schedule": 60.0},
    "old_chats": {"task": "timetable.old_chats", "schedule": 3600.0},
    "learn": {"task": "timetable.learn", "schedule": 3600.0},
}


@worker_init.connect  # type: ignore[untyped-decorator]
def _refuse_owner(**_: object) -> None:
    refuse_dangerous_role()
