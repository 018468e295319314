"""The drill: what is backed up comes back whole, with the right keys, and never over something else."""

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from shopconnect.core.backup import (
    DATABASE,
    BackupProblem,
    count_tables,
    make_backup,
    read_keys,
    restore_backup,
    write_keys,
)
from tests.servers import copy_template

KEYS = {"SECRET_KEY": "s" * 50, "FIELD_KEYS": "new=,old=", "HASH_KEY": "h" * 40}
AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def databases(owner_url: str) -> Iterator[tuple[str, str]]:
    """A database with a row, and an empty one, as their owner."""
    names = [f"{kind}_{os.getpid()}" for kind in ("full", "empty")]
    full, empty = (urlsplit(owner_url)._replace(path=f"/{name}").geturl() for name in names)
    copy_template(owner_url, names[0])
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(f'CREATE DATABASE "{names[1]}" TEMPLATE template0')
    with psycopg.connect(full) as connection:
        connection.execute("INSERT INTO django_content_type (app_label, model) VALUES ('été', 'drill')")
    yield full, empty
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for name in names:
            owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def storage(tmp_path: Path) -> Path:
    """Stored files."""
    (tmp_path / "storage" / "shop").mkdir(parents=True)
    (tmp_path / "storage" / "shop" / "model.npy").write_bytes(b"\x00\x01")
    return tmp_path / "storage"


def shape(url: str) -> list[tuple[object, ...]]:
    """Return tables, policies and grants of a database."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT c.relname, c.relkind, c.relrowsecurity, array(SELECT a::text FROM unnest(c.relacl) a ORDER BY 1), "
            "(SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid), "
            "(SELECT count(*) FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype <> 'n') "
            "FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1, 2"
        ).fetchall()


def test_what_is_backed_up_comes_back(databases: tuple[str, str], storage: Path, tmp_path: Path) -> None:
    full, empty = databases
    make_backup(tmp_path / "backup", owner_url=full, storage=storage, keys=KEYS, at=AT)
    restore_backup(tmp_path / "backup", owner_url=empty, storage=tmp_path / "other", keys=KEYS)
    assert shape(empty) == shape(full)
    with psycopg.connect(empty) as connection:
        rows = connection.execute("SELECT model FROM django_content_type WHERE app_label = 'été'").fetchall()
    assert rows == [("drill",)]
    assert (tmp_path / "other" / "shop" / "model.npy").read_bytes() == b"\x00\x01"
    everything = b"".join(path.read_bytes() for path in (tmp_path / "backup").iterdir())
    assert not [key for key in KEYS.values() if key.encode() in everything]


def test_a_backup_is_for_our_account_only(databases: tuple[str, str], storage: Path, tmp_path: Path) -> None:
    full, empty = databases
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup").chmod(0o755)
    make_backup(tmp_path / "backup", owner_url=full, storage=storage, keys=KEYS, at=AT)
    restore_backup(tmp_path / "backup", owner_url=empty, storage=tmp_path / "other", keys=KEYS)
    written = [path for name in ("backup", "other") for path in (tmp_path / name, *(tmp_path / name).rglob("*"))]
    assert len(written) > 5
    assert [str(path) for path in written if path.stat().st_mode & 0o077] == []


def test_other_keys_are_refused(databases: tuple[str, str], storage: Path, tmp_path: Path) -> None:
    full, empty = databases
    make_backup(tmp_path / "backup", owner_url=full, storage=storage, keys=KEYS, at=AT)
    with pytest.raises(BackupProblem, match="not the keys of this backup: HASH_KEY"):
        restore_backup(
            tmp_path / "backup", owner_url=empty, storage=tmp_path / "other", keys=KEYS | {"HASH_KEY": "another"}
        )
    assert count_tables(empty) == 0
    assert not (tmp_path / "other").exists()


def test_a_spoilt_backup_is_refused(databases: tuple[str, str], tmp_path: Path) -> None:
    full, empty = databases
    make_backup(tmp_path / "backup", owner_url=full, storage=None, keys=KEYS, at=AT)
    with (tmp_path / "backup" / DATABASE).open("ab") as file:
        file.write(b"x")
    with pytest.raises(BackupProblem, match="has changed since the backup"):
        restore_backup(tmp_path / "backup", owner_url=empty, storage=None, keys=KEYS)
    assert count_tables(empty) == 0


def test_an_archive_writes_nothing_outside_its_folder(
    databases: tuple[str, str], storage: Path, tmp_path: Path
) -> None:
    full, empty = databases
    make_backup(tmp_path / "backup", owner_url=full, storage=storage, keys=KEYS, at=AT)
    with tarfile.open(tmp_path / "backup" / "storage.tar", "w") as archive:
        archive.add(storage / "shop" / "model.npy", arcname="../escaped.npy")
        archive.add(storage / "shop" / "model.npy", arcname="kept.npy")
    manifest = json.loads((tmp_path / "backup" / "manifest.json").read_text())
    forged = hashlib.sha256((tmp_path / "backup" / "storage.tar").read_bytes()).hexdigest()
    manifest["files"]["storage.tar"] = forged
    (tmp_path / "backup" / "manifest.json").write_text(json.dumps(manifest))
    restore_backup(tmp_path / "backup", owner_url=empty, storage=tmp_path / "other", keys=KEYS)
    assert [path.name for path in (tmp_path / "other").rglob("*")] == ["kept.npy"]
    assert not (tmp_path / "escaped.npy").exists()


def test_a_database_with_tables_is_left_alone(databases: tuple[str, str], tmp_path: Path) -> None:
    full, _ = databases
    before = shape(full)
    make_backup(tmp_path / "backup", owner_url=full, storage=None, keys=KEYS, at=AT)
    with pytest.raises(BackupProblem, match="has tables already"):
        restore_backup(tmp_path / "backup", owner_url=full, storage=None, keys=KEYS)
    assert shape(full) == before


def test_a_folder_with_something_in_it_is_left_alone(databases: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    with pytest.raises(BackupProblem, match="is not empty"):
        make_backup(tmp_path, owner_url=databases[0], storage=None, keys=KEYS, at=AT)
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]


def test_the_keys_file_is_private_and_reads_back(tmp_path: Path) -> None:
    write_keys(tmp_path / "keys", KEYS)
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600
    assert read_keys(tmp_path / "keys") == KEYS
