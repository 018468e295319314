"""What people ask of us under the law, and an index by which old words on consent are found."""

import django.db.models.deletion
import shopconnect.core.security.crypto
import shopconnect.core.fields
from django.db import migrations, models

from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0001_initial'),
        ('shops', '0006_erase_shop'),
    ]

    operations = [
        migrations.CreateModel(
            name='PrivacyRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', shopconnect.core.fields.PublicIdField(default=shopconnect.core.security.crypto.random_public_id, editable=False)),
                ('kind', models.CharField(choices=[('data_request', 'data_request'), ('redact_customer', 'redact_customer'), ('redact_shop', 'redact_shop')], max_length=20)),
                ('reference', models.CharField(max_length=255)),
                ('customer_external_id', models.CharField(blank=True, max_length=255)),
                ('person_key', models.CharField(max_length=64, null=True)),
                ('orders', models.JSONField(default=list)),
                ('received_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('is_refused', models.BooleanField(default=False)),
                ('counts', models.JSONField(default=dict)),
                ('file_until', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='consent',
            index=models.Index(fields=['shop', 'at'], name='privacy_consent_at'),
        ),
        migrations.AddField(
            model_name='privacyrequest',
            name='shop',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='shops.shop'),
        ),
        migrations.AddIndex(
            model_name='privacyrequest',
            index=models.Index(fields=['shop', '-received_at'], name='privacy_request_received'),
        ),
        migrations.AddConstraint(
            model_name='privacyrequest',
            constraint=models.UniqueConstraint(fields=('shop', 'kind', 'reference'), name='privacy_request_once'),
        ),
        migrations.AddConstraint(
            model_name='privacyrequest',
            constraint=models.UniqueConstraint(fields=('shop', 'public_id'), name='privacy_request_public'),
        ),
        ShopWall('privacyrequest'),
    ]
