"""The cache is Redis, and this process's memory while Redis is away."""

import socket
from contextlib import suppress

import pytest

from shopconnect.core.cache import breaker
from shopconnect.core.cache.backend import ForgivingRedisCache


@pytest.fixture
def away(settings, monkeypatch):
    """A cache whose server takes connections and says nothing."""
    settings.REDIS_SECONDS = 0.05
    monkeypatch.setattr(breaker, "BREAKER_SECONDS", 3600.0)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        listener.setblocking(False)
        yield ForgivingRedisCache(f"redis://127.0.0.1:{listener.getsockname()[1]}/0", {}), listener


def test_without_redis_it_keeps_counting_in_memory(away):
    away, _listener = away
    away.clear()
    assert away.add("limit", 1) is True
    assert away.add("limit", 1) is False
    assert (away.incr("limit"), away.get("limit")) == (2, 2)
    assert away.delete("limit") is True
    assert away.get("limit", "none") == "none"


def count_connections(listener):
    """How many connections wait to be taken."""
    count = 0
    with suppress(BlockingIOError):
        while listener.accept():
            count += 1
    return count


def test_without_redis_only_the_first_call_waits(away):
    away, listener = away
    for _ in range(20):
        away.get("x")
    assert count_connections(listener) == 1


def test_with_redis_it_is_shared_between_processes(settings):
    first, second = (ForgivingRedisCache(settings.REDIS_URL, {}) for _ in range(2))
    first.set("x", {"a": 1})
    assert second.get("x") == {"a": 1}
    assert second.touch("x", 10) is True
