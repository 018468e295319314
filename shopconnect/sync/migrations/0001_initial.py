"""The tables of the room, and their walls."""

import django.db.models.deletion
from django.db import migrations, models

import shopconnect.core.fields
import shopconnect.core.security.crypto
import shopconnect.core.tenancy.shop_model
from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):
    initial = True

    dependencies = [("shops", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Backfill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resource", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("asked", "asked"),
                            ("written", "written"),
                            ("downloaded", "downloaded"),
                            ("paged", "paged"),
                            ("done", "done"),
                            ("stopped", "stopped"),
                        ],
                        max_length=10,
                    ),
                ),
                ("round", models.PositiveIntegerField(default=0)),
                ("reference", models.CharField(blank=True, max_length=255)),
                ("is_partial", models.BooleanField(default=False)),
                ("size_bytes", models.BigIntegerField(default=0)),
                ("cursor", models.TextField(blank=True)),
                ("count", models.PositiveBigIntegerField(default=0)),
                ("total", models.PositiveBigIntegerField(default=0)),
                ("asked_at", models.DateTimeField(null=True)),
                ("moved_at", models.DateTimeField()),
                (
                    "blocker",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sign_in", "sign_in"),
                            ("away", "away"),
                            ("refused", "refused"),
                            ("broken", "broken"),
                        ],
                        max_length=10,
                    ),
                ),
                ("detail", models.TextField(blank=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("again_at", models.DateTimeField(null=True)),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "id"), name="sync_backfill_shop_key"),
                    models.UniqueConstraint(fields=("shop", "resource"), name="sync_backfill_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="InboxWebhook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(max_length=255)),
                ("delivery_id", models.CharField(max_length=255)),
                ("at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField()),
                ("notices", models.JSONField()),
                ("needs_platform", models.BooleanField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("handled_at", models.DateTimeField(null=True)),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("handled_at", None)),
                        fields=["shop", "needs_platform", "attempts", "id"],
                        name="sync_inboxhook_open",
                    ),
                    models.Index(fields=["shop", "received_at"], name="sync_inboxhook_received"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("handled_at", None)),
                        fields=("shop", "delivery_id"),
                        name="sync_inboxhook_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    shopconnect.core.fields.PublicIdField(
                        default=shopconnect.core.security.crypto.random_public_id, editable=False
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=64)),
                ("subject", models.CharField(max_length=520)),
                ("payload", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("done", "done"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "blocker",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sign_in", "sign_in"),
                            ("away", "away"),
                            ("refused", "refused"),
                            ("broken", "broken"),
                        ],
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("reference", models.CharField(blank=True, max_length=255)),
                ("refusal", models.TextField(blank=True)),
                ("asked_by_id", models.BigIntegerField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["shop", "kind", "-asked_at"], name="sync_change_asked")],
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "id"), name="sync_outboxchange_shop_key"),
                    models.UniqueConstraint(fields=("shop", "kind", "key"), name="sync_change_key"),
                    models.UniqueConstraint(fields=("shop", "public_id"), name="sync_change_public"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("shop", "kind", "subject"),
                        name="sync_change_waits_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SweptPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resource", models.CharField(max_length=20)),
                ("number", models.PositiveIntegerField()),
                ("ids", models.JSONField()),
                ("next_cursor", models.TextField(blank=True)),
                ("began_at", models.DateTimeField()),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "resource", "number"), name="sync_sweptpage_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SyncRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "running"), ("done", "done"), ("stopped", "stopped")], max_length=10
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("counts", models.JSONField(default=dict)),
                ("problems", models.JSONField(default=list)),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["shop", "-started_at"], name="sync_run_started")],
                "constraints": [models.UniqueConstraint(fields=("shop", "id"), name="sync_run_shop_key")],
            },
        ),
        migrations.CreateModel(
            name="Watermark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resource", models.CharField(max_length=20)),
                ("newest", models.DateTimeField()),
                ("since", models.DateTimeField(null=True)),
                ("cursor", models.TextField(blank=True)),
                ("moved_at", models.DateTimeField(null=True)),
                (
                    "blocker",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sign_in", "sign_in"),
                            ("away", "away"),
                            ("refused", "refused"),
                            ("broken", "broken"),
                        ],
                        db_default="",
                        max_length=10,
                    ),
                ),
                ("detail", models.TextField(blank=True, db_default="")),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("shop", "resource"), name="sync_watermark_once")],
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    shopconnect.core.fields.PublicIdField(
                        default=shopconnect.core.security.crypto.random_public_id, editable=False
                    ),
                ),
                ("asked_by_id", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("ready", "ready"),
                            ("failed", "failed"),
                            ("expired", "expired"),
                        ],
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("counts", models.JSONField(default=dict)),
                ("size_bytes", models.BigIntegerField(default=0)),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["shop", "-asked_at"], name="sync_export_asked")],
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "public_id"), name="sync_export_name"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=("shop",),
                        name="sync_export_one",
                    ),
                ],
            },
        ),
        ShopWall("syncrun"),
        ShopWall("backfill"),
        ShopWall("outboxchange"),
        ShopWall("inboxwebhook"),
        ShopWall("watermark"),
        ShopWall("sweptpage"),
        ShopWall("export"),
    ]
