"""An artefact is seen whole or not at all, by every reader, whatever is written meanwhile."""

import gc
import json
import mmap
import shutil
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.files.storage import default_storage

from shopconnect.core import caches
from shopconnect.core.artefacts import arrays as arrays_module
from shopconnect.core.artefacts import pointers, store
from shopconnect.core.artefacts.arrays import let_go, map_arrays
from shopconnect.core.artefacts.store import ARRAYS, MANIFEST, RETAINED_VERSIONS, erase, load, load_newest, save
from shopconnect.core.cache.redis import client
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from tests.waiting import PATIENCE_SECONDS

SHOP, OTHER = ShopId(41), ShopId(42)


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    monkeypatch.setattr(pointers, "POINTER_SECONDS", 0.0)
    erase(SHOP)
    erase(OTHER)


def place(version, shop_id=SHOP, room="room"):
    return Path(default_storage.path(f"shop/{shop_id}/{room}/{version}"))


def load_afresh(shop_id=SHOP, room="room"):
    """Load as a process does that has nothing open."""
    caches.reset_all()
    return load(shop_id, room)


def write_file(name, content):
    Path(default_storage.path(name)).write_bytes(content)


def point_at(version, shop_id=SHOP, room="room"):
    """Point readers at a version, as another process does."""
    pointers.Pointers(write_file).move(shop_id, room, version)


def versions(shop_id=SHOP, room="room"):
    return sorted(default_storage.listdir(f"shop/{shop_id}/{room}")[0])


def test_what_was_saved_is_loaded(monkeypatch):
    version = save(SHOP, "room", {"a": np.arange(6).reshape(2, 3), "words": np.array(["é", "b"])}, {"size": 2})
    found = load(SHOP, "room")
    assert (found.version, found.manifest["size"], found.arrays["a"].tolist()) == (version, 2, [[0, 1, 2], [3, 4, 5]])
    assert found.arrays["words"].tolist() == ["é", "b"]


def test_a_loaded_array_is_mapped_and_cannot_be_written():
    save(SHOP, "room", {"a": np.arange(3)}, {})
    array = load(SHOP, "room").arrays["a"]
    assert isinstance(array.base, mmap.mmap)
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 9


def test_an_array_without_elements_is_loaded():
    save(SHOP, "room", {"none": np.zeros((0, 3)), "scalar": np.array(4.5)}, {})
    arrays = load(SHOP, "room").arrays
    assert (arrays["none"].shape, float(arrays["scalar"])) == ((0, 3), 4.5)
    assert not arrays["none"].flags.writeable


def test_nothing_learnt_is_none():
    assert load(SHOP, "room") is None


def test_objects_are_never_pickled():
    with pytest.raises(ValueError, match="nothing is pickled"):
        save(SHOP, "room", {"a": np.array([{}])}, {})
    assert load(SHOP, "room") is None


def test_each_shop_and_room_has_its_own():
    save(SHOP, "room", {"a": np.array([1])}, {})
    save(SHOP, "cards", {"a": np.array([2])}, {})
    save(OTHER, "room", {"a": np.array([3])}, {})
    assert [int(load(*where).arrays["a"][0]) for where in ((SHOP, "room"), (SHOP, "cards"), (OTHER, "room"))] == [
        1,
        2,
        3,
    ]
    erase(SHOP)
    assert (load(SHOP, "room"), load(SHOP, "cards")) == (None, None)
    assert load(OTHER, "room") is not None


def test_old_versions_go_and_open_ones_stay_readable():
    save(SHOP, "room", {"a": np.arange(100_000)}, {})
    held = load(SHOP, "room")
    kept = [save(SHOP, "room", {"a": np.arange(3)}, {}) for _ in range(4)][-RETAINED_VERSIONS:]
    assert versions() == kept
    assert int(held.arrays["a"].sum()) == 4_999_950_000


def test_a_failed_save_leaves_the_old_version(monkeypatch):
    version = save(SHOP, "room", {"a": np.array([1])}, {})
    with pytest.raises(ValueError, match="nothing is pickled"):
        save(SHOP, "room", {"a": np.array([1]), "b": np.array([{}])}, {})
    assert load(SHOP, "room").version == version


def test_a_reader_whose_version_was_dropped_finds_the_new_one():
    dropped, *_, last = [save(SHOP, "room", {"a": np.array([number])}, {}) for number in range(4)]
    client().set(f"shop:{SHOP}:artefact:room", dropped)
    assert load_afresh().version == last


