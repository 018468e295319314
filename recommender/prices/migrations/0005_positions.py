"""Competitors' prices and families of products, and their wall."""

import django.db.models.deletion
from django.db import migrations, models

import shopconnect.core.fields
import shopconnect.core.tenancy.shop_model
from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):

    dependencies = [('catalog', '0004_own_costs'), ('shops', '0003_shopkey_payer'), ('prices', '0004_goals')]

    operations = [
        migrations.AddField(
            model_name='pricesetting',
            name='competitor_percent',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.CreateModel(
            name='PricePosition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('competitor_amount', shopconnect.core.fields.AmountField(null=True)),
                ('told_at', models.DateTimeField()),
                ('family', models.CharField(default='', max_length=80)),
                ('product', shopconnect.core.tenancy.shop_model.ShopForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.product')),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='shops.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('shop', 'product'), name='prices_priceposition_once')],
            },
        ),
        ShopWall("priceposition"),
    ]
