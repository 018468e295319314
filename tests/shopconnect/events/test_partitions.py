"""Partitions are made by the owner's function, walled like the table, and reached through the table only."""

import os
from datetime import date, timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from shopconnect.connectors.files.drafts import read_event
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events import selectors
from shopconnect.events.models import Event
from shopconnect.events.services import ensure_partitions, store_events

EVENT = {"id": "e", "name": "view_item", "at": "2026-01-05T09:00:00Z", "visit": "v", "product": "p"}
PARTITIONS = """
SELECT c.relname, c.relrowsecurity, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid),
       has_table_privilege(%s, c.oid, 'SELECT') OR has_table_privilege(%s, c.oid, 'INSERT'),
       has_table_privilege(%s, c.oid, 'SELECT') OR has_table_privilege(%s, c.oid, 'INSERT')
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid LEFT JOIN pg_policy p ON p.polrelid = c.oid
WHERE i.inhparent = 'events_event'::regclass ORDER BY 1
"""


def rows(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def test_a_partition_is_walled_and_nobody_reaches_it_by_its_name(shop):
    with shop_scope(shop):
        ensure_partitions([date(2026, 1, 5), date(2026, 1, 31), date(2025, 12, 31)])
    roles = settings.DATABASE_ROLES
    found = rows(PARTITIONS, roles["app"], roles["app"], roles["ingest"], roles["ingest"])
    assert [row[0] for row in found] == ["events_event_2025_12", "events_event_2026_01"]
    for _, secured, using, checked, app, ingest in found:
        assert secured
        assert using == checked
        assert "app.shop_id" in using
        assert (app, ingest) == (False, False)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), shop_scope(shop):
        rows("SELECT * FROM events_event_2026_01")


def test_the_application_makes_and_drops_no_partition_itself(shop):
    for statement in ("CREATE TABLE x PARTITION OF events_event DEFAULT", "DROP TABLE events_event"):
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows(statement)


@pytest.mark.parametrize("day", ["1999-12-31", "2999-01-01"])
def test_a_partition_of_an_impossible_day_is_refused(shop, day):
    with pytest.raises(IntegrityError), transaction.atomic():
        rows("SELECT public.ensure_event_partition(%s)", day)


def test_only_old_months_are_dropped(shop):
    with shop_scope(shop):
        store_events([read_event(EVENT | {"at": "2020-02-29T00:00:00Z"}), read_event(EVENT)])
    with pytest.raises(DatabaseError), transaction.atomic():
        rows("SELECT public.drop_event_partitions(%s)", now().date() - timedelta(days=700))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert rows("SELECT public.drop_event_partitions(%s)", date(2020, 3, 15)) == [(1,)]
    with shop_scope(shop):
        assert [event.at.year for event in Event.objects.all()] == [2026]


def test_an_event_is_stored_once_and_never_changed(shop, other_shop):
    for _ in range(2):
        with shop_scope(shop):
            stored = store_events([read_event(EVENT), read_event(EVENT)])
    assert (stored.new, stored.same) == (0, 2)
    with shop_scope(shop):
        assert store_events([read_event(EVENT | {"visit": "changed"})]).same == 1
        assert [view.visit for view in selectors.iter_views()] == ["v"]
    with shop_scope(other_shop):
        assert store_events([read_event(EVENT)]).new == 1
        assert selectors.count_events().events == 1


@pytest.mark.django_db(transaction=True)
def test_ingest_may_insert_events_of_the_shop_it_names_and_nothing_else():
    from tests.makers import make_shop  # noqa: PLC0415

    shop, other = make_shop("first"), make_shop("second")
    insert = (
        "INSERT INTO events_event VALUES (%s, '2026-01-05', gen_random_uuid(), 'view_item', '2026-01-05', 'v', "
        "'', '', 'p', '[]', '', '', '', '', '', NULL, '') ON CONFLICT DO NOTHING"
    )
    with psycopg.connect(os.environ["DATABASE_INGEST_URL"], autocommit=True) as ingest:
        ingest.execute("SELECT public.ensure_event_partition('2026-01-05')")
        ingest.execute("SELECT set_config('app.shop_id', %s, false)", [str(shop)])
        ingest.execute(insert, [shop])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ingest.execute(insert, [other])
        ingest.execute("SELECT set_config('app.shop_id', '', false)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ingest.execute(insert, [shop])
        for refused in (
            "SELECT * FROM events_event",
            "DELETE FROM events_event",
            "UPDATE events_event SET name = 'x'",
            "SELECT * FROM shops_shop",
            "SELECT * FROM orders_order",
            "SELECT public.refresh_statistics()",
            "SELECT public.drop_event_partitions('2020-01-01')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ingest.execute(refused)
    with shop_scope(shop):
        assert selectors.count_events().events == 1
    with shop_scope(other):
        assert selectors.count_events().events == 0
