"""A wake is a hint: quick, throttled, and nothing breaks while Redis is away."""

import json
import socket
import threading
import time
from contextlib import contextmanager

import pytest
from celery import shared_task
from django.conf import settings
from django.db import transaction

from shopconnect.core.cache.breaker import BREAKER_SECONDS
from shopconnect.core.cache.redis import client
from shopconnect.core.jobs import broker, queues


@shared_task(name="work.broker_probe")
def probe(shop_id):
    """Stand in for a kind of work."""


@pytest.fixture(autouse=True)
def fresh_broker(monkeypatch, settings):
    settings.MOMENT_SECONDS = 0.05
    monkeypatch.setitem(queues._queues, probe.name, "probes")  # of which no worker takes
    monkeypatch.setattr(broker, "_throttle", broker._Throttle())
    broker.breaker.reset()
    broker._local.__dict__.clear()
    client().delete("probes")
    yield
    broker.breaker.reset()
    broker._local.__dict__.clear()


@contextmanager
def broker_at(url):
    conf = broker._sender().conf
    before, conf.broker_url = conf.broker_url, url
    broker._local.__dict__.clear()
    try:
        yield
    finally:
        conf.broker_url = before
        broker._local.__dict__.clear()


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


def wake_seconds(shop_id=1):
    started = time.perf_counter()
    broker._send(probe, shop_id, throttled=False)
    return time.perf_counter() - started


def sent():
    return [json.loads(text) for text in client().lrange("probes", 0, -1)]


def test_a_wake_carries_the_shop_and_nothing_else(db):
    broker._send(probe, 7, throttled=False)
    (message,) = sent()
    assert (message["headers"]["task"], message["headers"]["argsrepr"]) == ("work.broker_probe", "(7,)")


@pytest.mark.parametrize("server", ["dead_port", "silent_port", "full_port"])
def test_without_redis_a_wake_costs_one_short_wait_and_then_none(server, request, db):
    wake_seconds()  # what is loaded once is not what is measured
    with broker_at(request.getfixturevalue(server)):
        assert wake_seconds() < 0.4  # 50 ms, and the scheduling of a busy machine
        assert broker.breaker.is_open
        assert wake_seconds() < 0.05
    assert broker.breaker.open_until > time.monotonic() + BREAKER_SECONDS - 1


def test_redis_back_is_found_when_the_breaker_closes(dead_port, db):
    with broker_at(dead_port):
        wake_seconds(3)
    broker.breaker.reset()
    wake_seconds(4)
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


def test_a_burst_is_one_wake_at_once_and_one_at_the_end_of_the_second(db):
    for _ in range(50):
        broker._send(probe, 7, throttled=True)
    etas = [message["headers"]["eta"] for message in sent()]
    assert len(etas) == 2
    assert sorted(eta is None for eta in etas) == [False, True]


def test_one_shops_burst_does_not_hold_back_another(db):
    for shop_id in (7, 8, 7, 8, 7, 8):
        broker._send(probe, shop_id, throttled=True)
    assert sorted(m["headers"]["argsrepr"] for m in sent() if m["headers"]["eta"] is None) == ["(7,)", "(8,)"]


def test_the_workers_own_connections_keep_their_long_time_outs():
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS == {"visibility_timeout": 6 * 3600}
