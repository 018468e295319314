"""Work may run twice, or be done again after half of it was done: afterwards the world is the same."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from shopconnect.celery import app
from shopconnect.core.jobs import fire_and_forget
from shopconnect.core.jobs import work as tasks
from shopconnect.core.jobs.work import run_due
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.walls import (  # noqa: F401
    console_works,
    demo_works,
    file_works,
    model_works,
    platform_works,
    price_works,
    quality_works,
    stock_works,
    teaching_works,
)
from tests.walls.works import SET_UPS, Job, SetUpContext

PACKAGES = ("shopconnect.", "recommender.", "chatbot.")
MOST_TURNS = 200
# Of the queue's own rows: when, and how often, work was asked for. That it is asked for is compared.
OF_EVERY_RUN = frozenset({"core_due.due_at", "core_due.again_at", "core_due.asked", "core_due.id"})
TABLES = (
    "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'shop_id' "
    "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1"
)


def our_kinds() -> list[str]:
    app.loader.import_default_modules()
    ours = (kind for kind, work in tasks.kinds().items() if work.body.__module__.startswith(PACKAGES))
    return sorted([*ours, *fire_and_forget.names()])


def run(kind: str, job: Job) -> None:
    """Do the work as a worker does: once, and as often again as it asks for itself."""
    if kind in fire_and_forget.names():
        app.tasks[f"fire_and_forget.{kind}"](job.shop_id)
        return
    tasks.kinds()[kind].body(job.shop_id, job.subject_id)
    waits = Due.objects.filter(shop_id=job.shop_id, kind__in=[kind, *job.along])
    for _turn in range(MOST_TURNS):
        before = list(waits.values_list("id", "subject_id", "due_at"))
        for one in (kind, *job.along):
            run_due(job.shop_id, one)
        if before == list(waits.values_list("id", "subject_id", "due_at")):
            return
    raise AssertionError("It never ends.")


def world(job: Job) -> dict[str, Any]:
    """Every row and every file of the shop, and what else the work is about."""
    return {**rows_of(job.shop_id, job.volatile), "files": files_of(job.shop_id, job.volatile), "look": job.look()}


def rows_of(shop_id: ShopId, volatile: frozenset[str]) -> dict[str, list[str]]:
    found = {}
    with shop_scope(shop_id), connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            if table in volatile:
                continue
            cursor.execute(f'SELECT to_jsonb(t) FROM "{table}" t WHERE shop_id = %s', [shop_id])
            rows = [without(table, json.loads(row), volatile | OF_EVERY_RUN) for (row,) in cursor.fetchall()]
            if rows:
                found[table] = sorted(json.dumps(row, sort_keys=True) for row in rows)
    return found


def without(table: str, row: dict[str, Any], volatile: frozenset[str]) -> dict[str, Any]:
    """A row without its volatile columns, or parts of a column that is JSON."""
    for name in volatile:
        of, _, column = name.partition(".")
        if of == table:
            place, _, part = column.partition(".")
            assert place in row, f"{name} is not there: nothing of it can be volatile."
            (row[place] if part else row).pop(part or place, None)
    return row


def files_of(shop_id: ShopId, volatile: frozenset[str]) -> dict[str, str]:
    return {name: digest for name, digest in files_in(f"shop/{shop_id}") if name.split("/")[2] not in volatile}


def files_in(folder: str) -> Iterator[tuple[str, str]]:
    if not default_storage.exists(folder):
        return
    folders, files = default_storage.listdir(folder)
    for name in files:
        with default_storage.open(f"{folder}/{name}") as file:
            yield f"{folder}/{name}", hashlib.sha256(file.read()).hexdigest()
    for name in folders:
        yield from files_in(f"{folder}/{name}")


@pytest.fixture
def context(db, monkeypatch, tmp_path, settings, nobody_is_woken) -> Iterator[SetUpContext]:
    with ExitStack() as enters:
        yield SetUpContext(monkeypatch, tmp_path, settings, enters)


@pytest.mark.parametrize("kind", our_kinds())
def test_work_that_runs_twice_leaves_the_same_world(kind, context):
    assert kind in SET_UPS, "Say in works.py how a shop is set up that has this to do."
    job = SET_UPS[kind](context)
    before = rows_of(job.shop_id, frozenset()), files_of(job.shop_id, frozenset()), job.look()
    run(kind, job)
    assert (rows_of(job.shop_id, frozenset()), files_of(job.shop_id, frozenset()), job.look()) != before
    once = world(job)
    run(kind, job)
    assert world(job) == once


def test_nothing_is_set_up_for_work_that_there_is_not():
    assert set(SET_UPS) - set(our_kinds()) == set()
