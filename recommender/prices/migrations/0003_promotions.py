"""Promotions, and their wall; the one that the rules of proposals named becomes one of all products."""

import django.db.models.deletion
from django.db import migrations, models

import shopconnect.core.fields
import shopconnect.core.security.crypto
import shopconnect.core.tenancy.shop_model
from shopconnect.core.tenancy.walls import ShopWall

# The owner sees the rows of every shop.
MOVE = """
INSERT INTO prices_promotion (shop_id, public_id, name, starts_on, ends_on, percent, made_at)
SELECT shop_id, floor(random() * 9007199254740991)::bigint + 1, '-' || planned_percent || ' %', planned_on,
    planned_on + 13, planned_percent, now()
FROM prices_pricesetting WHERE planned_on > current_date;
INSERT INTO prices_promotedproduct (shop_id, promotion_id, product_id)
SELECT p.shop_id, p.id, c.id FROM prices_promotion p
JOIN catalog_product c ON c.shop_id = p.shop_id AND c.deleted_at IS NULL AND NOT c.is_gift_card;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_own_costs'),
        ('shops', '0003_shopkey_payer'),
        ('prices', '0002_pricetest'),
    ]

    operations = [
        migrations.CreateModel(
            name='Promotion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', shopconnect.core.fields.PublicIdField(default=shopconnect.core.security.crypto.random_public_id, editable=False)),
                ('name', models.CharField(max_length=80)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('percent', models.PositiveSmallIntegerField()),
                ('totals', models.JSONField(null=True)),
                ('verdict', models.JSONField(null=True)),
                ('made_at', models.DateTimeField()),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='shops.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('shop', 'id'), name='prices_promotion_shop_key'), models.UniqueConstraint(fields=('shop', 'public_id'), name='prices_promotion_public')],
            },
        ),
        migrations.CreateModel(
            name='PromotedProduct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plan', models.JSONField(null=True)),
                ('verdict', models.JSONField(null=True)),
                ('product', shopconnect.core.tenancy.shop_model.ShopForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.product')),
                ('promotion', shopconnect.core.tenancy.shop_model.ShopForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='products', to='prices.promotion')),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='shops.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('shop', 'promotion', 'product'), name='prices_promotedproduct_once')],
            },
        ),
        ShopWall("promotion"),
        ShopWall("promotedproduct"),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop, elidable=True),
        migrations.RemoveField(model_name='pricesetting', name='planned_on'),
        migrations.RemoveField(model_name='pricesetting', name='planned_percent'),
    ]
