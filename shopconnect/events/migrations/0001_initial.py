"""The table of events, partitioned by month of `day`, which Django cannot say itself."""

import django.db.models.deletion
from django.db import migrations, models

import shopconnect.core.fields

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
    PRIMARY KEY (shop_id, day, id)
) PARTITION BY RANGE (day);
CREATE INDEX events_event_name_at ON events_event (shop_id, name, at);
CREATE INDEX events_event_visitor ON events_event (shop_id, visitor) WHERE visitor <> '';
CREATE INDEX events_event_customer ON events_event (shop_id, customer_external_id) WHERE customer_external_id <> '';
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("shops", "0002_walls")]

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
    ]