def test_what_another_process_saves_is_seen_after_some_seconds(monkeypatch):
    monkeypatch.setattr(pointers, "POINTER_SECONDS", 60.0)
    first, second = (save(SHOP, "room", {"a": np.array([number])}, {}) for number in (1, 2))
    assert load(SHOP, "room").version == second
    point_at(first)
    assert load(SHOP, "room").version == second
    monkeypatch.setattr(pointers, "POINTER_SECONDS", 0.0)
    assert load(SHOP, "room").version == first


def test_readers_see_one_version_whole_while_it_is_swapped():
    save(SHOP, "room", {"a": np.zeros(1000), "b": np.zeros(1000)}, {"number": 0})
    ended, broken, seen = threading.Event(), [], set()

    def read():
        while not ended.is_set():
            found = load(SHOP, "room")
            numbers = {found.manifest["number"], *np.unique(found.arrays["a"]), *np.unique(found.arrays["b"])}
            seen.add(found.manifest["number"])
            if len(numbers) != 1:
                broken.append(numbers)

    readers = [threading.Thread(target=read) for _ in range(3)]
    [reader.start() for reader in readers]
    for number in range(1, 31):
        save(SHOP, "room", {"a": np.full(1000, number), "b": np.full(1000, number)}, {"number": number})
    ended.set()
    [reader.join() for reader in readers]
    assert broken == []
    assert len(seen) > 1


def test_only_the_latest_version_of_a_room_stays_open():
    opened = []
    for number in range(3):
        save(SHOP, "room", {"a": np.array([number])}, {})
        opened.append(weakref.ref(load(SHOP, "room").arrays["a"]))
    gc.collect()
    assert [array() is not None for array in opened] == [False, False, True]


def test_the_manifest_says_what_it_is():
    version = save(SHOP, "room", {"b": np.array([1]), "a": np.array([1])}, {"x": 1, "shop": "said by somebody"})
    facts = json.loads((place(version) / MANIFEST).read_text())
    assert (facts["x"], facts["schema"], facts["shop"], facts["room"]) == (1, store.SCHEMA, SHOP, "room")
    assert sorted(facts["arrays"]) == ["a", "b"]
    assert list(facts["sha256"]) == [ARRAYS]


class FarStorage:
    """Storage without local paths that writes over what is there, as S3 does."""

    def __getattr__(self, name):
        return getattr(default_storage, name)

    def path(self, name):
        raise NotImplementedError

    def save(self, name, content):
        default_storage.delete(name)
        return default_storage.save(name, content)


def test_copies_of_far_storage_do_not_pile_up(monkeypatch):
    monkeypatch.setattr(store, "default_storage", FarStorage())
    for number in range(5):
        version = save(SHOP, "room", {"a": np.array([number])}, {})
        found = load(SHOP, "room")
        assert (found.version, found.arrays["a"].tolist()) == (version, [number])
    copies = [folder.name for folder in (settings.ARTEFACT_CACHE / "shop" / str(SHOP) / "room").iterdir()]
    assert len(copies) == RETAINED_VERSIONS
    assert version in copies


def test_an_array_of_any_kind_is_found_where_it_lies():
    arrays = {
        "flags": np.array([True, False, True]),
        "half": np.arange(5, dtype=np.float16),
        "words": np.array(["é", "bcd"]),
        "turned": np.arange(6).reshape(2, 3).T,
        "wide": np.arange(1000.0),
        "one": np.array(7, dtype=np.int8),
    }
    save(SHOP, "room", arrays, {})
    found = load(SHOP, "room").arrays
    assert all(
        np.array_equal(found[name], array) and found[name].dtype == array.dtype for name, array in arrays.items()
    )


def test_a_version_is_opened_once_however_many_ask(monkeypatch):
    save(SHOP, "room", {"a": np.arange(10)}, {})
    reads, go = [], threading.Event()

    def slowly(*asked):
        reads.append(asked)
        go.wait(PATIENCE_SECONDS)
        return map_arrays(*asked)

    monkeypatch.setattr(store, "map_arrays", slowly)
    found = []
    readers = [threading.Thread(target=lambda: found.append(load(SHOP, "room"))) for _ in range(8)]
    [reader.start() for reader in readers]
    go.set()
    [reader.join() for reader in readers]
    assert len(reads) == 1
    assert len({artefact.version for artefact in found}) == 1


def test_who_does_not_wait_gets_the_version_before(monkeypatch):
    first = save(SHOP, "room", {"a": np.arange(10)}, {})
    load(SHOP, "room")
    second = save(SHOP, "room", {"a": np.arange(10)}, {})
    go = threading.Event()
    monkeypatch.setattr(store, "map_arrays", lambda *asked: go.wait(PATIENCE_SECONDS) and map_arrays(*asked))
    with store.patience(0.01):
        assert load(SHOP, "room").version == first
        caches.reset_all()
        assert load(SHOP, "room") is None
    go.set()
    assert load(SHOP, "room").version == second


