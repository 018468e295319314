"""Photos that shoppers send to the team."""

import django.db.models.deletion
from django.db import migrations, models

import shopconnect.core.tenancy.shop_model
from shopconnect.core.tenancy.walls import ShopWall

WAYS = ["written", "chosen", "person", "photo"]


class Migration(migrations.Migration):
    dependencies = [("answers", "0010_grade"), ("shops", "0003_shopkey_payer")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="way",
            field=models.CharField(max_length=8, blank=True, choices=[(one, one) for one in WAYS]),
        ),
        migrations.CreateModel(
            name="Photo",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "message",
                    shopconnect.core.tenancy.shop_model.ShopForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="answers.message",
                    ),
                ),
                (
                    "conversation",
                    shopconnect.core.tenancy.shop_model.ShopForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="answers.conversation",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("content", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
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
                    models.UniqueConstraint(fields=("shop", "message"), name="answers_photo_message"),
                    models.UniqueConstraint(fields=("shop", "conversation", "digest"), name="answers_photo_once"),
                ],
                "indexes": [models.Index(fields=["shop", "at"], name="answers_photo_at")],
            },
        ),
        ShopWall("photo"),
    ]
