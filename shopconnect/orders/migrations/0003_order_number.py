"""Orders are found by how their number begins."""

from django.db import migrations, models
from django.db.models.functions import Collate


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_checkout_digest")]

    operations = [
        migrations.AddIndex(
            model_name="order", index=models.Index("shop", Collate("number", "C"), name="orders_order_number")
        )
    ]
