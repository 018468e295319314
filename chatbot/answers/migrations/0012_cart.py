"""What lay in a shopper's cart when the page last said so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("answers", "0011_photo")]

    operations = [
        migrations.AddField(
            model_name="conversation", name="cart", field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list)
        ),
        migrations.AddField(model_name="conversation", name="cart_at", field=models.DateTimeField(null=True)),
    ]
