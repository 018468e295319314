"""What the application may do with the tables of due work."""

from django.db import migrations

from shopconnect.core.tenancy.walls import CHANGE, Grant


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [Grant(CHANGE, "core_due", "core_slot")]
