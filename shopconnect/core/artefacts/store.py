"""Artefacts: what a worker learnt and a web process serves.

An artefact is an immutable folder `shop/<id>/<room>/<version>/`: one numpy file that holds all its arrays, never a
pickle, and a manifest that says where each lies, whose they are, and what the file and the manifest itself hash to. One
pointer names the current version, so that a reader sees the old one or the new one and nothing between. A process
checks a version when it opens it, and maps it into memory; what is damaged, somebody else's or not whole is refused,
and the last good version serves on. Storage that has no local path (S3) is copied to a local folder first.
"""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from cachetools import LRUCache
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, default_storage

from shopconnect.core import caches
from shopconnect.core.artefacts.arrays import Arrays, ArraysInMemory, map_arrays, map_one, write_arrays
from shopconnect.core.artefacts.copies import drop_copy, local_folder
from shopconnect.core.artefacts.pointers import Pointers
from shopconnect.core.clock import now
from shopconnect.core.observability.log import get_logger
from shopconnect.core.security.crypto import random_token
from shopconnect.core.tenancy.context import ShopId

log = get_logger(__name__)

SCHEMA = 1  # raised when readers of before would misread what is written now
RETAINED_VERSIONS, REMOVALS = 2, 3
OPEN_ARTEFACTS, HELD_ARTEFACTS = 8000, 400
REFUSED_SECONDS, UNFINISHED = 60.0, timedelta(hours=6)
ARRAYS, MANIFEST, STAMP = "arrays.npy", "manifest.json", "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True, slots=True)
class Artefact:
    """One version in memory: arrays by name (read-only, memory-mapped) and the manifest."""

    version: str
    manifest: Mapping[str, Any]
    arrays: Arrays


class ArtefactRefused(ValueError):
    """A version that must not be served; the message says why."""


def save(shop_id: ShopId, room: str, arrays: Arrays, manifest: Mapping[str, Any]) -> str:
    """Store a new version, point readers at it, drop versions beyond the last two, and return its name.

    The manifest comes last: a folder without one is not finished. Of two who save at once the later one is served.
    """
    version = _next_version(_pointers.read_file(shop_id, room))
    folder = f"{_folder(shop_id, room)}/{version}"
    with _new_file(f"{folder}/{ARRAYS}") as file:
        places = write_arrays(file, arrays)
        digest = _digest(file)
    manifest = {
        **manifest,
        "schema": SCHEMA,
        "shop": int(shop_id),
        "room": room,
        "arrays": places,
        "sha256": {ARRAYS: digest},
    }
    _write(f"{folder}/{MANIFEST}", _sealed(manifest))
    while (newest := _finished(shop_id, room)[-1]) != _pointers.read_file(shop_id, room):
        _pointers.move(shop_id, room, newest)  # and look again: of two writers the one that looks last sees both
    _pointers.repeat(shop_id, room)
    _drop_old(shop_id, room)
    return version


def load(shop_id: ShopId, room: str) -> Artefact | None:
    """Return the current version, or the last good one; None when nothing was learnt yet. Touches no database.

    Whose patience ends while a version is being opened gets the one before meanwhile, or None.
    """
    return _open.get(shop_id, room, _pointers.read(shop_id, room))


