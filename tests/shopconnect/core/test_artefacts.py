"""An artefact is seen whole or not at all, by every reader, whatever is written meanwhile."""

import json
import threading

import numpy as np
import pytest
from django.conf import settings
from django.core.files.storage import default_storage

from shopconnect.core import artefacts
from shopconnect.core.artefacts import KEPT_VERSIONS, erase, load, save
from shopconnect.core.tenancy import ShopId

SHOP, OTHER = ShopId(41), ShopId(42)


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    monkeypatch.setattr(artefacts, "POINTER_SECONDS", 0.0)
    erase(SHOP)
    erase(OTHER)


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
    assert isinstance(array, np.memmap)
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
    with pytest.raises(ValueError, match="allow_pickle"):
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
    kept = [save(SHOP, "room", {"a": np.arange(3)}, {}) for _ in range(4)][-KEPT_VERSIONS:]
    assert versions() == kept
    assert int(held.arrays["a"].sum()) == 4_999_950_000


def test_a_failed_save_leaves_the_old_version(monkeypatch):
    version = save(SHOP, "room", {"a": np.array([1])}, {})
    with pytest.raises(ValueError, match="allow_pickle"):
        save(SHOP, "room", {"a": np.array([1]), "b": np.array([{}])}, {})
    assert load(SHOP, "room").version == version


def test_a_reader_whose_version_was_dropped_finds_the_new_one(monkeypatch):
    monkeypatch.setattr(artefacts, "POINTER_SECONDS", 60.0)
    artefacts._pointers.forget()
    save(SHOP, "room", {"a": np.array([0])}, {})
    artefacts._pointers.read(SHOP, "room")
    last = [save(SHOP, "room", {"a": np.array([number])}, {}) for number in (1, 2, 3)][-1]
    assert load(SHOP, "room").version == last


def test_the_pointer_is_read_once_a_second(monkeypatch):
    monkeypatch.setattr(artefacts, "POINTER_SECONDS", 60.0)
    artefacts._pointers.forget()
    first = save(SHOP, "room", {"a": np.array([0])}, {})
    assert load(SHOP, "room").version == first
    save(SHOP, "room", {"a": np.array([1])}, {})
    assert load(SHOP, "room").version == first
    artefacts._pointers.forget()
    assert load(SHOP, "room").version != first


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
    for number in range(3):
        save(SHOP, "room", {"a": np.array([number])}, {})
        load(SHOP, "room")
    assert len([key for key in artefacts._open._kept if key[:2] == (SHOP, "room")]) == 1


def test_the_manifest_names_its_arrays():
    version = save(SHOP, "room", {"b": np.array([1]), "a": np.array([1])}, {"x": 1})
    with default_storage.open(f"shop/{SHOP}/room/{version}/manifest.json") as file:
        assert json.load(file) == {"x": 1, "arrays": ["a", "b"]}


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
    monkeypatch.setattr(artefacts, "default_storage", FarStorage())
    for number in range(5):
        version = save(SHOP, "room", {"a": np.array([number])}, {})
        found = load(SHOP, "room")
        assert (found.version, found.arrays["a"].tolist()) == (version, [number])
    copies = [folder.name for folder in (settings.ARTEFACT_CACHE / "shop" / str(SHOP) / "room").iterdir()]
    assert len(copies) == KEPT_VERSIONS
    assert version in copies
