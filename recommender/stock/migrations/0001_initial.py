"""The tables of the room, and their walls."""

import django.db.models.deletion
from django.db import migrations, models

import shopconnect.core.fields
import shopconnect.core.security.crypto
import shopconnect.core.tenancy.shop_model
from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):
    initial = True

    dependencies = [("catalog", "0003_words_of_variants_and_categories"), ("shops", "0003_shopkey_payer")]

    operations = [
        migrations.CreateModel(
            name="Supplier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    shopconnect.core.fields.PublicIdField(
                        default=shopconnect.core.security.crypto.random_public_id, editable=False
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("lead_days", models.PositiveSmallIntegerField()),
                ("late_days", models.PositiveSmallIntegerField()),
                ("review_days", models.PositiveSmallIntegerField()),
                ("minimum_amount", shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18, null=True)),
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
            name="SupplyTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("variant", models.CharField(blank=True, max_length=255)),
                ("cost_amount", shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18, null=True)),
                ("pack_size", models.PositiveIntegerField(default=1)),
                ("minimum_quantity", models.PositiveIntegerField(default=0)),
                ("on_order", models.PositiveIntegerField(default=0)),
                ("on_order_date", models.DateField(null=True)),
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
                    "supplier",
                    shopconnect.core.tenancy.shop_model.ShopForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="stock.supplier",
                    ),
                ),
            ],
            options={"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"},
        ),
        migrations.CreateModel(
            name="ForecastCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
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
                    models.UniqueConstraint(fields=("shop", "id"), name="stock_forecastcheck_shop_key"),
                    models.UniqueConstraint(fields=("shop", "day"), name="stock_forecastcheck_day"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lead_days", models.PositiveSmallIntegerField(default=14)),
                ("late_days", models.PositiveSmallIntegerField(default=4)),
                ("review_days", models.PositiveSmallIntegerField(default=7)),
                ("a_percent", models.PositiveSmallIntegerField(default=98)),
                ("b_percent", models.PositiveSmallIntegerField(default=95)),
                ("c_percent", models.PositiveSmallIntegerField(default=90)),
                ("budget_amount", shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18, null=True)),
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
                    models.UniqueConstraint(fields=("shop", "id"), name="stock_stocksetting_shop_key"),
                    models.UniqueConstraint(fields=("shop",), name="stock_stocksetting_one"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="supplier",
            constraint=models.UniqueConstraint(fields=("shop", "id"), name="stock_supplier_shop_key"),
        ),
        migrations.AddConstraint(
            model_name="supplier",
            constraint=models.UniqueConstraint(fields=("shop", "name"), name="stock_supplier_name"),
        ),
        migrations.AddConstraint(
            model_name="supplier",
            constraint=models.UniqueConstraint(fields=("shop", "public_id"), name="stock_supplier_public"),
        ),
        migrations.AddConstraint(
            model_name="supplyterm",
            constraint=models.UniqueConstraint(fields=("shop", "id"), name="stock_supplyterm_shop_key"),
        ),
        migrations.AddConstraint(
            model_name="supplyterm",
            constraint=models.UniqueConstraint(fields=("shop", "product", "variant"), name="stock_supplyterm_once"),
        ),
        ShopWall("supplier"),
        ShopWall("supplyterm"),
        ShopWall("stocksetting"),
        ShopWall("forecastcheck"),
    ]
