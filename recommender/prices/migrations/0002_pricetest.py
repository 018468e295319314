"""Price tests, and their wall."""

import django.db.models.deletion
import shopconnect.core.fields
import shopconnect.core.security.crypto
import shopconnect.core.tenancy.shop_model
from django.db import migrations, models

from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_words_of_variants_and_categories'),
        ('shops', '0003_shopkey_payer'),
        ('prices', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PriceTest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', shopconnect.core.fields.PublicIdField(default=shopconnect.core.security.crypto.random_public_id, editable=False)),
                ('group', models.BigIntegerField()),
                ('first_amount', shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18)),
                ('other_amount', shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18)),
                ('currency', models.CharField(max_length=3)),
                ('design', models.JSONField()),
                ('state', models.CharField(max_length=12)),
                ('result', models.JSONField(null=True)),
                ('measured_on', models.DateField(null=True)),
                ('asked_block', models.SmallIntegerField(null=True)),
                ('asked_at', models.DateTimeField(null=True)),
                ('is_restored', models.BooleanField(default=False)),
                ('started_by_id', models.BigIntegerField(null=True)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('product', shopconnect.core.tenancy.shop_model.ShopForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.product')),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='shops.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['shop', 'state', '-id'], name='prices_pricetest_state')],
                'constraints': [models.UniqueConstraint(fields=('shop', 'id'), name='prices_pricetest_shop_key'), models.UniqueConstraint(fields=('shop', 'public_id'), name='prices_pricetest_public'), models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('shop', 'product'), name='prices_pricetest_one')],
            },
        ),
        ShopWall("pricetest"),
    ]
