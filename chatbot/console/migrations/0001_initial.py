"""What the team does about conversations."""

import django.db.models.deletion
from django.db import migrations, models

import shopconnect.core.tenancy.shop_model
from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):
    initial = True
    dependencies = [("answers", "0009_staffed_at"), ("shops", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=7)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("open", "open"),
                            ("snoozed", "snoozed"),
                            ("closed", "closed"),
                            ("assistant", "assistant"),
                        ],
                        default="assistant",
                        max_length=9,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=10)),
                ("asked_at", models.DateTimeField(null=True)),
                ("waiting_since", models.DateTimeField(null=True)),
                ("first_reply_at", models.DateTimeField(null=True)),
                ("assignee_id", models.BigIntegerField(null=True)),
                ("touched_at", models.DateTimeField(null=True)),
                ("snoozed_until", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("labels", models.JSONField(default=list)),
                (
                    "conversation",
                    shopconnect.core.tenancy.shop_model.ShopForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tickets",
                        to="answers.conversation",
                    ),
                ),
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
                        condition=models.Q(("waiting_since__isnull", False)),
                        fields=["shop", "waiting_since"],
                        name="console_ticket_waiting",
                    ),
                    models.Index(fields=["shop", "asked_at"], name="console_ticket_asked"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "id"), name="console_ticket_shop_key"),
                    models.UniqueConstraint(fields=("shop", "conversation"), name="console_ticket_conversation"),
                    models.UniqueConstraint(fields=("shop", "reference"), name="console_ticket_reference"),
                ],
            },
        ),
        ShopWall("ticket"),
    ]
