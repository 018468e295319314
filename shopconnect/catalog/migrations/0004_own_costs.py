"""A merchant's own cost of a product or variant stands beside the platform's."""

from django.db import migrations

import shopconnect.core.fields


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_words_of_variants_and_categories")]

    operations = [
        migrations.AddField(
            model_name=name, name="own_cost_amount", field=shopconnect.core.fields.AmountField(null=True)
        )
        for name in ("product", "variant")
    ]
