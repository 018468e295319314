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
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    shopconnect.core.fields.PublicIdField(
                        default=shopconnect.core.security.crypto.random_public_id, editable=False
                    ),
                ),
                ("external_id", models.CharField(max_length=255)),
                ("title", models.TextField()),
                ("description", models.TextField(blank=True)),
                ("vendor", models.TextField(blank=True)),
                ("category", models.JSONField(default=list)),
                ("tags", models.JSONField(default=list)),
                ("image", models.TextField(blank=True)),
                ("url", models.TextField(blank=True)),
                ("available", models.BooleanField(default=True)),
                ("is_gift_card", models.BooleanField(default=False)),
                ("currency", models.CharField(max_length=3)),
                ("price_amount", shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18)),
                ("cost_amount", shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18, null=True)),
                ("stock_level", models.DecimalField(decimal_places=3, max_digits=15, null=True)),
                ("created_at", models.DateTimeField(null=True)),
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
            name="Translation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=35)),
                ("title", models.TextField(blank=True)),
                ("description", models.TextField(blank=True)),
                ("category", models.JSONField(default=list)),
                ("url", models.TextField(blank=True)),
                (
                    "product",
                    shopconnect.core.tenancy.shop_model.ShopForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="catalog.product",
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
            name="Variant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("external_id", models.CharField(max_length=255)),
                ("sku", models.CharField(blank=True, max_length=255)),
                ("title", models.TextField(blank=True)),
                ("price_amount", shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18, null=True)),
                ("compare_at_amount", shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18, null=True)),
                ("cost_amount", shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18, null=True)),
                ("stock_level", models.DecimalField(decimal_places=3, max_digits=15, null=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                (
                    "product",
                    shopconnect.core.tenancy.shop_model.ShopForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="variants",
                        to="catalog.product",
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
            name="StockSnapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("location", models.CharField(default="default", max_length=255)),
                ("at", models.DateTimeField()),
                ("level", models.DecimalField(decimal_places=3, max_digits=15)),
                (
                    "product",
                    shopconnect.core.tenancy.shop_model.ShopForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.product",
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
                (
                    "variant",
                    shopconnect.core.tenancy.shop_model.ShopForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.variant",
                    ),
                ),
            ],
            options={"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"},
        ),
        migrations.CreateModel(
            name="PriceEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("currency", models.CharField(max_length=3)),
                ("price_amount", shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18)),
                ("compare_at_amount", shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18, null=True)),
                ("cost_amount", shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18, null=True)),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="shops.shop",
                    ),
                ),
                (
                    "product",
                    shopconnect.core.tenancy.shop_model.ShopForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.product",
                    ),
                ),
                (
                    "variant",
                    shopconnect.core.tenancy.shop_model.ShopForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.variant",
                    ),
                ),
            ],
            options={"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"},
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(fields=("shop", "id"), name="catalog_product_shop_key"),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(fields=("shop", "external_id"), name="catalog_product_once"),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(fields=("shop", "public_id"), name="catalog_product_public"),
        ),
        migrations.AddConstraint(
            model_name="translation",
            constraint=models.UniqueConstraint(fields=("shop", "product", "language"), name="catalog_translation_once"),
        ),
        migrations.AddConstraint(
            model_name="variant",
            constraint=models.UniqueConstraint(fields=("shop", "id"), name="catalog_variant_shop_key"),
        ),
        migrations.AddConstraint(
            model_name="variant",
            constraint=models.UniqueConstraint(fields=("shop", "product", "external_id"), name="catalog_variant_once"),
        ),
        migrations.AddConstraint(
            model_name="stocksnapshot",
            constraint=models.UniqueConstraint(
                fields=("shop", "product", "variant", "location", "at"),
                name="catalog_stocksnapshot_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="priceentry",
            constraint=models.UniqueConstraint(
                fields=("shop", "product", "variant", "at"), name="catalog_priceentry_once", nulls_distinct=False
            ),
        ),
        ShopWall("product"),
        ShopWall("variant"),
        ShopWall("translation"),
        ShopWall("priceentry", append_only=True),
        ShopWall("stocksnapshot", append_only=True),
    ]
