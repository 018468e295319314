"""What staff write once and send often."""

import django.db.models.deletion
import shopconnect.core.fields
import shopconnect.core.security.crypto
from django.db import migrations, models

from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):

    dependencies = [
        ('console', '0002_reply_address'),
        ('shops', '0003_shopkey_payer'),
    ]

    operations = [
        migrations.CreateModel(
            name='CannedReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', shopconnect.core.fields.PublicIdField(default=shopconnect.core.security.crypto.random_public_id, editable=False)),
                ('language', models.CharField(max_length=2)),
                ('shortcut', models.CharField(max_length=30)),
                ('text', models.TextField()),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='shops.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('shop', 'language', 'shortcut'), name='console_cannedreply_once'), models.UniqueConstraint(fields=('shop', 'public_id'), name='console_cannedreply_public')],
            },
        ),
        ShopWall("cannedreply"),
    ]
