"""/healthz asks nobody; /readyz says which part is away, and soon."""

import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client

from shopconnect.core.cache.redis import client as redis
from shopconnect.core.clock import now
from shopconnect.core.jobs import heartbeat
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.timetable import minute
from shopconnect.core.models import Slot
from shopconnect.core.observability import health
from tests.waiting import until

QUEUES = [queue.value for queue in Queue]


@pytest.fixture(autouse=True)
def silence():
    for queue in QUEUES:
        redis().delete(f"heartbeat:{queue}")
    yield
    for queue in QUEUES:
        redis().delete(f"heartbeat:{queue}")


@pytest.fixture
def whole(db):
    """A system all of whose parts live."""
    heartbeat.note_heartbeat("worker@here", QUEUES)
    minute()


def ready(client=None):
    response = (client or Client()).get("/readyz")
    return response.status_code, {name: part["state"] for name, part in response.json()["parts"].items()}


def test_the_process_says_that_it_lives_and_asks_nobody(monkeypatch, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"alive": True})


def test_all_is_ready_when_every_part_is(whole):
    assert ready() == (200, {"database": "up", "redis": "up", "workers": "up", "beat": "up"})


def test_a_queue_without_a_worker_is_named_to_who_holds_the_token(whole, settings):
    settings.METRICS_TOKEN = "secret"
    redis().delete("heartbeat:learn")
    response = Client(headers={"Authorization": "Bearer secret"}).get("/readyz")
    assert response.status_code == 503
    assert response.json()["parts"]["workers"] == {
        "state": "down",
        "queues": {"hooks": 1, "chat": 1, "sync": 1, "send": 1, "load": 1, "learn": 0, "compose": 1},
    }


def test_a_worker_that_fell_silent_is_down(whole):
    redis().zadd("heartbeat:chat", {"worker@here": time.time() - heartbeat.SILENT_SECONDS - 1})
    assert ready()[1]["workers"] == "down"


def test_a_worker_that_went_is_not_counted_on(whole):
    heartbeat.note_heartbeat("other@here", ["chat"])
    heartbeat.drop_heartbeat("worker@here", QUEUES)
    assert heartbeat.count_workers(["chat", "hooks"]) == {"chat": 1, "hooks": 0}


def test_a_beat_that_stopped_is_down(whole):
    Slot.objects.update(slot=now() - health.BEAT_SILENT - timedelta(seconds=1))
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["parts"]["beat"]["state"]) == (503, "down")


def test_a_beat_that_never_ticked_is_down(db):
    heartbeat.note_heartbeat("worker@here", QUEUES)
    assert ready()[1] == {"database": "up", "redis": "up", "workers": "up", "beat": "down"}


def test_redis_away_is_said(whole, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert ready() == (503, {"database": "up", "redis": "down", "workers": "unknown", "beat": "up"})


def test_the_database_away_is_said_and_the_rest_as_well(whole, monkeypatch):
    def away():
        raise OperationalError("gone")

    monkeypatch.setattr(health, "last_beat", away)
    assert ready() == (503, {"database": "down", "redis": "up", "workers": "up", "beat": "unknown"})


@pytest.mark.parametrize(("token", "sent"), [("", ""), ("", "Bearer "), ("secret", ""), ("secret", "Bearer wrong")])
def test_strangers_are_told_nothing_but_states(whole, settings, token, sent):
    settings.METRICS_TOKEN = token
    body = Client(headers={"Authorization": sent}).get("/readyz").json()
    assert body == {"ready": True, "parts": dict.fromkeys(("database", "redis", "workers", "beat"), {"state": "up"})}


def test_a_real_worker_notes_its_heartbeat(worker, db):
    until(lambda: all(heartbeat.count_workers(QUEUES).values()))
