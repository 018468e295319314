"""The cache is Redis, and this process's memory while Redis is away."""

import socket
import time

import pytest

from shopconnect.core.cache import backend as cache_module
from shopconnect.core.cache.backend import ForgivingRedisCache


@pytest.fixture
def away():
    """A cache whose server takes connections and says nothing."""
    cache_module._breaker.reset()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        yield ForgivingRedisCache(f"redis://127.0.0.1:{listener.getsockname()[1]}/0", {})
    cache_module._breaker.reset()


def test_without_redis_it_keeps_counting_in_memory(away):
    away.clear()
    assert away.add("limit", 1) is True
    assert away.add("limit", 1) is False
    assert (away.incr("limit"), away.get("limit")) == (2, 2)
    assert away.delete("limit") is True
    assert away.get("limit", "none") == "none"


def test_without_redis_only_the_first_call_waits(away):
    started = time.perf_counter()
    for _ in range(20):
        away.get("x")
    assert time.perf_counter() - started < 0.6


def test_with_redis_it_is_shared_between_processes(settings):
    first, second = (ForgivingRedisCache(settings.REDIS_URL, {}) for _ in range(2))
    first.set("x", {"a": 1})
    assert second.get("x") == {"a": 1}
    assert second.touch("x", 10) is True
