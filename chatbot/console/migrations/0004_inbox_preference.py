"""How each member of staff hears of the inbox."""

import django.db.models.deletion
from django.db import migrations, models

from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):

    dependencies = [
        ('console', '0003_canned_reply'),
        ('shops', '0003_shopkey_payer'),
    ]

    operations = [
        migrations.CreateModel(
            name='InboxPreference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user_id', models.BigIntegerField()),
                ('unanswered_minutes', models.PositiveSmallIntegerField(default=10)),
                ('has_sound', models.BooleanField(default=False)),
                ('has_tab_badge', models.BooleanField(default=True)),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='shops.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('shop', 'user_id'), name='console_inboxpreference_once')],
            },
        ),
        ShopWall("inboxpreference"),
    ]
