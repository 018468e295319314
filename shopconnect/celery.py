"""The Celery application and its timetable."""

import os

from celery import Celery
from celery.signals import import_modules, worker_init

from shopconnect.core.jobs.beat import beat_schedule
from shopconnect.core.startup import close_stored_files, prepare_process, refuse_dangerous_role, settle_memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopconnect.settings")

app = Celery("shopconnect")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add("shopconnect.core.jobs.heartbeat:Heartbeat")


@import_modules.connect  # type: ignore[untyped-decorator]
def _fill_timetable(**_: object) -> None:
    """Take the periods from the functions that were marked with them, once every room's tasks are imported."""
    app.conf.beat_schedule = beat_schedule()


@worker_init.connect  # type: ignore[untyped-decorator]
def _begin(**_: object) -> None:
    refuse_dangerous_role()
    close_stored_files()
    prepare_process()
    settle_memory()
