"""Products are found by their variants and categories too, those too that are in already."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import migrations

from shopconnect.core.words import indexed_words

AT_ONCE = 5_000


def index_variants_and_categories(apps: Any, schema_editor: Any) -> None:
    """Enter the words of each product's variants and categories; the owner sees the rows of every shop."""
    product, variant, translation, word = (
        apps.get_model("catalog", name).objects.using(schema_editor.connection.alias)
        for name in ("Product", "Variant", "Translation", "ProductWord")
    )

    def texts() -> Iterator[tuple[int, int, list[str]]]:
        for shop_id, product_id, title in variant.values_list("shop_id", "product_id", "title").iterator():
            yield shop_id, product_id, [title]
        yield from product.values_list("shop_id", "id", "category").iterator()
        yield from translation.values_list("shop_id", "product_id", "category").iterator()

    rows = (
        word.model(shop_id=shop_id, product_id=product_id, word=one)
        for shop_id, product_id, named in texts()
        for one in indexed_words(named)
    )
    while some := list(islice(rows, AT_ONCE)):
        word.bulk_create(some, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_product_words")]

    operations = [migrations.RunPython(index_variants_and_categories, migrations.RunPython.noop, elidable=True)]
