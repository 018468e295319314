"""How a conversation went, as its shopper says."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("answers", "0009_staffed_at")]

    operations = [
        migrations.AddField(
            model_name="conversation", name="grade", field=models.PositiveSmallIntegerField(null=True)
        ),
    ]
