"""The table of the room, and its wall."""

import django.db.models.deletion
from django.db import migrations, models

import shopconnect.core.clock
from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):
    initial = True

    dependencies = [("shops", "0003_shopkey_payer")]

    operations = [
        migrations.CreateModel(
            name="CapabilityState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=30)),
                ("colour", models.CharField(max_length=5)),
                ("since", models.DateTimeField(default=shopconnect.core.clock.now)),
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
                    models.UniqueConstraint(fields=("shop", "id"), name="quality_capabilitystate_shop_key"),
                    models.UniqueConstraint(fields=("shop", "name"), name="quality_capabilitystate_name"),
                ],
            },
        ),
        ShopWall("capabilitystate"),
    ]
