"""Artefacts of a storage without local paths (S3), copied to a local folder before they are mapped."""

import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files.storage import Storage


def local_folder(storage: Storage, name: str, retained: int) -> Path:
    """Return where a finished folder of the storage lies on this machine; of what was copied `retained` stay."""
    try:
        return Path(storage.path(name))
    except NotImplementedError:
        return _copied(storage, name, retained)


def _copied(storage: Storage, name: str, retained: int) -> Path:
    target = Path(settings.ARTEFACT_CACHE) / name
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=target.parent, prefix="."))
        for file in storage.listdir(name)[1]:
            with storage.open(f"{name}/{file}") as source, (part / file).open("wb") as copy:
                shutil.copyfileobj(source, copy)
        try:
            part.rename(target)
        except OSError:  # another process was first, with the same files
            shutil.rmtree(part)
        _drop_old_copies(target, retained)
    return target


def _drop_old_copies(newest: Path, retained: int) -> None:
    """Remove copies of versions beyond the last ones; what a process has mapped of them stays until it lets go."""
    versions = sorted(folder.name for folder in newest.parent.iterdir() if not folder.name.startswith("."))
    for version in versions[:-retained]:
        if version != newest.name:
            shutil.rmtree(newest.parent / version, ignore_errors=True)


def drop_copy(name: str) -> None:
    """Remove the copy of a folder, so that it is made anew."""
    shutil.rmtree(Path(settings.ARTEFACT_CACHE) / name, ignore_errors=True)
