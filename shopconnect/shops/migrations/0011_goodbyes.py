"""Why a shop left stands in a table of its own, apart from what its platform is reached by."""

import django.db.models.deletion
import shopconnect.core.fields
from django.db import migrations, models

from shopconnect.core.tenancy.walls import ShopWall

# What was said of a shop that came back since is left behind.
MOVE = """
INSERT INTO shops_goodbye (shop_id, because, saying, said_at)
SELECT DISTINCT ON (shop_id) shop_id, left_because, left_saying, uninstalled_at FROM shops_install said
WHERE left_because || left_saying <> ''
AND NOT EXISTS (SELECT FROM shops_install WHERE shop_id = said.shop_id AND uninstalled_at IS NULL)
ORDER BY shop_id, uninstalled_at DESC
"""


class Migration(migrations.Migration):

    dependencies = [
        ('shops', '0010_address_waits'),
    ]

    operations = [
        migrations.CreateModel(
            name='Goodbye',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('because', models.CharField(blank=True, choices=[('costly', 'costly'), ('hard', 'hard'), ('broken', 'broken'), ('useless', 'useless'), ('closing', 'closing')], max_length=12)),
                ('saying', shopconnect.core.fields.EncryptedTextField(blank=True)),
                ('said_at', models.DateTimeField()),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='shops.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('shop',), name='shops_goodbye_once')],
            },
        ),
        ShopWall("goodbye"),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='install',
            name='left_because',
        ),
        migrations.RemoveField(
            model_name='install',
            name='left_saying',
        ),
    ]
