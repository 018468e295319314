"""Requests that say nothing of who agreed; of returning visitors less is kept, so a report is made anew within the hour."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("experiments", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="shelfcount", name="excess", field=models.BigIntegerField(db_default=0, default=0)
        ),
        migrations.RunSQL("UPDATE experiments_report SET made_at = NULL, returns = '[]'", migrations.RunSQL.noop),
    ]
