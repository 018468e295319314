"""When a shop was last compared with its platform, and what holds the next time up.

The database fills both texts, so that the code before this one runs on.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sync', '0003_inbox'),
    ]

    operations = [
        migrations.AddField(
            model_name='watermark',
            name='detail',
            field=models.TextField(blank=True, db_default=''),
        ),
        migrations.AddField(
            model_name='watermark',
            name='moved_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='watermark',
            name='blocker',
            field=models.CharField(blank=True, choices=[('sign_in', 'sign_in'), ('away', 'away'), ('refused', 'refused'), ('broken', 'broken')], db_default='', max_length=10),
        ),
    ]
