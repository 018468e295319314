"""Sign-ins go with their account, and after a year."""

from django.db import migrations

from shopconnect.core.tenancy.walls import Grant


class Migration(migrations.Migration):
    dependencies = [("shops", "0003_erase_demo")]

    operations = [Grant("DELETE", "accounts_signin")]
