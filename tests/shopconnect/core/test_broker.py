"""A wake is a hint: quick, throttled, and nothing breaks while Redis is away."""

import json
import socket
import threading
from contextlib import contextmanager

import pytest
from celery import shared_task
from django.db import transaction
from django.test import TestCase

from shopconnect.core.cache import breaker
from shopconnect.core.cache.redis import client
from shopconnect.core.jobs import broker


@shared_task(name="work.broker_probe")
def probe(shop_id):
    """Stand in for a kind of work."""


@pytest.fixture(autouse=True)
def fresh_broker(monkeypatch, settings):
    settings.CELERY_TASK_ROUTES = {probe.name: {"queue": "probes"}}  # of which no worker takes
    monkeypatch.setattr(breaker, "BREAKER_SECONDS", 3600.0)
    client().delete("probes")


@pytest.fixture
def broker_at(settings):
    """Have wakes go to another place meanwhile."""

    @contextmanager
    def at(url):
        before, waits = settings.CELERY_BROKER_URL, settings.MOMENT_SECONDS
        settings.CELERY_BROKER_URL, settings.MOMENT_SECONDS = url, 0.05
        broker.forget()
        yield
        settings.CELERY_BROKER_URL, settings.MOMENT_SECONDS = before, waits

    return at


@pytest.fixture
def dead_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    return f"redis://127.0.0.1:{port}/0"


@pytest.fixture
def silent_port():
    """A server that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


@pytest.fixture
def full_port():
    """A server whose queue of connections is full: connecting hangs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        for _ in range(4):
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(listener.getsockname())
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        for one in waiting:
            one.close()


def wake(shop_id=1, *, throttled=False):
    with TestCase.captureOnCommitCallbacks(execute=True):
        broker.wake(probe, shop_id, throttled=throttled)


def sent():
    return [json.loads(text) for text in client().lrange("probes", 0, -1)]


def test_a_wake_carries_the_shop_and_nothing_else(db):
    wake(7)
    (message,) = sent()
    assert (message["headers"]["task"], message["headers"]["argsrepr"]) == ("work.broker_probe", "(7,)")


@pytest.mark.parametrize("server", ["dead_port", "silent_port", "full_port"])
def test_without_redis_a_wake_is_tried_once_and_then_not_at_all(server, request, db, broker_at, caplog):
    with broker_at(request.getfixturevalue(server)):
        for _ in range(3):
            wake()
        assert broker.breaker.is_open
    assert [record.msg["event"] for record in caplog.records] == ["broker_away"]


def test_redis_back_is_found_when_the_breaker_closes(dead_port, db, broker_at):
    with broker_at(dead_port):
        wake(3)
    broker.forget()
    wake(4)
    assert [message["headers"]["argsrepr"] for message in sent()] == ["(4,)"]


def test_a_wake_waits_for_the_commit(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        broker.wake(probe, 7, throttled=False)
        assert sent() == []
    assert len(sent()) == 1


def test_a_wake_is_not_sent_by_a_transaction_that_fails(transactional_db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        broker.wake(probe, 7, throttled=False)
        raise ZeroDivisionError
    assert sent() == []


def test_nobody_is_woken_by_who_does_the_work_himself(transactional_db):
    with pytest.raises(ZeroDivisionError), broker.unheard():  # noqa: PT012
        broker.wake(probe, 7, throttled=False)
        elsewhere = threading.Thread(target=broker.wake, args=(probe, 8), kwargs={"throttled": False})
        elsewhere.start()
        elsewhere.join()
        assert [message["headers"]["argsrepr"] for message in sent()] == ["(8,)"]
        raise ZeroDivisionError
    broker.wake(probe, 9, throttled=False)
    assert len(sent()) == 2


def test_a_burst_is_one_wake_at_once_and_one_at_the_end_of_the_second(db, monkeypatch):
    monkeypatch.setattr(broker, "SECONDS_A_WAKE", 3600.0)  # a second, on a machine that is never slow
    for _ in range(50):
        wake(7, throttled=True)
    etas = [message["headers"]["eta"] for message in sent()]
    assert len(etas) == 2
    assert sorted(eta is None for eta in etas) == [False, True]


def test_one_shops_burst_does_not_hold_back_another(db):
    for shop_id in (7, 8, 7, 8, 7, 8):
        wake(shop_id, throttled=True)
    assert sorted(m["headers"]["argsrepr"] for m in sent() if m["headers"]["eta"] is None) == ["(7,)", "(8,)"]


def test_the_workers_own_connections_keep_their_long_time_outs(settings):
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS == {"visibility_timeout": 6 * 3600}
