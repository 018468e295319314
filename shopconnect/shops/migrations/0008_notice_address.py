"""Where a shop is written to whose people have no address here."""

import django.db.models.deletion
import shopconnect.core.fields
from django.db import migrations, models

from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):

    dependencies = [
        ('shops', '0007_plans'),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticeAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', shopconnect.core.fields.EncryptedTextField()),
                ('email_key', models.CharField(max_length=64)),
                ('language', models.CharField(default='en', max_length=5)),
                ('asked_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='shops.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('shop',), name='shops_address_once')],
            },
        ),
        ShopWall("noticeaddress"),
    ]
