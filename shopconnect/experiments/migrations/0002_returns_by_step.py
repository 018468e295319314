"""What is kept of returning visitors has another shape: a report of before is worked out anew within the hour."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("experiments", "0001_initial")]

    operations = [
        migrations.RunSQL("UPDATE experiments_report SET made_at = NULL, returns = '[]'", migrations.RunSQL.noop)
    ]
