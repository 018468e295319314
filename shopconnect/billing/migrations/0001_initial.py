"""The tables of the room, and their walls."""

import django.db.models.deletion
from django.db import migrations, models

from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):
    initial = True

    dependencies = [("shops", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="DayUsage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("meter", models.CharField(max_length=20)),
                ("count", models.BigIntegerField(default=0)),
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
                "constraints": [models.UniqueConstraint(fields=("shop", "day", "meter"), name="billing_day_usage_once")],
            },
        ),
        migrations.CreateModel(
            name="MonthUsage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                (
                    "meter",
                    models.CharField(max_length=20),
                ),
                ("count", models.BigIntegerField(default=0)),
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
                "constraints": [models.UniqueConstraint(fields=("shop", "month", "meter"), name="billing_usage_once")],
            },
        ),
        migrations.CreateModel(
            name="ShopPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("handle", models.CharField(blank=True, max_length=80)),
                ("trial_ends_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField()),
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
                "constraints": [models.UniqueConstraint(fields=("shop",), name="billing_plan_once")],
            },
        ),
        ShopWall("shopplan"),
        ShopWall("dayusage"),
        ShopWall("monthusage"),
    ]
