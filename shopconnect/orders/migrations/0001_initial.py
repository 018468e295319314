"""The tables of the room, and their walls."""

import django.db.models.deletion
from django.db import migrations, models

import shopconnect.core.fields
import shopconnect.core.security.crypto
import shopconnect.core.tenancy.shop_model
from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):
    initial = True

    dependencies = [("catalog", "0001_initial"), ("shops", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    shopconnect.core.fields.PublicIdField(
                        default=shopconnect.core.security.crypto.random_public_id, editable=False
                    ),
                ),
                ("external_id", models.CharField(max_length=255)),
                ("person_key", models.CharField(max_length=64, null=True)),
                ("email", shopconnect.core.fields.EncryptedTextField(blank=True)),
                ("country", models.CharField(blank=True, max_length=80)),
                ("language", models.CharField(blank=True, max_length=35)),
                ("created_at", models.DateTimeField(null=True)),
                ("marketing_consent", models.BooleanField(null=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                ("digest", models.CharField(blank=True, max_length=32)),
                ("source_at", models.DateTimeField(null=True)),
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
            options={"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"},
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    shopconnect.core.fields.PublicIdField(
                        default=shopconnect.core.security.crypto.random_public_id, editable=False
                    ),
                ),
                ("external_id", models.CharField(max_length=255)),
                ("kind", models.CharField(choices=[("order", "order"), ("refund", "refund")], max_length=6)),
                ("number", models.CharField(blank=True, max_length=255)),
                ("status", models.CharField(blank=True, max_length=60)),
                ("channel", models.CharField(blank=True, max_length=60)),
                ("is_test", models.BooleanField(default=False)),
                ("placed_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("currency", models.CharField(max_length=3)),
                ("total_amount", shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18)),
                ("customer_external_id", models.CharField(blank=True, max_length=255)),
                ("person_key", models.CharField(max_length=64, null=True)),
                ("email", shopconnect.core.fields.EncryptedTextField(blank=True)),
                ("country", models.CharField(blank=True, max_length=80)),
                ("refunds_external_id", models.CharField(blank=True, max_length=255)),
                ("arm", models.CharField(blank=True, db_default="", max_length=1)),
                ("digest", models.CharField(blank=True, max_length=32)),
                ("source_at", models.DateTimeField(null=True)),
                (
                    "customer",
                    shopconnect.core.tenancy.shop_model.ShopForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="orders",
                        to="orders.customer",
                    ),
                ),
                (
                    "refunds",
                    shopconnect.core.tenancy.shop_model.ShopForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="refunded_by",
                        to="orders.order",
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
            options={"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"},
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("external_id", models.CharField(blank=True, max_length=255)),
                ("product_external_id", models.CharField(max_length=255)),
                ("variant_external_id", models.CharField(blank=True, max_length=255)),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=15)),
                ("total_amount", shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18)),
                ("discount_amount", shopconnect.core.fields.AmountField(decimal_places=6, default=0, max_digits=18)),
                (
                    "product",
                    shopconnect.core.tenancy.shop_model.ShopForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="catalog.product",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="shops.shop",
                    ),
                ),
                (
                    "order",
                    shopconnect.core.tenancy.shop_model.ShopForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="orders.order",
                    ),
                ),
            ],
            options={"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"},
        ),
        migrations.CreateModel(
            name="Shipment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("at", models.DateTimeField(null=True)),
                ("carrier", models.CharField(blank=True, max_length=120)),
                ("tracking_url", models.TextField(blank=True)),
                ("status", models.CharField(blank=True, max_length=60)),
                (
                    "order",
                    shopconnect.core.tenancy.shop_model.ShopForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shipments",
                        to="orders.order",
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
            options={"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"},
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("person_key", None), _negated=True),
                fields=["shop", "person_key"],
                name="orders_customer_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.UniqueConstraint(fields=("shop", "id"), name="orders_customer_shop_key"),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.UniqueConstraint(fields=("shop", "external_id"), name="orders_customer_once"),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.UniqueConstraint(fields=("shop", "public_id"), name="orders_customer_public"),
        ),
        migrations.AddIndex(
            model_name="order", index=models.Index(fields=["shop", "placed_at", "id"], name="orders_order_placed")
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["shop", "customer", "placed_at"], name="orders_order_customer"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("person_key", None), _negated=True),
                fields=["shop", "person_key"],
                name="orders_order_person",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("refunds", None), _negated=True),
                fields=["shop", "refunds"],
                name="orders_order_refunds",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("customer", None), models.Q(("customer_external_id", ""), _negated=True)),
                fields=["shop", "customer_external_id"],
                name="orders_order_stranger",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("refunds", None), models.Q(("refunds_external_id", ""), _negated=True)),
                fields=["shop", "refunds_external_id"],
                name="orders_order_refund_stranger",
            ),
        ),
        migrations.AddConstraint(
            model_name="order", constraint=models.UniqueConstraint(fields=("shop", "id"), name="orders_order_shop_key")
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(fields=("shop", "kind", "external_id"), name="orders_order_once"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(fields=("shop", "public_id"), name="orders_order_public"),
        ),
        migrations.AddIndex(
            model_name="line", index=models.Index(fields=["shop", "product"], name="orders_line_product")
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                condition=models.Q(("product", None)),
                fields=["shop", "product_external_id"],
                name="orders_line_stranger",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(fields=("shop", "order", "position"), name="orders_line_once"),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.UniqueConstraint(fields=("shop", "order", "position"), name="orders_shipment_once"),
        ),
        ShopWall("customer"),
        ShopWall("order"),
        ShopWall("line"),
        ShopWall("shipment"),
    ]
