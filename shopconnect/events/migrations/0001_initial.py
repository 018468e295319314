"""The table of events, partitioned by month of `day`, which Django cannot say itself, its wall, and the two functions by
which partitions are made and dropped.

They run as the owner whoever calls them, hence the pinned search path. A partition has row-level security and no
grants: it is reached through the table only.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import shopconnect.core.fields
from shopconnect.core.tenancy.walls import CURRENT_SHOP, ShopWall

TABLE = """
CREATE TABLE events_event (
    shop_id bigint NOT NULL REFERENCES shops_shop (id) DEFERRABLE INITIALLY DEFERRED,
    day date NOT NULL,
    id uuid NOT NULL,
    name varchar(40) NOT NULL,
    at timestamptz NOT NULL,
    visit varchar(64) NOT NULL,
    visitor varchar(64) NOT NULL,
    customer_external_id varchar(255) NOT NULL,
    product_external_id varchar(255) NOT NULL,
    product_external_ids jsonb NOT NULL,
    query text NOT NULL,
    page text NOT NULL,
    source varchar(255) NOT NULL,
    medium varchar(255) NOT NULL,
    campaign varchar(255) NOT NULL,
    value_amount numeric(18, 6),
    currency varchar(3) NOT NULL,
    model_version varchar(64) NOT NULL DEFAULT '',
    reason_keys jsonb NOT NULL DEFAULT '[]',
    shelf varchar(20) NOT NULL DEFAULT '',
    order_external_id varchar(255) NOT NULL DEFAULT '',
    PRIMARY KEY (shop_id, day, id)
) PARTITION BY RANGE (day);
CREATE INDEX events_event_name_at ON events_event (shop_id, name, at);
CREATE INDEX events_event_visitor ON events_event (shop_id, visitor) WHERE visitor <> '';
CREATE INDEX events_event_customer ON events_event (shop_id, customer_external_id) WHERE customer_external_id <> '';
"""

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
    initial = True

    dependencies = [("shops", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, "DROP TABLE events_event")],
            state_operations=[
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        ("pk", models.CompositePrimaryKey("shop_id", "day", "id", blank=True, editable=False, primary_key=True, serialize=False)),
                        ("day", models.DateField()),
                        ("id", models.UUIDField()),
                        ("name", models.CharField(max_length=40)),
                        ("at", models.DateTimeField()),
                        ("visit", models.CharField(max_length=64)),
                        ("visitor", models.CharField(blank=True, max_length=64)),
                        ("customer_external_id", models.CharField(blank=True, max_length=255)),
                        ("product_external_id", models.CharField(blank=True, max_length=255)),
                        ("product_external_ids", models.JSONField(default=list)),
                        ("query", models.TextField(blank=True)),
                        ("page", models.TextField(blank=True)),
                        ("source", models.CharField(blank=True, max_length=255)),
                        ("medium", models.CharField(blank=True, max_length=255)),
                        ("campaign", models.CharField(blank=True, max_length=255)),
                        ("value_amount", shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18, null=True)),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        ("model_version", models.CharField(blank=True, db_default="", max_length=64)),
                        ("reason_keys", models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                        ("shelf", models.CharField(blank=True, db_default="", max_length=20)),
                        ("order_external_id", models.CharField(blank=True, db_default="", max_length=255)),
                        ("shop", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="shops.shop")),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                        "indexes": [
                            models.Index(fields=["shop", "name", "at"], name="events_event_name_at"),
                            models.Index(condition=models.Q(("visitor", ""), _negated=True), fields=["shop", "visitor"], name="events_event_visitor"),
                            models.Index(condition=models.Q(("customer_external_id", ""), _negated=True), fields=["shop", "customer_external_id"], name="events_event_customer"),
                        ],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="LostEvents",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("count", models.BigIntegerField(default=0)),
                ("shop", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="shops.shop")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("shop", "day"), name="events_lost_once")],
            },
        ),
        ShopWall("event"),
        ShopWall("lostevents"),
        migrations.RunSQL(MAKE, "DROP FUNCTION public.ensure_event_partition(date)"),
        migrations.RunSQL(DROP, "DROP FUNCTION public.drop_event_partitions(date)"),
        migrations.RunPython(_for_roles, migrations.RunPython.noop),
    ]
