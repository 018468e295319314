"""Why a shop left, where its people say so."""

import shopconnect.core.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shops', '0008_notice_address'),
    ]

    operations = [
        migrations.AddField(
            model_name='install',
            name='left_because',
            field=models.CharField(blank=True, choices=[('costly', 'costly'), ('hard', 'hard'), ('broken', 'broken'), ('useless', 'useless'), ('closing', 'closing')], default='', max_length=12),
        ),
        migrations.AddField(
            model_name='install',
            name='left_saying',
            field=shopconnect.core.fields.EncryptedTextField(blank=True, default=''),
        ),
    ]