@contextlib.contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Wait no longer than this, all in all, for versions that are being opened."""
    token = _patient_until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _patient_until.reset(token)


def load_newest(shop_id: ShopId, room: str) -> Artefact | None:
    """Return the version that is current at this moment, for who goes on from it; others need no such haste."""
    _pointers.read_file(shop_id, room)
    return load(shop_id, room)


def load_stamped(shop_id: ShopId, room: str, stamp: str) -> Artefact | None:
    """Return the stored version whose manifest bears a stamp, the newest of them, or None; for workers only.

    Who saves two artefacts under one stamp may stop between them: the one before still has its partner then.
    """
    for version in reversed(_finished(shop_id, room)):
        try:
            found = _read_artefact(shop_id, room, version)
        except (ArtefactRefused, OSError) as error:
            _tell_refused(shop_id, room, version, error)
            continue
        if found.manifest.get("stamp") == stamp:
            return found
    return None


def roll_back(shop_id: ShopId, room: str) -> str | None:
    """Put the version before in service again and remove the current one; returns it, None when no good one is left."""
    current = _pointers.read_file(shop_id, room)
    for version in _versions_before(shop_id, room, current or ""):
        try:
            _read_artefact(shop_id, room, version)
        except (ArtefactRefused, OSError) as error:
            _tell_refused(shop_id, room, version, error)
            continue
        _pointers.move(shop_id, room, version)
        _remove(default_storage, f"{_folder(shop_id, room)}/{current}")
        _pointers.forget()
        log.warning("rolled_back", shop_id=shop_id, room=room, version=version, removed=current)
        return version
    return None


def erase(shop_id: ShopId) -> None:
    """Remove everything that was learnt from a shop, and its other files."""
    for room in _listed(f"shop/{shop_id}"):
        _pointers.remove(shop_id, room)
    _remove(default_storage, f"shop/{shop_id}")
    for folder in (settings.ARTEFACT_CACHE, settings.DATA_FOLDER):
        shutil.rmtree(Path(folder) / f"shop/{shop_id}", ignore_errors=True)
    _pointers.forget()
    _open.forget(shop_id)


def _folder(shop_id: ShopId, room: str) -> str:
    return f"shop/{int(shop_id)}/{room}"


def _next_version(current: str | None) -> str:
    """Return a name that sorts behind the current one, whatever the clock of this machine says."""
    moment = now()
    if current:
        moment = max(moment, _stamp(current) + timedelta(microseconds=1))
    return f"{moment:{STAMP}}-{random_token(4)}"


def _stamp(version: str) -> datetime:
    return datetime.strptime(version.split("-", 1)[0], STAMP).replace(tzinfo=UTC)


def _listed(folder: str) -> list[str]:
    """Return the names of the folders in a folder of storage, in their order."""
    try:
        return sorted(default_storage.listdir(folder)[0])
    except FileNotFoundError:
        return []


def _versions_before(shop_id: ShopId, room: str, version: str) -> list[str]:
    return [name for name in reversed(_listed(_folder(shop_id, room))) if name < version]


@contextlib.contextmanager
def _new_file(name: str) -> Iterator[IO[bytes]]:
    """Give a file to write and read, which then stands in storage under a name."""
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:
        with tempfile.TemporaryFile() as file:
            yield file
            file.seek(0)
            default_storage.save(name, File(file))
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w+b") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def _sealed(manifest: Mapping[str, Any]) -> bytes:
    """Return a manifest that carries the hash of itself."""
    plain = json.loads(json.dumps(manifest, default=str))
    return json.dumps({**plain, "seal": _seal(plain)}).encode()


def _seal(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


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
    Path(file.name).replace(path)


def _finished(shop_id: ShopId, room: str) -> list[str]:
    folder = _folder(shop_id, room)
    return [name for name in _listed(folder) if default_storage.exists(f"{folder}/{name}/{MANIFEST}")]


def _drop_old(shop_id: ShopId, room: str) -> None:
    """Remove what is finished beyond the last two versions, and what nobody finished for hours."""
    finished = _finished(shop_id, room)
    left = [name for name in set(_listed(_folder(shop_id, room))) - set(finished) if now() - _stamp(name) > UNFINISHED]
    for version in [*finished[:-RETAINED_VERSIONS], *left]:
        _remove(default_storage, f"{_folder(shop_id, room)}/{version}")


def _remove(storage: Storage, folder: str) -> None:
    for _ in range(REMOVALS):
        if not storage.exists(folder):
            return
        with contextlib.suppress(OSError):  # another drops it too, or a training writes here meanwhile: looked at again
            folders, files = storage.listdir(folder)
            for name in folders:
                _remove(storage, f"{folder}/{name}")
            for name in files:
                storage.delete(f"{folder}/{name}")
            storage.delete(folder)
    if storage.exists(folder):
        storage.delete(folder)


class _Open:
    """The artefacts a process has open, the least used dropped first; each is opened by a thread of its own.

    So nobody waits for it, and it is read once for all who ask. Of those not asked for lately only their place is held.
    """

    def __init__(self) -> None:
        self._opening: dict[tuple[int, str], threading.Thread] = {}
        self._lock = threading.Lock()
        self._begin()
        caches.register(self.forget)

    def _begin(self) -> None:
        self._cached: LRUCache[tuple[int, str], Artefact] = LRUCache(OPEN_ARTEFACTS)
        self._in_memory = ArraysInMemory(HELD_ARTEFACTS)
        self._refused: dict[tuple[int, str, str], float] = {}

    def get(self, shop_id: ShopId, room: str, version: str | None) -> Artefact | None:
        key = (int(shop_id), room)
        with self._lock:
            if version is None:
                self._cached.pop(key, None)
                self._in_memory.pop(key, None)
                return None
            found = self._cached.get(key)
            if found is not None:
                self._in_memory[key] = found.arrays
            if (found is not None and found.version == version) or self._is_refused(*key, version):
                return found
            thread = self._opening.get(key)
            if thread is None:
                thread = threading.Thread(target=self._fetch, args=(shop_id, room, version), daemon=True)
                self._opening[key] = thread
                thread.start()
        until = _patient_until.get()
        thread.join(None if until is None else max(until - time.monotonic(), 0.0))
        with self._lock:
            return self._cached.get(key)

    def forget(self, shop_id: ShopId | None = None) -> None:
        """Let go of what is open of a shop, or of all of them, and try again what was refused."""
        with self._lock:
            if shop_id is None:
                self._begin()
                return
            for known in (self._cached, self._in_memory, self._refused):
                for key in [key for key in known if key[0] == int(shop_id)]:
                    del known[key]  # type: ignore[arg-type]

    def _fetch(self, shop_id: ShopId, room: str, version: str) -> None:
        """Open a version; where it cannot be, the one that the pointer names by now, else the last good one."""
        try:
            if self._opened(shop_id, room, version):
                return
            newer = _pointers.read_file(shop_id, room)
            if newer not in (None, version) and self._opened(shop_id, room, str(newer)):
                return
            if (int(shop_id), room) not in self._cached:
                any(self._opened(shop_id, room, before) for before in _versions_before(shop_id, room, version))
        finally:
            with self._lock:
                del self._opening[int(shop_id), room]

    def _opened(self, shop_id: ShopId, room: str, version: str) -> bool:
        try:
            found = _read_artefact(shop_id, room, version)
        except (ArtefactRefused, OSError) as error:
            _tell_refused(shop_id, room, version, error)
            with self._lock:
                self._refused[int(shop_id), room, version] = time.monotonic() + REFUSED_SECONDS
            return False
        with self._lock:
            self._cached[int(shop_id), room] = found
            self._in_memory[int(shop_id), room] = found.arrays
        return True

    def _is_refused(self, shop_id: int, room: str, version: str) -> bool:
        until = self._refused.get((shop_id, room, version))
        if until is not None and until < time.monotonic():
            del self._refused[shop_id, room, version]  # it may have been mended
            return False
        return until is not None


def _tell_refused(shop_id: ShopId, room: str, version: str, error: Exception) -> None:
    log.warning("artefact_refused", shop_id=shop_id, room=room, version=version, why=str(error))


def _read_artefact(shop_id: ShopId, room: str, version: str) -> Artefact:
    """Check a version and map it; raises ArtefactRefused for one not to be served, OSError for one not whole."""
    name = f"{_folder(shop_id, room)}/{version}"
    folder = local_folder(default_storage, name, RETAINED_VERSIONS)
    try:
        manifest = _read_manifest(folder / MANIFEST, shop_id, room)
        if "schema" not in manifest:  # from before there was one: an array a file, and nothing to check
            return Artefact(version, manifest, {one: map_one(folder / f"{one}.npy") for one in manifest["arrays"]})
        with (folder / ARRAYS).open("rb") as file:
            if _digest(file) != manifest["sha256"][ARRAYS]:
                raise ArtefactRefused(f"{ARRAYS} is not what was written.")
            return Artefact(version, manifest, map_arrays(file, manifest["arrays"]))
    except (ArtefactRefused, OSError):
        drop_copy(name)
        raise


def _read_manifest(file: Path, shop_id: ShopId, room: str) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(file.read_bytes())
        if "schema" not in manifest and isinstance(manifest["arrays"], list):
            return manifest
        seal = manifest.pop("seal")
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ArtefactRefused(f"{MANIFEST} cannot be read.") from error
    if seal != _seal(manifest):
        raise ArtefactRefused(f"{MANIFEST} is not what was written.")
    if (manifest["schema"], manifest["shop"], manifest["room"]) != (SCHEMA, int(shop_id), room):
        raise ArtefactRefused("It is of another shop, room or schema.")
    return manifest


_patient_until: ContextVar[float | None] = ContextVar("patient_until", default=None)
_pointers, _open = Pointers(_write), _Open()
