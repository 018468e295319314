"""Tables of the shops room. Shop, ShopKey and Membership are the doorway: they hold nothing personal or commercial."""

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models

from shopconnect.core.fields import EncryptedTextField, PublicIdField
from shopconnect.core.tenancy import ShopModel
from shopconnect.shops.types import KeyKind, LeftBecause, Meter, Platform, Role


class UserManager(BaseUserManager["User"]):
    """Accounts are found by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Store an account; without a password it can only be entered by a reset."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractUser):
    """A person who works with shops, across shops; `is_staff` marks an operator of the system."""

    username = first_name = last_name = None  # type: ignore[assignment]
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=5, blank=True)

    USERNAME_FIELD, REQUIRED_FIELDS = "email", []
    objects = UserManager()  # type: ignore[assignment, misc]


class SignIn(models.Model):
    """A sign-in that worked or failed; kept for a year."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True)
    at = models.DateTimeField()
    succeeded = models.BooleanField()
    way = models.CharField(max_length=30)

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], name="shops_signin_user")]


class Organisation(models.Model):
    """Who owns shops. Its name is seen only from a scope of one of its shops (a policy of its own)."""

    id = PublicIdField(primary_key=True)
    name = models.CharField(max_length=200)


class Shop(models.Model):
    """One store. Doorway."""

    public_id = PublicIdField(unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    organisation_id = models.BigIntegerField(null=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)


class ShopKey(models.Model):
    """By what a shop is found before any scope is open. Doorway."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in KeyKind])
    value = models.CharField(max_length=255)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value"], name="shops_key_once", condition=~models.Q(kind=KeyKind.DOMAIN.value)
            ),
            models.UniqueConstraint(fields=["shop", "kind", "value"], name="shops_key_once_a_shop"),
        ]


class Membership(models.Model):
    """Which person works with which shop, as what. Doorway."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role])
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "shop"], name="shops_member_once")]


class ShopProfile(ShopModel):
    """What a shop says of itself; one row a shop."""

    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    timezone = models.CharField(max_length=60)
    languages = models.JSONField(default=list)
    countries = models.JSONField(default=list)
    hosts = models.JSONField(default=list)
    prices_include_tax = models.BooleanField(null=True)
    settings = models.JSONField(default=dict)

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop"], name="shops_profile_once")]


class Install(ShopModel):
    """Our presence on the shop's platform; at most one is live. Its tokens are one text: a pair is never half new."""

    platform = models.CharField(max_length=20, choices=[(platform.value, platform.value) for platform in Platform])
    external_id = models.CharField(max_length=255)
    tokens = EncryptedTextField(blank=True, db_column="token")
    tokens_at = models.DateTimeField(null=True)
    signed_in_at = models.DateTimeField(null=True)
    needs_sign_in_at = models.DateTimeField(null=True)
    installed_at = models.DateTimeField(auto_now_add=True)
    uninstalled_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["shop"], name="shops_install_live_once", condition=models.Q(uninstalled_at=None)
            )
        ]


class Goodbye(ShopModel):
    """Why the shop left, where its people said so; it goes when the shop comes back, and with the shop."""

    because = models.CharField(
        max_length=12, blank=True, choices=[(reason.value, reason.value) for reason in LeftBecause]
    )
    saying = EncryptedTextField(blank=True)
    said_at = models.DateTimeField()

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop"], name="shops_goodbye_once")]


class ApiToken(ShopModel):
    """A token of the REST API; the token itself is shown once, its hash is a ShopKey."""

    public_id = PublicIdField()
    name = models.CharField(max_length=80)
    hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "hash"], name="shops_token_once")]


class Invitation(ShopModel):
    """An invitation by e-mail; its token's hash is a ShopKey until it is used or withdrawn."""

    email = EncryptedTextField()
    email_key = models.CharField(max_length=64)
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role])
    hash = models.CharField(max_length=64)
    language = models.CharField(max_length=5, default="en")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "hash"], name="shops_invitation_once")]


class AuditEntry(ShopModel):
    """Who did what in a shop; added to, never changed."""

    at = models.DateTimeField(auto_now_add=True)
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=120, blank=True)
    detail = models.JSONField(default=dict)

    class Meta(ShopModel.Meta):
        indexes = [models.Index(fields=["shop", "-at"], name="shops_audit_at")]


class Notice(ShopModel):
    """Something a member should know; sent by e-mail too where the member wants it."""

    key = models.CharField(max_length=120)  # type: ignore[assignment]  # hides ShopModel.key, which only Meta uses
    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("shops_notice"),
            models.UniqueConstraint(fields=["shop", "user_id", "key"], name="shops_notice_once"),
        ]
        indexes = [models.Index(fields=["shop", "user_id", "-at"], name="shops_notice_user")]


class NoticePreference(ShopModel):
    """That a member does not want a kind of notice by e-mail."""

    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    by_mail = models.BooleanField(default=False)

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "user_id", "kind"], name="shops_preference_once")]


class NoticeAddress(ShopModel):
    """Where the shop is written to whose people have no address here; beside it one at most waits to take its place."""

    email = EncryptedTextField()
    email_key = models.CharField(max_length=64)
    language = models.CharField(max_length=5, default="en")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["shop"], name="shops_address_once", condition=~models.Q(confirmed_at=None)),
            models.UniqueConstraint(
                fields=["shop"], name="shops_address_waits_once", condition=models.Q(confirmed_at=None)
            ),
        ]


class ShopPlan(ShopModel):
    """What the shop pays for, as we heard last from who takes the money; one row a shop."""

    handle = models.CharField(max_length=80, blank=True)
    trial_ends_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField()

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop"], name="shops_plan_once")]


class MonthUsage(ShopModel):
    """How much of a meter was used in a month (UTC), by its first day."""

    month = models.DateField()
    meter = models.CharField(max_length=20, choices=[(meter.value, meter.value) for meter in Meter])
    count = models.BigIntegerField(default=0)

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "month", "meter"], name="shops_usage_once")]
