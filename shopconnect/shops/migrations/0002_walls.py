"""The walls of the shops room, and what the application may do with the doorway and the accounts."""

from django.db import migrations

from shopconnect.core.tenancy.walls import CHANGE, CURRENT_SHOP, READ, Grant, ShopWall, policy_statements

SAME_ORGANISATION = (
    f"EXISTS (SELECT FROM shops_shop s WHERE s.id = {CURRENT_SHOP} AND s.organisation_id = shops_organisation.id)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("shops", "0001_initial"),
        ("sessions", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
    ]

    operations = [
        *[
            ShopWall(name)
            for name in ("shopprofile", "install", "apitoken", "invitation", "notice", "noticepreference")
        ],
        ShopWall("auditentry", append_only=True),
        *[migrations.RunSQL(sql, "") for sql in policy_statements("shops_organisation", SAME_ORGANISATION)],
        Grant(CHANGE, "shops_organisation", "shops_shop", "shops_shopkey", "accounts_membership"),
        Grant(CHANGE, "accounts_user", "accounts_user_groups", "accounts_user_user_permissions", "django_session"),
        Grant(CHANGE, "account_emailaddress", "account_emailconfirmation"),
        Grant(CHANGE, "mfa_authenticator", "usersessions_usersession"),
        Grant("SELECT, INSERT", "accounts_signin"),
        Grant(READ, "django_content_type", "django_migrations", "auth_permission", "auth_group"),
        Grant(READ, "auth_group_permissions"),
    ]
