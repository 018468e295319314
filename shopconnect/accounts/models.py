"""Tables of the accounts room: people, what they may do in which shop, and the programs that may ask for it."""

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models

from shopconnect.accounts.types import Role
from shopconnect.core.fields import EncryptedTextField, PublicIdField
from shopconnect.core.tenancy.shop_model import ShopModel


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
    address = models.CharField(max_length=45, blank=True, db_default="")
    browser = models.CharField(max_length=200, blank=True, db_default="")

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], name="accounts_signin_user")]


class Membership(models.Model):
    """Which person works with which shop, as what. Doorway."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    shop = models.ForeignKey("shops.Shop", on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role])
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "shop"], name="accounts_member_once")]


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
        constraints = [models.UniqueConstraint(fields=["shop", "hash"], name="accounts_token_once")]


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
        constraints = [models.UniqueConstraint(fields=["shop", "hash"], name="accounts_invitation_once")]
