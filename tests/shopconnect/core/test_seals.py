"""What is damaged, cut off or somebody else's is refused, and what was there before serves on."""

import json
import shutil

import numpy as np
import pytest
from django.conf import settings

from shopconnect.core import caches
from shopconnect.core.artefacts import store
from shopconnect.core.artefacts.store import ARRAYS, MANIFEST, load, roll_back, save
from tests.shopconnect.core.test_artefacts import OTHER, SHOP, FarStorage, clean, load_afresh, place, point_at, versions

__all__ = ["clean"]


def flip(file, at):
    raw = bytearray(file.read_bytes())
    raw[at] ^= 1
    file.write_bytes(bytes(raw))


def damage_a_byte(folder):
    flip(folder / ARRAYS, -3)


def damage_the_head(folder):
    flip(folder / ARRAYS, 0)


def cut_the_file(folder):
    (folder / ARRAYS).write_bytes((folder / ARRAYS).read_bytes()[:-64])


def damage_the_manifest(folder):
    flip(folder / MANIFEST, -30)


def cut_the_manifest(folder):
    (folder / MANIFEST).write_bytes((folder / MANIFEST).read_bytes()[:-1])


def unmark_the_manifest(folder):
    (folder / MANIFEST).write_text((folder / MANIFEST).read_text().replace('"schema"', '"schemb"'))


def leave_no_manifest(folder):
    (folder / MANIFEST).unlink()


def leave_no_arrays(folder):
    (folder / ARRAYS).unlink()


DAMAGES = (
    damage_a_byte,
    damage_the_head,
    cut_the_file,
    damage_the_manifest,
    cut_the_manifest,
    unmark_the_manifest,
    leave_no_manifest,
    leave_no_arrays,
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_refused_and_the_last_good_one_serves(damage, caplog):
    good = save(SHOP, "room", {"a": np.arange(100)}, {"x": 1})
    damage(place(save(SHOP, "room", {"a": np.arange(100, 200)}, {"x": 2})))
    found = load_afresh()
    assert (found.version, found.arrays["a"].tolist()) == (good, list(range(100)))
    assert "artefact_refused" in caplog.text


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_open_serves_on_when_its_successor_is_damaged(damage):
    good = save(SHOP, "room", {"a": np.arange(100)}, {})
    assert load(SHOP, "room").version == good
    damage(place(save(SHOP, "room", {"a": np.arange(100, 200)}, {})))
    assert load(SHOP, "room").version == good
    newest = save(SHOP, "room", {"a": np.arange(3)}, {})
    assert load(SHOP, "room").version == newest


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_with_nothing_before_it_is_nothing(damage):
    damage(place(save(SHOP, "room", {"a": np.arange(100)}, {})))
    assert load_afresh() is None


def test_what_is_refused_is_not_read_at_each_request(monkeypatch, caplog):
    damage_a_byte(place(save(SHOP, "room", {"a": np.arange(100)}, {})))
    assert [load(SHOP, "room") for _ in range(5)] == [None] * 5
    assert caplog.text.count("artefact_refused") == 1
    monkeypatch.setattr(store, "REFUSED_SECONDS", 0.0)
    caches.reset_all()
    load(SHOP, "room")
    load(SHOP, "room")
    assert caplog.text.count("artefact_refused") == 3


@pytest.mark.parametrize(("shop_id", "room"), [(OTHER, "room"), (SHOP, "other")])
def test_what_is_of_another_shop_or_room_is_refused(shop_id, room):
    mine = save(SHOP, "room", {"a": np.array([1])}, {})
    theirs = place(save(shop_id, room, {"a": np.array([2])}, {}), shop_id, room)
    stranger = "29991231T000000000000-zzzz"
    shutil.copytree(theirs, place(stranger))
    point_at(stranger)
    assert load_afresh().version == mine


def test_what_another_release_wrote_is_refused(monkeypatch):
    mine = save(SHOP, "room", {"a": np.array([1])}, {})
    with monkeypatch.context() as newer:
        newer.setattr(store, "SCHEMA", store.SCHEMA + 1)
        theirs = save(SHOP, "room", {"a": np.array([2])}, {})
        assert load_afresh().version == theirs
    assert load_afresh().version == mine


def test_what_was_written_before_there_were_seals_is_still_read():
    version = "20260101T000000000000-abcd"
    place(version).mkdir(parents=True)
    np.save(place(version) / "a.npy", np.arange(3))
    np.save(place(version) / "none.npy", np.zeros((0, 3)))
    (place(version) / MANIFEST).write_text(json.dumps({"x": 1, "arrays": ["a", "none"]}))
    point_at(version)
    found = load_afresh()
    assert (found.manifest["x"], found.arrays["a"].tolist(), found.arrays["none"].shape) == (1, [0, 1, 2], (0, 3))
    assert save(SHOP, "room", {"a": np.arange(3)}, {}) > version


def test_going_back_serves_the_version_before_until_something_is_learnt_again():
    first, second = (save(SHOP, "room", {"a": np.array([number])}, {}) for number in (1, 2))
    assert load(SHOP, "room").version == second
    assert roll_back(SHOP, "room") == first
    assert load(SHOP, "room").version == load_afresh().version == first
    assert versions() == [first]
    assert roll_back(SHOP, "room") is None
    assert load(SHOP, "room").version == first
    third = save(SHOP, "room", {"a": np.array([3])}, {})
    assert load(SHOP, "room").version == third


def test_going_back_to_what_is_damaged_is_refused():
    first, second = (save(SHOP, "room", {"a": np.array([number])}, {}) for number in (1, 2))
    damage_a_byte(place(first))
    assert roll_back(SHOP, "room") is None
    assert load_afresh().version == second


def test_there_is_nothing_to_go_back_to_where_nothing_was_learnt():
    assert roll_back(SHOP, "room") is None


def test_a_damaged_copy_of_far_storage_is_made_anew(monkeypatch):
    monkeypatch.setattr(store, "default_storage", FarStorage())
    version = save(SHOP, "room", {"a": np.arange(10)}, {})
    load(SHOP, "room")
    copy = settings.ARTEFACT_CACHE / "shop" / str(SHOP) / "room" / version
    damage_a_byte(copy)
    assert load_afresh() is None
    assert load_afresh().arrays["a"].tolist() == list(range(10))
