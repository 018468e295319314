"""What the application may do with the tables of Django's and allauth's accounts, whose migrations follow our user's."""

from django.db import migrations

from shopconnect.core.tenancy.walls import CHANGE, READ, Grant


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("sessions", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
    ]

    operations = [
        Grant(CHANGE, "django_session", "account_emailaddress", "account_emailconfirmation"),
        Grant(CHANGE, "mfa_authenticator", "usersessions_usersession"),
        Grant(READ, "django_content_type", "django_migrations", "auth_permission", "auth_group", "auth_group_permissions"),
    ]
