"""The tables of the room, and their walls."""

import django.db.models.deletion
from django.db import migrations, models

import shopconnect.core.clock
from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):
    initial = True

    dependencies = [("shops", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="RuleReplay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("rules", models.JSONField(default=list)),
                ("live_rules", models.JSONField(default=list)),
                ("asked_by_id", models.BigIntegerField()),
                ("asked_at", models.DateTimeField(default=shopconnect.core.clock.now)),
                ("finished_at", models.DateTimeField(null=True)),
                ("percent", models.PositiveSmallIntegerField(default=0)),
                ("figures", models.JSONField(default=dict)),
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
                "indexes": [models.Index(fields=["shop", "-asked_at"], name="products_rulereplay_latest")],
                "constraints": [models.UniqueConstraint(fields=("shop", "id"), name="products_rulereplay_shop_key")],
            },
        ),
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(default=0)),
                ("state", models.CharField(default="draft", max_length=5)),
                ("rules", models.JSONField(default=list)),
                ("by_id", models.BigIntegerField()),
                ("at", models.DateTimeField(default=shopconnect.core.clock.now)),
                ("undoes", models.PositiveIntegerField(null=True)),
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
                    models.UniqueConstraint(fields=("shop", "id"), name="products_ruleversion_shop_key"),
                    models.UniqueConstraint(fields=("shop", "number"), name="products_ruleversion_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "live")), fields=("shop",), name="products_ruleversion_live"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShelfSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("variety_percent", models.PositiveSmallIntegerField(default=5)),
                ("shows_counts", models.BooleanField(default=True)),
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
                    models.UniqueConstraint(fields=("shop", "id"), name="products_shelfsetting_shop_key"),
                    models.UniqueConstraint(fields=("shop",), name="products_shelfsetting_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrainingRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(default="running", max_length=10)),
                ("started_at", models.DateTimeField(default=shopconnect.core.clock.now)),
                ("finished_at", models.DateTimeField(null=True)),
                ("step", models.CharField(blank=True, max_length=60)),
                ("percent", models.PositiveSmallIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=300)),
                ("version", models.CharField(blank=True, max_length=60)),
                ("counts", models.JSONField(default=dict)),
                ("figures", models.JSONField(default=dict)),
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
                "indexes": [models.Index(fields=["shop", "-started_at"], name="products_trainingrun_latest")],
                "constraints": [models.UniqueConstraint(fields=("shop", "id"), name="products_trainingrun_shop_key")],
            },
        ),
        migrations.CreateModel(
            name="WeeklyExposure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.DateField()),
                ("figures", models.JSONField()),
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
                    models.UniqueConstraint(fields=("shop", "id"), name="products_weeklyexposure_shop_key"),
                    models.UniqueConstraint(fields=("shop", "week"), name="products_weeklyexposure_week"),
                ],
            },
        ),
        ShopWall("trainingrun"),
        ShopWall("weeklyexposure"),
        ShopWall("shelfsetting"),
        ShopWall("ruleversion"),
        ShopWall("rulereplay"),
    ]