def test_of_two_who_save_at_once_one_is_served_whole():
    with_both = threading.Barrier(2)

    def write(number):
        with_both.wait()
        for _ in range(10):
            save(SHOP, "room", {"a": np.full(2000, number)}, {"number": number})

    with ThreadPoolExecutor() as pool:
        writers = [pool.submit(write, number) for number in (1, 2)]
        while not all(writer.done() for writer in writers):
            found = load_afresh()
            if found:
                assert {found.manifest["number"]} == set(np.unique(found.arrays["a"]))
        assert [writer.result() for writer in writers] == [None, None]
    assert load_afresh().version == versions()[-1]
    assert len(versions()) == RETAINED_VERSIONS


def test_of_two_who_drop_an_old_version_at_once_neither_fails(monkeypatch):
    oldest = save(SHOP, "room", {"a": np.array([1])}, {})
    save(SHOP, "room", {"a": np.array([2])}, {})
    listed = default_storage.listdir

    def list_late(folder):
        if folder.endswith(oldest) and place(oldest).exists():
            shutil.rmtree(place(oldest))
        return listed(folder)

    monkeypatch.setattr(store.default_storage, "listdir", list_late)
    newest = save(SHOP, "room", {"a": np.array([3])}, {})
    assert load_afresh().version == newest
    assert oldest not in versions()


def test_who_saves_later_is_served_though_its_clock_is_behind(monkeypatch):
    first = save(SHOP, "room", {"a": np.array([1])}, {})
    monkeypatch.setattr(store, "now", lambda: now() - store.UNFINISHED)
    second = save(SHOP, "room", {"a": np.array([2])}, {})
    assert first < second == load_afresh().version


def test_what_nobody_finished_goes_in_time_and_counts_for_nothing():
    old, young = "20200101T000000000000-abcd", "29991231T000000000000-abcd"
    for name in (old, young):
        place(name).mkdir(parents=True)
        (place(name) / ARRAYS).write_bytes(b"half")
    kept = [save(SHOP, "room", {"a": np.array([number])}, {}) for number in range(3)][-RETAINED_VERSIONS:]
    assert versions() == [*kept, young]


def test_redis_repeats_the_pointer_and_the_file_is_the_truth(monkeypatch):
    version = save(SHOP, "room", {"a": np.array([1])}, {})
    key = f"shop:{SHOP}:artefact:room"
    assert client().get(key) == version.encode()
    assert 0 < client().ttl(key) <= pointers.REPEATED_SECONDS
    with monkeypatch.context() as unreadable:
        unreadable.setattr(pointers.default_storage, "open", None)
        assert load(SHOP, "room").version == version
    client().delete(key)
    assert load(SHOP, "room").version == version
    assert client().get(key) == version.encode()


def test_while_redis_is_away_the_file_is_read(monkeypatch, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    version = save(SHOP, "room", {"a": np.array([1])}, {})
    assert load(SHOP, "room").version == version
    newer = save(SHOP, "room", {"a": np.array([2])}, {})
    assert load(SHOP, "room").version == newer
    erase(SHOP)
    assert load(SHOP, "room") is None


def test_what_is_erased_is_repeated_by_nobody():
    save(SHOP, "room", {"a": np.array([1])}, {})
    load(SHOP, "room")
    erase(SHOP)
    assert client().keys(f"shop:{SHOP}:artefact:*") == []
    assert load(SHOP, "room") is None


def test_who_goes_on_from_a_version_reads_which_is_current_at_once(monkeypatch):
    monkeypatch.setattr(pointers, "POINTER_SECONDS", 60.0)
    first, second = (save(SHOP, "room", {"a": np.array([number])}, {}) for number in (1, 2))
    point_at(first)
    assert load(SHOP, "room").version == second
    assert load_newest(SHOP, "room").version == first


def test_what_was_not_asked_for_lately_is_let_go_of_and_still_there(monkeypatch):
    let_go_of = []
    monkeypatch.setattr(arrays_module, "let_go", lambda arrays: let_go_of.append(arrays) or let_go(arrays))
    monkeypatch.setattr(store, "HELD_ARTEFACTS", 2)
    caches.reset_all()
    for room in ("one", "two", "three"):
        save(SHOP, room, {"a": np.arange(100_000)}, {})
    load(SHOP, "one")
    held = load(SHOP, "one")
    assert int(held.arrays["a"].sum()) == 4_999_950_000
    [load(SHOP, room) for room in ("two", "three") for _ in range(2)]
    assert any(arrays is held.arrays for arrays in let_go_of)
    assert load(SHOP, "one") is held
    assert int(held.arrays["a"].sum()) == 4_999_950_000
