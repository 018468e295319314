"""A backup: the database as its owner sees it, the stored files, and the keys apart; and the way back from it."""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg

from shopconnect.core.machine import SetupProblem, postgres_programs, write_private

DATABASE, STORAGE, MANIFEST = "database.dump", "storage.tar", "manifest.json"
KEYS = ("SECRET_KEY", "FIELD_KEYS", "HASH_KEY")


class BackupProblem(RuntimeError):
    """A backup or its way back failed; the message says what to do, and what was not touched."""


def make_backup(folder: Path, *, owner_url: str, storage: Path | None, keys: Mapping[str, str], at: datetime) -> None:
    """Write database, files and manifest into a new folder; `storage` is None where files lie in S3.

    The keys are not in it, only their fingerprints, by which the way back knows the right ones. Raises BackupProblem.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupProblem(f"{folder} is not empty. A backup goes into a folder of its own.")
    _close(folder)
    # The database first: what it names is stored already, and what is stored later does no harm.
    _run("pg_dump", owner_url, "--format=custom", f"--file={folder / DATABASE}")
    files = [DATABASE]
    if storage is not None:
        with tarfile.open(folder / STORAGE, "w") as archive:
            if storage.is_dir():
                archive.add(storage, arcname=".")
        files.append(STORAGE)
    manifest = {
        "made_at": at.isoformat(),
        "files": {name: _sha256(folder / name) for name in files},
        "keys": {name: key_sign(keys[name]) for name in KEYS},
    }
    write_private(folder / MANIFEST, json.dumps(manifest, indent=1) + "\n")


def _close(folder: Path) -> None:
    """Make a folder that nobody but our account may enter, or close the one that is there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise BackupProblem(f"{folder} cannot be closed to other accounts ({error.strerror}): name another.") from error


def restore_backup(folder: Path, *, owner_url: str, storage: Path | None, keys: Mapping[str, str]) -> None:
    """Bring a backup into an empty database and an empty storage folder; raises BackupProblem before any change."""
    manifest = read_manifest(folder)
    wrong = [name for name in ("FIELD_KEYS", "HASH_KEY") if key_sign(keys.get(name, "")) != manifest["keys"][name]]
    if wrong:
        raise BackupProblem(f"These are not the keys of this backup: {', '.join(wrong)}. Nothing was changed.")
    for name, known in manifest["files"].items():
        if _sha256(folder / name) != known:
            raise BackupProblem(f"{folder / name} has changed since the backup. Nothing was changed.")
    if count_tables(owner_url):
        raise BackupProblem("The database has tables already; a backup goes into an empty one. Nothing was changed.")
    if storage is not None and storage.is_dir() and any(storage.iterdir()):
        raise BackupProblem(f"{storage} is not empty; a backup goes into an empty folder. Nothing was changed.")
    _run("pg_restore", owner_url, "--exit-on-error", "--single-transaction", "--no-owner", str(folder / DATABASE))
    if storage is not None and (folder / STORAGE).is_file():
        storage.mkdir(parents=True, exist_ok=True)
        with tarfile.open(folder / STORAGE) as archive:
            _unpack(archive, storage.resolve())


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Write an archive's files into a folder and none outside; tarfile's own filter is younger than Python 3.11.2."""
    for entry in archive:
        target, content = (folder / entry.name).resolve(), archive.extractfile(entry) if entry.isfile() else None
        if content is not None and target.is_relative_to(folder):
            target.parent.mkdir(parents=True, exist_ok=True)
            with content, target.open("wb") as file:
                shutil.copyfileobj(content, file)


def read_manifest(folder: Path) -> dict[str, dict[str, str]]:
    """Return what a backup says of itself; raises BackupProblem when it is none."""
    try:
        manifest: dict[str, dict[str, str]] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BackupProblem(f"{folder} holds no whole backup: {MANIFEST} cannot be read.") from error
    return manifest


def count_tables(owner_url: str) -> int:
    """Return how many tables a database has."""
    with psycopg.connect(owner_url, connect_timeout=5) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    return int(row[0]) if row else 0


def write_keys(file: Path, keys: Mapping[str, str]) -> None:
    """Write the keys as lines of an environment file that only we can read."""
    write_private(file, "".join(f"{name}={keys[name]}\n" for name in KEYS))


def read_keys(file: Path) -> dict[str, str]:
    """Return the keys of such a file; raises BackupProblem when it cannot be read."""
    try:
        lines = file.read_text().splitlines()
    except OSError as error:
        raise BackupProblem(f"{file} cannot be read ({error.strerror}).") from error
    return dict(line.split("=", 1) for line in lines if "=" in line)


def key_sign(key: str) -> str:
    """Return a short fingerprint of a key, which tells keys apart and gives nothing away."""
    return hashlib.sha256(f"shopconnect backup {key}".encode()).hexdigest()[:16]


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _run(program: str, owner_url: str, *options: str) -> None:
    """Run a program of PostgreSQL on a database; the password goes by the environment, never by the command line."""
    parts = urlsplit(owner_url)
    query = dict(parse_qsl(parts.query))
    given = {
        "PGHOST": query.get("host") or unquote(parts.hostname or ""),
        "PGPORT": query.get("port") or str(parts.port or ""),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGSSLMODE": query.get("sslmode", ""),
    }
    environment = {**os.environ, **{name: value for name, value in given.items() if value}}
    database = unquote(parts.path.lstrip("/"))
    done = subprocess.run(
        [_program(program), f"--dbname={database}", "--no-password", *options],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupProblem(f"{program} failed:\n{done.stderr.strip()[-2000:]}")


def _program(name: str) -> str:
    """Return a program of the wheel, or of this machine where the wheel has none."""
    try:
        return str(postgres_programs() / name)
    except SetupProblem:
        found = shutil.which(name)
        if found is None:
            raise BackupProblem(f"{name} is missing: install PostgreSQL's client programs, version 18.") from None
        return found
