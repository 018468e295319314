"""The tables of the room, and their walls."""

import django.db.models.deletion
import shopconnect.core.fields
import shopconnect.core.security.crypto
import shopconnect.core.tenancy.shop_model
from django.db import migrations, models
from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('catalog', '0003_words_of_variants_and_categories'),
        ('shops', '0003_shopkey_payer'),
    ]

    operations = [
        migrations.CreateModel(
            name='PriceNight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField()),
                ('figures', models.JSONField()),
                ('without', models.JSONField()),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='shops.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('shop', 'id'), name='prices_pricenight_shop_key'), models.UniqueConstraint(fields=('shop',), name='prices_pricenight_one')],
            },
        ),
        migrations.CreateModel(
            name='PriceProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', shopconnect.core.fields.PublicIdField(default=shopconnect.core.security.crypto.random_public_id, editable=False)),
                ('price_amount', shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18)),
                ('proposed_amount', shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18)),
                ('low_gain_amount', shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18)),
                ('gain_amount', shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18)),
                ('high_gain_amount', shopconnect.core.fields.AmountField(decimal_places=6, max_digits=18)),
                ('currency', models.CharField(max_length=3)),
                ('details', models.JSONField()),
                ('model_version', models.CharField(max_length=40)),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('scheduled', 'scheduled'), ('approved', 'approved'), ('written', 'written'), ('kept', 'kept'), ('replaced', 'replaced'), ('rejected', 'rejected'), ('refused', 'refused'), ('rolled_back', 'rolled_back')], max_length=12)),
                ('made_at', models.DateTimeField()),
                ('decided_by_id', models.BigIntegerField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('asked_at', models.DateTimeField(null=True)),
                ('written_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('round', models.PositiveSmallIntegerField(default=0)),
                ('checked_weeks', models.PositiveSmallIntegerField(default=0)),
                ('product', shopconnect.core.tenancy.shop_model.ShopForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.product')),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='shops.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['shop', 'state', '-low_gain_amount'], name='prices_proposal_state')],
                'constraints': [models.UniqueConstraint(fields=('shop', 'id'), name='prices_priceproposal_shop_key'), models.UniqueConstraint(fields=('shop', 'public_id'), name='prices_priceproposal_public'), models.UniqueConstraint(condition=models.Q(('state__in', ['proposed', 'scheduled', 'approved', 'written'])), fields=('shop', 'product'), name='prices_priceproposal_one')],
            },
        ),
        migrations.CreateModel(
            name='PriceSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('largest_step', models.PositiveSmallIntegerField(default=10)),
                ('least_margin', models.PositiveSmallIntegerField(default=0)),
                ('ceiling', models.PositiveSmallIntegerField(default=130)),
                ('daily_limit', models.PositiveSmallIntegerField(default=20)),
                ('weekly_limit', models.PositiveSmallIntegerField(default=60)),
                ('endings', models.JSONField(default=list)),
                ('has_parity', models.BooleanField(default=True)),
                ('planned_on', models.DateField(null=True)),
                ('planned_percent', models.PositiveSmallIntegerField(default=20)),
                ('freeze_days', models.PositiveSmallIntegerField(default=30)),
                ('tax', models.PositiveSmallIntegerField(null=True)),
                ('is_stopped', models.BooleanField(default=False)),
                ('approves_rises', models.BooleanField(default=False)),
                ('approves_falls', models.BooleanField(default=False)),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='shops.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('shop', 'id'), name='prices_pricesetting_shop_key'), models.UniqueConstraint(fields=('shop',), name='prices_pricesetting_one')],
            },
        ),
        ShopWall("priceproposal"),
        ShopWall("pricesetting"),
        ShopWall("pricenight"),
    ]
