"""Costs stand with the products, where prices and results read them too."""

from django.db import migrations

# The owner sees the rows of every shop.
MOVE = """
UPDATE catalog_product p SET own_cost_amount = t.cost_amount FROM stock_supplyterm t
WHERE t.shop_id = p.shop_id AND t.product_id = p.id AND t.variant = '' AND t.cost_amount IS NOT NULL;
UPDATE catalog_variant v SET own_cost_amount = t.cost_amount FROM stock_supplyterm t
WHERE t.shop_id = v.shop_id AND t.product_id = v.product_id AND t.variant = v.external_id AND t.variant <> ''
    AND t.cost_amount IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("stock", "0001_initial"), ("catalog", "0004_own_costs")]

    operations = [
        migrations.RunSQL(MOVE, migrations.RunSQL.noop, elidable=True),
        migrations.RemoveField(model_name="supplyterm", name="cost_amount"),
    ]
