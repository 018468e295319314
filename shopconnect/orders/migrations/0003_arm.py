from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0002_newer_only'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='arm',
            field=models.CharField(blank=True, db_default='', max_length=1),
        ),
    ]
