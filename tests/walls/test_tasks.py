"""Every task has a queue and limits, and work takes ids only; that it may run twice is seen in test_twice.py."""

import re

import pytest

from shopconnect.celery import app
from shopconnect.core.jobs import queues
from shopconnect.core.jobs import work as tasks
from shopconnect.core.jobs.queues import IN_FLIGHT_A_SHOP, LIMIT_SECONDS, Queue
from tests.servers import ROOT

PACKAGES = ("shopconnect.", "recommender.", "chatbot.")


def our_tasks() -> dict[str, object]:
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if task.__module__.startswith(PACKAGES)}


def our_kinds() -> list[str]:
    """Kinds of work that are rows."""
    app.loader.import_default_modules()
    return sorted(kind for kind, work in tasks.kinds().items() if work.body.__module__.startswith(PACKAGES))


def test_there_are_tasks_to_look_at():
    assert {"core.sweep", "timetable.minute"} <= set(our_tasks())


@pytest.mark.parametrize("name", sorted(our_tasks()))
def test_a_task_names_its_queue_and_has_its_limits(name):
    task = our_tasks()[name]
    queue = Queue(str(queues.find_queue(name)))
    assert 0 < task.soft_time_limit < task.time_limit <= LIMIT_SECONDS[queue]
    assert task.acks_late
    assert task.ignore_result
    assert app.amqp.router.route({}, name)["queue"].name == queue


def test_every_queue_has_a_limit_and_a_share():
    assert set(LIMIT_SECONDS) == set(IN_FLIGHT_A_SHOP) == set(Queue)


def test_who_starts_the_processes_by_the_operators_page_leaves_no_queue_without_a_worker():
    page = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    named = ",".join(re.findall(r"celery worker -Q (\S+)", page)).split(",")
    assert sorted(named) == sorted(Queue)
    house = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    assert [queue for queue in Queue if f"`{queue}`" not in house] == []


def test_no_work_outlasts_the_broker():
    hours = app.conf.broker_transport_options["visibility_timeout"]
    assert max(LIMIT_SECONDS.values()) < hours


def test_every_entry_of_the_timetable_is_a_task():
    entries = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert entries - set(our_tasks()) == set()
    assert {name for name in our_tasks() if name.startswith("timetable.")} <= entries


def test_work_takes_ids_only():
    for kind in our_kinds():
        assert tasks.kinds()[kind].body.__code__.co_argcount == 2, kind
