"""The wall of events, and the two functions by which their partitions are made and dropped.

They run as the owner whoever calls them, hence the pinned search path. A partition has row-level security and no
grants: it is reached through the table only.
"""

from django.conf import settings
from django.db import migrations

from shopconnect.core.tenancy.walls import CURRENT_SHOP, ShopWall

POLICY = f"shop_id = {CURRENT_SHOP}".replace("'", "''")  # it stands inside a literal of the function

MAKE = f"""
CREATE FUNCTION public.ensure_event_partition(wanted date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    first date := date_trunc('month', wanted)::date;
    name text := 'events_event_' || to_char(first, 'YYYY_MM');
BEGIN
    IF to_regclass('public.' || name) IS NOT NULL THEN
        RETURN;
    END IF;
    IF wanted < '2000-01-01' OR wanted > current_date + 366 THEN
        RAISE EXCEPTION 'No events are kept of %.', wanted USING ERRCODE = 'check_violation';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('events_event'));
    IF to_regclass('public.' || name) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.events_event INCLUDING DEFAULTS)', name);
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY shop_wall ON public.%I USING ({POLICY}) WITH CHECK ({POLICY})', name);
    EXECUTE format(
        'ALTER TABLE public.events_event ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        name, first, (first + interval '1 month')::date
    );
END $$
"""

DROP = """
CREATE FUNCTION public.drop_event_partitions(before date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old text;
    dropped integer := 0;
BEGIN
    IF before > current_date - 760 THEN
        RAISE EXCEPTION 'Events younger than 760 days are not dropped by the month.' USING ERRCODE = 'check_violation';
    END IF;
    FOR old IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'public.events_event'::regclass
        AND c.relname < 'events_event_' || to_char(before, 'YYYY_MM')
    LOOP
        EXECUTE format('DROP TABLE public.%I', old);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$
"""

FUNCTIONS = ("ensure_event_partition", "drop_event_partitions")


def _for_roles(apps, schema_editor):
    app, ingest = settings.DATABASE_ROLES["app"], settings.DATABASE_ROLES["ingest"]
    for function in FUNCTIONS:
        schema_editor.execute(f"REVOKE ALL ON FUNCTION public.{function}(date) FROM PUBLIC")
        schema_editor.execute(f'GRANT EXECUTE ON FUNCTION public.{function}(date) TO "{app}"')
    schema_editor.execute(f'GRANT EXECUTE ON FUNCTION public.ensure_event_partition(date) TO "{ingest}"')
    schema_editor.execute(f'GRANT INSERT ON "events_event" TO "{ingest}"')


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [
        ShopWall("event"),
        migrations.RunSQL(MAKE, "DROP FUNCTION public.ensure_event_partition(date)"),
        migrations.RunSQL(DROP, "DROP FUNCTION public.drop_event_partitions(date)"),
        migrations.RunPython(_for_roles, migrations.RunPython.noop),
    ]
