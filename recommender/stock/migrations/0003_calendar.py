"""Events that the merchant enters in the calendar, and their wall."""

import django.db.models.deletion
import shopconnect.core.fields
import shopconnect.core.security.crypto
from django.db import migrations, models

from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):

    dependencies = [
        ('shops', '0003_shopkey_payer'),
        ('stock', '0002_costs_of_products'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', shopconnect.core.fields.PublicIdField(default=shopconnect.core.security.crypto.random_public_id, editable=False)),
                ('kind', models.CharField(choices=[('national_day', 'national_day'), ('winter_sales', 'winter_sales'), ('summer_sales', 'summer_sales'), ('black_friday', 'black_friday'), ('mothers_day', 'mothers_day'), ('school_holidays', 'school_holidays'), ('own', 'own')], max_length=20)),
                ('name', models.CharField(blank=True, max_length=100)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='shops.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('shop', 'id'), name='stock_calendarevent_shop_key'), models.UniqueConstraint(fields=('shop', 'kind', 'name', 'first_day'), name='stock_calendarevent_once'), models.UniqueConstraint(fields=('shop', 'public_id'), name='stock_calendarevent_public')],
            },
        ),
        ShopWall("calendarevent"),
    ]
