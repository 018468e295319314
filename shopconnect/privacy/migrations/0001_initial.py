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
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("visitor", models.CharField(blank=True, max_length=64)),
                ("customer_external_id", models.CharField(blank=True, max_length=255)),
                ("purpose", models.CharField(max_length=40)),
                ("is_given", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("source", models.CharField(blank=True, max_length=120)),
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
                    models.Index(fields=["shop", "customer_external_id"], name="privacy_consent_customer"),
                    models.Index(fields=["shop", "at"], name="privacy_consent_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("shop", "visitor", "customer_external_id", "purpose", "at"), name="privacy_consent_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PrivacyRequest",
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
                    models.CharField(
                        choices=[
                            ("data_request", "data_request"),
                            ("redact_customer", "redact_customer"),
                            ("redact_shop", "redact_shop"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reference", models.CharField(max_length=255)),
                ("customer_external_id", models.CharField(blank=True, max_length=255)),
                ("person_key", models.CharField(max_length=64, null=True)),
                ("orders", models.JSONField(default=list)),
                ("received_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("is_refused", models.BooleanField(default=False)),
                ("counts", models.JSONField(default=dict)),
                ("file_until", models.DateTimeField(null=True)),
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
                "indexes": [models.Index(fields=["shop", "-received_at"], name="privacy_request_received")],
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "kind", "reference"), name="privacy_request_once"),
                    models.UniqueConstraint(fields=("shop", "public_id"), name="privacy_request_public"),
                ],
            },
        ),
        ShopWall("consent"),
        ShopWall("privacyrequest"),
    ]
