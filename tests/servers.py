"""The servers of a test run: one PostgreSQL and one Redis, a database, a Redis number and a storage folder a worker."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import psycopg

from shopconnect.embedded.servers import PostgresServer, RedisServer, start_postgres, start_redis
from tests.waiting import until

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "shopconnect_template"
ALL_QUEUES = "hooks,chat,sync,send,load,learn,compose"
KEPT = {"django_content_type", "auth_permission", "django_migrations"}
MOST_BYTES = 4_000_000  # with what was deleted before, which keeps its place
SIZES = (
    "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relnamespace = 'public'::regnamespace "
    "AND relkind = 'r' AND pg_relation_size(oid) > 0 "
    "AND relname NOT IN ('django_content_type', 'auth_permission', 'django_migrations')"
)
LINKS = "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"


@dataclass
class Servers:
    """What runs, and where its files are."""

    folder: Path
    postgres: PostgresServer
    redis: RedisServer

    def stop(self) -> None:
        """Stop both and remove their files."""
        self.redis.stop()
        self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def start_servers() -> Servers:
    """Start both and make the migrated database that each worker's own is copied from."""
    folder = Path(tempfile.mkdtemp(prefix="sc-"))
    folder.chmod(0o755)
    postgres = start_postgres(folder / "postgres", fast=True)
    redis = start_redis(folder / "redis", lasting=False)
    postgres.make_database(TEMPLATE)
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--database=owner", "-v0"],
        cwd=ROOT,
        check=True,
        env={**os.environ, **environment(postgres, redis, TEMPLATE, 0), "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )
    return Servers(folder=folder, postgres=postgres, redis=redis)


def environment(postgres: PostgresServer, redis: RedisServer, database: str, number: int) -> dict[str, str]:
    """Return the variables by which a process of this product finds one database and one Redis number."""
    urls = postgres.urls(database)
    return {
        "DATABASE_URL": urls.app,
        "DATABASE_OWNER_URL": urls.owner,
        "DATABASE_INGEST_URL": urls.ingest,
        "REDIS_URL": redis.url(number),
    }


def copy_template(owner_url: str, name: str) -> None:
    """Make a worker's database from the migrated one, as the owner."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        owner.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')


def empty_tables(owner_url: str) -> None:
    """Empty every table as the owner, but what migrations put there; tried again while a worker is at work."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for _ in range(9):
            with suppress(psycopg.errors.DeadlockDetected, psycopg.errors.ForeignKeyViolation):
                _empty_once(owner)
                return
        _truncate(owner)


def _empty_once(owner: psycopg.Connection) -> None:
    """Delete the few rows that a test leaves, or truncate where it left many: that takes long, and as long for none."""
    sizes = dict(owner.execute(SIZES).fetchall())
    if sum(sizes.values()) > MOST_BYTES:
        _truncate(owner)
        return
    links = owner.execute(LINKS).fetchall()
    with owner.transaction():
        for name in children_first(sizes, links):
            owner.execute(f'DELETE FROM "{name}"')


def children_first(names: Iterable[str], links: Iterable[tuple[str, str]]) -> list[str]:
    """Return tables so that who refers to another comes before it."""
    sorter = TopologicalSorter({name: set() for name in names})
    for child, parent in links:
        if child != parent:
            sorter.add(parent, child)
    known = set(names)
    return [name for name in sorter.static_order() if name in known]


def _truncate(owner: psycopg.Connection) -> None:
    # Ids go on counting: a worker that still has a shop of the last test in hand must not meet the next one's.
    rows = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
        "AND NOT relispartition"
    ).fetchall()
    names = ", ".join(f'"{name}"' for (name,) in rows if name not in KEPT)
    owner.execute(f"TRUNCATE {names} CASCADE")


def remove_ground(folder: Path) -> None:
    """Remove a folder in which servers ran, and what PostgreSQL kept elsewhere because it could not enter there."""
    for where in folder.rglob("where"):
        shutil.rmtree(where.read_text().strip(), ignore_errors=True)
    shutil.rmtree(folder)


def start_worker(more: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a Celery worker in this process's environment and more, and return once it takes work."""
    ready = Path(os.environ["DATA_FOLDER"]) / "worker.log"
    with ready.open("wb") as log:
        worker = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "celery",
                "-A",
                "shopconnect",
                "worker",
                "-Q",
                ALL_QUEUES,
                "-c",
                "2",
                "-l",
                "INFO",
                "--without-gossip",
                "--without-mingle",
                "-n",
                f"tests-{os.getpid()}@localhost",
            ],
            cwd=ROOT,
            stdout=log,
            stderr=log,
            env={**os.environ, **(more or {}), "DJANGO_SETTINGS_MODULE": "tests.settings"},
        )
    until(lambda: b" ready." in ready.read_bytes() or worker.poll() is not None)
    if worker.poll() is not None:
        raise RuntimeError(f"The worker did not start:\n{ready.read_text()[-2000:]}")
    return worker
