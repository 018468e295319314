"""What a process remembers, and for how long."""

import threading

import pytest
from django.db import OperationalError

from shopconnect.core.cache.memory import FRESH_SECONDS, RETRY_SECONDS, STALE_SECONDS, Memory, NotRemembered
from tests.waiting import PATIENCE_SECONDS, until


class World:
    """A clock and a database that can go away."""

    def __init__(self) -> None:
        self.time, self.away, self.reads = 100.0, False, 0
        self.value: str | None = "a shop"
        self.memory = Memory(lambda key: self.load(key), clock=lambda: self.time, most_keys=100)

    def load(self, key: str) -> str | None:
        self.reads += 1
        if self.away:
            raise OperationalError("away")
        return self.value


def test_a_shop_is_read_once_a_minute():
    world = World()
    assert [world.memory.get("pk_a") for _ in range(3)] == ["a shop"] * 3
    assert world.reads == 1
    world.time += FRESH_SECONDS
    assert world.memory.get("pk_a") == "a shop"
    assert world.reads == 2


def test_a_key_that_opens_nothing_is_remembered_too():
    world = World()
    world.value = None
    assert [world.memory.get("pk_x") for _ in range(3)] == [None] * 3
    assert world.reads == 1


def test_an_hour_without_a_database_goes_unnoticed():
    world = World()
    world.memory.get("pk_a")
    world.away = True
    world.time += FRESH_SECONDS + 1
    assert [world.memory.get("pk_a") for _ in range(5)] == ["a shop"] * 5
    assert world.reads == 2  # one question, then none until some seconds have passed
    world.time += RETRY_SECONDS
    world.memory.get("pk_a")
    assert world.reads == 3
    world.time = 100 + STALE_SECONDS + 1
    with pytest.raises(NotRemembered):
        world.memory.get("pk_a")
    world.away = False
    world.time += RETRY_SECONDS
    assert world.memory.get("pk_a") == "a shop"


def test_a_shop_never_seen_cannot_be_answered_without_a_database():
    world = World()
    world.away = True
    for key in ("pk_a", "pk_b"):
        with pytest.raises(NotRemembered):
            world.memory.get(key)
    assert world.reads == 1  # the next does not wait for a database that failed a moment ago


def test_nobody_waits_for_a_database_that_does_not_answer(monkeypatch, settings):
    world, answers = World(), threading.Event()
    world.memory.get("pk_a")
    settings.MOMENT_SECONDS = 0.01
    monkeypatch.setattr(world, "load", lambda key: answers.wait(PATIENCE_SECONDS) and "the same shop, later")
    world.time += FRESH_SECONDS
    assert [world.memory.get("pk_a") for _ in range(50)] == ["a shop"] * 50
    answers.set()
    until(lambda: world.memory.get("pk_a") == "the same shop, later")


def test_an_error_that_is_not_the_databases_is_told_and_tried_again(monkeypatch):
    world = World()
    world.memory.get("pk_a")
    world.time += FRESH_SECONDS
    load, failing = world.load, iter([KeyError("a mistake of ours")])

    def broken(key: str) -> str | None:
        for error in failing:
            raise error
        return load(key)

    monkeypatch.setattr(world, "load", broken)
    with pytest.raises(KeyError):
        world.memory.get("pk_a")
    world.time += RETRY_SECONDS
    assert world.memory.get("pk_a") == "a shop"


def test_memory_is_bounded():
    world = World()
    for number in range(150):
        world.memory.get(f"pk_{number}")
    assert len(world.memory._cached) == 100
