"""What happened is counted over all processes, at no call a request, and told to whoever has the token."""

import os
import signal

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from shopconnect.core.cache.redis import client as redis
from shopconnect.core.clock import now
from shopconnect.core.jobs import work
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.work import run_due
from shopconnect.core.models import Due
from shopconnect.core.observability import metrics
from shopconnect.core.observability.metrics import KEY, Tally, count_work, tally
from shopconnect.core.tenancy.scope import shop_scope

PAGE = {"authorization": "Bearer secret"}


@pytest.fixture(autouse=True)
def nothing_counted(settings):
    settings.METRICS_TOKEN = "secret"
    tally.hand_over()
    redis().delete(KEY)
    yield
    redis().delete(KEY)


def samples():
    page = Client().get("/metrics", headers=PAGE).content.decode()
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def test_without_the_setting_there_is_no_such_page(settings):
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", "Basic secret", "Bearer sécret"])
def test_a_wrong_token_sees_nothing(header, db):
    response = Client().get("/metrics", headers={"authorization": header} if header else {})
    assert (response.status_code, response.content) == (401, b"")


def test_requests_are_counted_by_view_method_and_status(db):
    Client().get("/healthz")
    Client().get("/healthz")
    Client().get("/api/v1/products/5")
    found = samples()
    assert found["shopconnect_requests_total", "200", "GET", "healthz"] == 2
    assert found["shopconnect_requests_total", "401", "GET", "rest:product"] == 1
    assert found["shopconnect_request_seconds_count", "healthz"] == 2
    assert found["shopconnect_request_seconds_bucket", "+Inf", "healthz"] == 2
    assert 0 < found["shopconnect_request_seconds_sum", "healthz"] < 5


def test_what_a_visitor_makes_up_is_no_label(db):
    client = Client()
    for number in range(3):
        client.generic(f"MADEUP{number}", f"/nothing/{number}")
    keys = {key[1:] for key in samples() if key[0] == "shopconnect_requests_total"}
    assert keys == {("404", "none", "other")}


def test_buckets_only_grow(db):
    for seconds in (0.004, 0.3, 99999.0):
        count_work("probe", "done", seconds)
    found = samples()
    edges = [
        found["shopconnect_work_seconds_bucket", *sorted([edge, "probe"])] for edge in ("0.005", "0.25", "0.5", "+Inf")
    ]
    assert edges == [1, 1, 2, 3]


def test_work_is_counted_by_how_it_ended(shop, new_room):
    bodies = {"good_work": lambda *_: None, "bad_work": lambda *_: [][1]}
    for kind, body in bodies.items():
        work.work(kind=kind, queue=Queue.HOOKS)(body)
        Due.objects.create(shop_id=shop, kind=kind, subject_id=1, due_at=now())
        run_due(shop, kind)
    found = samples()
    assert found["shopconnect_work_total", "done", "good_work"] == 1
    assert found["shopconnect_work_total", "bad_work", "failed"] == 1
    assert found["shopconnect_due", "bad_work", "waiting"] == 1


def test_parts_and_waiting_work_are_told(db):
    found = samples()
    assert (found["shopconnect_part_up", "database"], found["shopconnect_part_up", "redis"]) == (1, 1)
    assert found["shopconnect_due_oldest_seconds",] == 0


def test_without_redis_what_was_counted_is_kept_and_handed_over_later(db, settings, monkeypatch):
    url = settings.REDIS_URL
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    count_work("probe", "done", 0.1)
    tally.hand_over()
    page = Client().get("/metrics", headers=PAGE)
    assert page.status_code == 200
    assert b'shopconnect_part_up{part="redis"} 0.0' in page.content
    settings.REDIS_URL = url
    assert samples()["shopconnect_work_total", "done", "probe"] == 1


def test_two_processes_add_up(db):
    mine = Tally()
    mine.add("work|probe|done", 2)
    child = os.fork()
    if child == 0:
        mine.add("work|probe|done", 5)  # without what the parent counted
        mine.hand_over()
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    mine.hand_over()
    mine.hand_over()
    assert metrics.summed() == {"work|probe|done": 7}


def test_memory_stays_bounded(monkeypatch):
    monkeypatch.setattr(metrics, "MOST_SERIES", 3)
    mine = Tally()
    for number in range(10):
        mine.add(f"x|{number}")
    assert len(mine._sums) == 3


def test_counting_asks_no_server(shop):
    with shop_scope(shop):  # where a call to Redis would raise
        count_work("probe", "done", 0.1)
