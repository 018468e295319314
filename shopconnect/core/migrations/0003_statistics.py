"""A function by which a large load has the planner's statistics refreshed, which only the owner may.

Without them PostgreSQL checks the composite keys of a young table by whichever index begins with the shop, and walks
through all of the shop for each row: hours in place of seconds. Autovacuum comes too late for the first load.
"""

from django.conf import settings
from django.db import migrations

REFRESH = """
CREATE FUNCTION public.refresh_statistics() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    stale record;
    refreshed integer := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('refresh_statistics')) THEN
        RETURN 0;
    END IF;
    FOR stale IN
        SELECT s.relname FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
        WHERE s.schemaname = 'public' AND pg_has_role(current_user, c.relowner, 'USAGE')
        AND s.n_mod_since_analyze > 50 + 0.5 * greatest(c.reltuples, 0) ORDER BY s.relname
    LOOP
        EXECUTE format('ANALYZE (SKIP_LOCKED) public.%I', stale.relname);
        refreshed := refreshed + 1;
    END LOOP;
    RETURN refreshed;
END $$
"""


def _for_roles(apps, schema_editor):
    schema_editor.execute("REVOKE ALL ON FUNCTION public.refresh_statistics() FROM PUBLIC")
    app = settings.DATABASE_ROLES["app"]
    schema_editor.execute(f'GRANT EXECUTE ON FUNCTION public.refresh_statistics() TO "{app}"')


class Migration(migrations.Migration):
    dependencies = [("core", "0002_grants")]

    operations = [
        migrations.RunSQL(REFRESH, "DROP FUNCTION public.refresh_statistics()"),
        migrations.RunPython(_for_roles, migrations.RunPython.noop),
    ]
