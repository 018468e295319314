"""Tables of teaching: effects of drafts, reports of answers, groups of questions."""

import django.db.models.deletion
import shopconnect.core.fields
import shopconnect.core.security.crypto
from django.db import migrations, models

from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('shops', '0003_shopkey_payer'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerEffect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.CharField(max_length=255)),
                ('texts', models.JSONField(default=dict)),
                ('etag', models.CharField(max_length=16)),
                ('asked_at', models.DateTimeField()),
                ('checked', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('found', models.JSONField(null=True)),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='shops.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('shop', 'entry'), name='teaching_answereffect_last')],
            },
        ),
        migrations.CreateModel(
            name='AnswerReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('exchange', models.BigIntegerField()),
                ('entry', models.CharField(blank=True, max_length=255)),
                ('reason', models.CharField(choices=[('wrong', 'wrong'), ('outdated', 'outdated'), ('incomplete', 'incomplete'), ('tone', 'tone'), ('person', 'person')], max_length=10)),
                ('by_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='shops.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['shop', 'entry'], name='teaching_answerreport_entry')],
                'constraints': [models.UniqueConstraint(fields=('shop', 'exchange'), name='teaching_answerreport_once')],
            },
        ),
        migrations.CreateModel(
            name='QuestionGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', shopconnect.core.fields.PublicIdField(default=shopconnect.core.security.crypto.random_public_id, editable=False)),
                ('language', models.CharField(max_length=2)),
                ('leader', models.BigIntegerField()),
                ('members', models.JSONField(default=list)),
                ('size', models.PositiveIntegerField(default=0)),
                ('state', models.CharField(choices=[('open', 'open'), ('answered', 'answered'), ('dismissed', 'dismissed')], max_length=9)),
                ('by_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='shops.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['shop', 'state', '-size'], name='teaching_questiongroup_size')],
                'constraints': [models.UniqueConstraint(fields=('shop', 'public_id'), name='teaching_questiongroup_public'), models.UniqueConstraint(fields=('shop', 'leader'), name='teaching_questiongroup_leader')],
            },
        ),
        ShopWall("answereffect"),
        ShopWall("answerreport"),
        ShopWall("questiongroup"),
    ]
