"""The words that products are found by, of those too that are in already."""

from itertools import groupby, islice
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import shopconnect.core.tenancy.shop_model
from shopconnect.core.tenancy.walls import ShopWall
from shopconnect.core.words import indexed_words

AT_ONCE = 5_000


def index_products(apps: Any, schema_editor: Any) -> None:
    """Enter the words of each product; the owner sees the rows of every shop."""
    product, variant, translation, word = (
        apps.get_model("catalog", name).objects.using(schema_editor.connection.alias)
        for name in ("Product", "Variant", "Translation", "ProductWord")
    )
    texts = product.values_list("shop_id", "id", "title").union(
        product.values_list("shop_id", "id", "vendor"),
        product.values_list("shop_id", "id", "external_id"),
        variant.values_list("shop_id", "product_id", "sku"),
        translation.values_list("shop_id", "product_id", "title"),
    )
    rows = (
        word.model(shop_id=shop_id, product_id=product_id, word=one)
        for (shop_id, product_id), named in groupby(texts.order_by("shop_id", "id").iterator(), key=lambda row: row[:2])
        for one in indexed_words(text for _, _, text in named)
    )
    while some := list(islice(rows, AT_ONCE)):
        word.bulk_create(some)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ProductWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(db_collation="C", max_length=60)),
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "product", "word"), name="catalog_productword_once")
                ],
                "indexes": [models.Index(fields=["shop", "word", "product"], name="catalog_productword_word")],
            },
        ),
        ShopWall("productword"),
        migrations.RunPython(index_products, migrations.RunPython.noop, elidable=True),
    ]
