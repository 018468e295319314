"""What changed in a shop is heard of in every process within seconds, and nobody waits for it."""

import pytest
from redis.exceptions import ConnectionError as RedisAway

from shopconnect.core.cache import versions
from shopconnect.core.cache.memory import FRESH_SECONDS, Memory
from shopconnect.core.cache.redis import client
from shopconnect.core.cache.versions import VERSION_SECONDS, CacheVersions
from shopconnect.core.tenancy.context import InScope, ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.widgets.services import FRONT_SECONDS

SHOP, OTHER = ShopId(901), ShopId(902)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The time of this process, and Redis without any mark."""
    told = [1000.0]
    monkeypatch.setattr(versions.time, "monotonic", lambda: told[0])
    for shop_id in (SHOP, OTHER):
        for key in client().keys(f"shop:{shop_id}:mark:*"):
            client().delete(key)
    return told


class WebProcess:
    """One of several web processes: what it remembers of shops, in front of one truth."""

    truth: dict[str, str] = {}  # noqa: RUF012

    def __init__(self, clock):
        self.reads = 0
        self.memory = Memory(self.load, clock=lambda: clock[0], versions=CacheVersions("rules"))

    def load(self, key):
        self.reads += 1
        return self.truth[key]


@pytest.fixture
def processes(clock, transactional_db, settings):
    """Two processes that remember what holds in two shops."""
    settings.MOMENT_SECONDS = 20.0
    WebProcess.truth = {str(SHOP): "old", str(OTHER): "other"}
    both = WebProcess(clock), WebProcess(clock)
    for process in both:
        assert [process.memory.get(key) for key in WebProcess.truth] == ["old", "other"]
    return both


@pytest.mark.parametrize("seconds", [VERSION_SECONDS, FRONT_SECONDS])
def test_what_is_shared_is_read_again_by_every_process_whatever_its_key(clock, transactional_db, settings, seconds):
    settings.MOMENT_SECONDS = 20.0
    truth = {"a key": "old"}
    here, there = (
        Memory(truth.get, clock=lambda: clock[0], versions=CacheVersions("shared", seconds), is_shared=True)
        for _ in range(2)
    )
    assert [one.get("a key") for one in (here, there)] == ["old", "old"]
    truth["a key"] = "new"
    here.renew(SHOP)
    assert [one.get("a key") for one in (here, there)] == ["new", "old"]
    clock[0] += seconds
    assert there.get("a key") == "new"


def test_what_is_to_be_current_waits_for_no_second(processes):
    here, there = processes
    WebProcess.truth[str(SHOP)] = "new"
    here.memory.renew(SHOP)
    assert there.memory.get(str(SHOP)) == "old"
    assert there.memory.get(str(SHOP), is_current=True) == "new"
    assert there.reads == 3


def test_another_process_reads_a_changed_shop_again_within_seconds_and_no_other_shop(processes, clock):
    here, there = processes
    WebProcess.truth[str(SHOP)] = "new"
    here.memory.renew(SHOP)
    assert here.memory.get(str(SHOP)) == "new"
    assert there.memory.get(str(SHOP)) == "old"
    clock[0] += VERSION_SECONDS
    assert [there.memory.get(str(shop)) for shop in (SHOP, OTHER, SHOP)] == ["new", "other", "new"]
    assert (here.reads, there.reads) == (3, 3)


def test_what_did_not_change_is_read_once_a_minute(processes, clock):
    _here, there = processes
    for _ in range(int(FRESH_SECONDS / VERSION_SECONDS) - 1):
        clock[0] += VERSION_SECONDS
        there.memory.get(str(SHOP))
    assert there.reads == 2
    clock[0] += VERSION_SECONDS
    there.memory.get(str(SHOP))
    assert there.reads == 3


def test_a_reading_that_began_before_a_change_does_not_hide_it(processes, clock):
    here, there = processes
    real = there.load

    def slow(key):
        value = real(key)
        if value == "old":
            WebProcess.truth[key] = "new"
            here.memory.renew(SHOP)
            clock[0] += VERSION_SECONDS
        return value

    there.memory._load = slow
    clock[0] += FRESH_SECONDS
    assert there.memory.get(str(SHOP)) == "old"
    assert there.memory.get(str(SHOP)) == "new"


def test_without_redis_what_is_remembered_answers_and_redis_is_left_alone(processes, clock, monkeypatch):
    here, there = processes
    calls = []

    def away():
        calls.append(1)
        raise RedisAway

    monkeypatch.setattr(versions, "quick_client", away)
    here.memory.renew(SHOP)  # nobody hears of it
    clock[0] += VERSION_SECONDS
    assert [there.memory.get(str(shop)) for shop in (SHOP, OTHER)] == ["old", "other"]
    assert len(calls) == 2


def test_a_mark_is_read_outside_of_scopes_only(db, shop):
    with shop_scope(shop), pytest.raises(InScope):
        CacheVersions("rules").read(shop)
