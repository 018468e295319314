"""Artefacts: what a worker learnt and a door serves.

An artefact is an immutable folder `shop/<id>/<room>/<version>/` of numpy files with a manifest, never a pickle. One
pointer file names the current version, so that a reader sees the old one or the new one and nothing between. Readers
map the files into memory; storage that has no local path (S3) is copied to a local folder first.
"""

import contextlib
import io
import json
import os
import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage

from shopconnect.core.clock import now
from shopconnect.core.crypto import random_token
from shopconnect.core.tenancy import ShopId

KEPT_VERSIONS, REMOVALS = 2, 3
OPEN_ARTEFACTS = 2000
POINTER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Artefact:
    """One version in memory: arrays by name (read-only, memory-mapped) and the manifest."""

    version: str
    manifest: Mapping[str, Any]
    arrays: Mapping[str, np.ndarray]


def save(shop_id: ShopId, room: str, arrays: Mapping[str, np.ndarray], manifest: Mapping[str, Any]) -> str:
    """Store a new version, point readers at it, drop versions beyond the last two, and return its name."""
    version = f"{now():%Y%m%dT%H%M%S%f}-{random_token(4)}"
    folder = f"{_folder(shop_id, room)}/{version}"
    for name, array in arrays.items():
        _write(f"{folder}/{name}.npy", _npy(array))
    _write(f"{folder}/manifest.json", json.dumps({**manifest, "arrays": sorted(arrays)}, default=str).encode())
    _write(f"{_folder(shop_id, room)}/current", version.encode())
    _drop_old(shop_id, room, keep=version)
    return version


def load(shop_id: ShopId, room: str) -> Artefact | None:
    """Return the current version, or None when nothing was learnt yet. Touches no database."""
    version = _pointers.read(shop_id, room)
    try:
        return _open.get(shop_id, room, version) if version else None
    except FileNotFoundError:
        # Two newer versions came within the second in which the pointer is not read again: this one was dropped.
        version = _pointers.read(shop_id, room, afresh=True)
        return _open.get(shop_id, room, version) if version else None


def erase(shop_id: ShopId) -> None:
    """Remove everything that was learnt from a shop, and its other files."""
    _remove(default_storage, f"shop/{shop_id}")
    for folder in (settings.ARTEFACT_CACHE, settings.DATA_FOLDER):
        shutil.rmtree(Path(folder) / f"shop/{shop_id}", ignore_errors=True)
    _pointers.forget()


def _folder(shop_id: ShopId, room: str) -> str:
    return f"shop/{int(shop_id)}/{room}"


def _npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(array, order="C"), allow_pickle=False)
    return buffer.getvalue()


def _write(name: str, content: bytes) -> None:
    """Write whole or not at all: on a file system by renaming, elsewhere the storage sees to it."""
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:
        default_storage.save(name, ContentFile(content))
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())  # else a power cut leaves the new name with nothing in it
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)


def _drop_old(shop_id: ShopId, room: str, keep: str) -> None:
    versions = sorted(default_storage.listdir(_folder(shop_id, room))[0])
    for version in versions[:-KEPT_VERSIONS]:
        if version != keep:
            _remove(default_storage, f"{_folder(shop_id, room)}/{version}")


def _remove(storage: Storage, folder: str) -> None:
    for _ in range(REMOVALS):
        if not storage.exists(folder):
            return
        folders, files = storage.listdir(folder)
        for name in folders:
            _remove(storage, f"{folder}/{name}")
        for name in files:
            storage.delete(f"{folder}/{name}")
        with contextlib.suppress(OSError):  # a training that writes here meanwhile: what it wrote goes too
            storage.delete(folder)
    if storage.exists(folder):
        storage.delete(folder)


class _Pointers:
    """Which version is current, read from storage at most once a second."""

    def __init__(self) -> None:
        self._read: dict[tuple[int, str], tuple[float, str | None]] = {}

    def forget(self) -> None:
        self._read.clear()

    def read(self, shop_id: ShopId, room: str, *, afresh: bool = False) -> str | None:
        at, version = self._read.get((shop_id, room), (-POINTER_SECONDS, None))
        if not afresh and time.monotonic() - at < POINTER_SECONDS:
            return version
        try:
            with default_storage.open(f"{_folder(shop_id, room)}/current") as file:
                version = file.read().decode()
        except FileNotFoundError:
            version = None
        self._read[shop_id, room] = (time.monotonic(), version)
        return version


class _Open:
    """The artefacts a process has open, the least used dropped first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, str, str], Artefact] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, shop_id: ShopId, room: str, version: str) -> Artefact:
        key = (int(shop_id), room, version)
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        found = _read_artefact(_local_folder(f"{_folder(shop_id, room)}/{version}"), version)
        with self._lock:
            for old in [k for k in self._kept if k[:2] == key[:2]]:
                del self._kept[old]
            self._kept[key] = found
            while len(self._kept) > OPEN_ARTEFACTS:
                self._kept.popitem(last=False)
        return found


def _read_artefact(folder: Path, version: str) -> Artefact:
    manifest = json.loads((folder / "manifest.json").read_text())
    arrays = {name: _mapped(folder / f"{name}.npy") for name in manifest["arrays"]}
    return Artefact(version=version, manifest=manifest, arrays=arrays)


def _mapped(file: Path) -> np.ndarray:
    try:
        array: np.ndarray = np.load(file, mmap_mode="r", allow_pickle=False)
    except ValueError:  # an array without elements cannot be mapped
        array = np.load(file, allow_pickle=False)
        array.flags.writeable = False
    return array


def _local_folder(name: str) -> Path:
    try:
        return Path(default_storage.path(name))
    except NotImplementedError:
        return _copied(name)


@lru_cache(maxsize=OPEN_ARTEFACTS)
def _copied(name: str) -> Path:
    target = Path(settings.ARTEFACT_CACHE) / name
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=target.parent, prefix="."))
        for file in default_storage.listdir(name)[1]:
            with default_storage.open(f"{name}/{file}") as source, (part / file).open("wb") as copy:
                shutil.copyfileobj(source, copy)
        try:
            part.rename(target)
        except OSError:  # another process was first, with the same files
            shutil.rmtree(part)
        _drop_old_copies(target)
    return target


def _drop_old_copies(newest: Path) -> None:
    """Remove copies of versions beyond the last two; what a process has mapped of them stays until it lets go."""
    versions = sorted(folder.name for folder in newest.parent.iterdir() if not folder.name.startswith("."))
    for version in versions[:-KEPT_VERSIONS]:
        if version != newest.name:
            shutil.rmtree(newest.parent / version, ignore_errors=True)


_pointers, _open = _Pointers(), _Open()
