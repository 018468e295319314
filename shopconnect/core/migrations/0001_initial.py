"""Due work and slots of the timetable, and a function that refreshes statistics."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from shopconnect.core.tenancy.walls import CHANGE, Grant

# By this function a large load has the planner's statistics refreshed, which only the owner may. Without them
# PostgreSQL checks the composite keys of a young table by whichever index begins with the shop, and walks through all
# of the shop for each row: hours in place of seconds. Autovacuum comes too late for the first load.
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
    initial = True

    dependencies = [("shops", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Slot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry", models.CharField(max_length=60)),
                ("slot", models.DateTimeField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("entry", "slot"), name="core_slot_once")]},
        ),
        migrations.CreateModel(
            name="Due",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("subject_id", models.BigIntegerField()),
                ("due_at", models.DateTimeField()),
                ("again_at", models.DateTimeField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("asked", models.PositiveIntegerField(default=1)),
                ("parked_at", models.DateTimeField(null=True)),
                ("error", models.CharField(default="", max_length=200)),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="shops.shop"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("parked_at", None)), fields=["due_at"], name="core_due_open")
                ],
                "constraints": [models.UniqueConstraint(fields=("shop", "kind", "subject_id"), name="core_due_once")],
            },
        ),
        Grant(CHANGE, "core_due", "core_slot"),
        migrations.RunSQL(REFRESH, "DROP FUNCTION public.refresh_statistics()"),
        migrations.RunPython(_for_roles, migrations.RunPython.noop),
    ]
