"""Where shoppers are told by e-mail what the team replies."""

import django.db.models.deletion
import shopconnect.core.fields
import shopconnect.core.security.crypto
import shopconnect.core.tenancy.shop_model
from django.db import migrations, models

from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):

    dependencies = [
        ('answers', '0009_staffed_at'),
        ('console', '0001_initial'),
        ('shops', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReplyAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', shopconnect.core.fields.PublicIdField(default=shopconnect.core.security.crypto.random_public_id, editable=False)),
                ('email', shopconnect.core.fields.EncryptedTextField()),
                ('email_key', models.CharField(max_length=64)),
                ('language', models.CharField(max_length=2)),
                ('consent', models.CharField(max_length=20)),
                ('consented_at', models.DateTimeField()),
                ('mailed_id', models.BigIntegerField(default=0)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('conversation', shopconnect.core.tenancy.shop_model.ShopForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='answers.conversation')),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='shops.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['shop', 'email_key'], name='console_replyaddress_person')],
                'constraints': [models.UniqueConstraint(fields=('shop', 'conversation'), name='console_replyaddress_once'), models.UniqueConstraint(fields=('shop', 'public_id'), name='console_replyaddress_public')],
            },
        ),
        ShopWall("replyaddress"),
    ]
