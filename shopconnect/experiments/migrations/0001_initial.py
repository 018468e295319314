"""The tables of the room, and their walls."""

import django.db.models.deletion
from django.db import migrations, models

import shopconnect.core.fields
import shopconnect.core.security.crypto
from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):
    initial = True

    dependencies = [("shops", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="AssignmentSecret",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("secret", shopconnect.core.fields.EncryptedTextField()),
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
                "constraints": [models.UniqueConstraint(fields=("shop",), name="experiments_secret_once")],
            },
        ),
        migrations.CreateModel(
            name="Experiment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    shopconnect.core.fields.PublicIdField(
                        default=shopconnect.core.security.crypto.random_public_id, editable=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(max_length=12),
                ),
                ("percent", models.PositiveSmallIntegerField()),
                ("value", models.FloatField(null=True)),
                ("base", models.FloatField(null=True)),
                ("started_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[("harm", "harm"), ("errors", "errors"), ("empties", "empties"), ("kept", "kept")],
                        max_length=8,
                    ),
                ),
                ("outcome", models.JSONField(null=True)),
                ("history", models.JSONField(null=True)),
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
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), ("kind", "hold-out")),
                        fields=("shop",),
                        name="experiments_hold_out_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), models.Q(("kind", "hold-out"), _negated=True)),
                        fields=("shop",),
                        name="experiments_experiment_once",
                    ),
                    models.UniqueConstraint(fields=("shop", "public_id"), name="experiments_experiment_public"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Fallback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shelf", models.CharField(blank=True, max_length=20)),
                (
                    "because",
                    models.CharField(
                        choices=[("harm", "harm"), ("errors", "errors"), ("empties", "empties"), ("kept", "kept")],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("seen", models.JSONField(default=dict)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("passed", models.JSONField(default=dict)),
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
                "constraints": [models.UniqueConstraint(fields=("shop", "shelf"), name="experiments_fallback_once")],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("batch", models.CharField(blank=True, max_length=32)),
                ("made_at", models.DateTimeField(null=True)),
                ("figures", models.JSONField(default=dict)),
                ("returns", models.JSONField(default=list)),
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
                "constraints": [models.UniqueConstraint(fields=("shop",), name="experiments_report_once")],
            },
        ),
        migrations.CreateModel(
            name="ShelfCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("shelf", models.CharField(max_length=20)),
                ("arm", models.CharField(max_length=1)),
                ("requests", models.BigIntegerField(default=0)),
                ("empties", models.BigIntegerField(default=0)),
                ("errors", models.BigIntegerField(default=0)),
                ("clicks", models.BigIntegerField(default=0)),
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
                    models.UniqueConstraint(fields=("shop", "day", "shelf", "arm"), name="experiments_count_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ShelfTrouble",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("shelf", models.CharField(max_length=20)),
                ("arm", models.CharField(max_length=1)),
                ("kind", models.CharField(max_length=8)),
                ("hour", models.PositiveSmallIntegerField()),
                ("network", models.CharField(max_length=6)),
                ("count", models.BigIntegerField()),
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
                    models.UniqueConstraint(
                        fields=("shop", "day", "shelf", "arm", "kind", "hour", "network"),
                        name="experiments_trouble_once",
                    )
                ],
            },
        ),
        ShopWall("assignmentsecret"),
        ShopWall("shelftrouble"),
        ShopWall("experiment"),
        ShopWall("fallback"),
        ShopWall("shelfcount"),
        ShopWall("report"),
    ]
