"""Tables of the shops room. Shop and ShopKey are of the doorway: they hold nothing personal or commercial."""

from django.db import models

from shopconnect.core.fields import EncryptedTextField, PublicIdField
from shopconnect.core.tenancy.shop_model import ShopModel
from shopconnect.shops.types import KeyKind, UninstallReason


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
    needs_second_step = models.BooleanField(default=False, db_default=False)  # of whoever works with it
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

    platform = models.CharField(max_length=20)  # the name of a registered one
    external_id = models.CharField(max_length=255)
    number = models.CharField(max_length=64, blank=True)  # the platform's own, by which its other services know it
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


class UninstallFeedback(ShopModel):
    """Why the shop left, where its people said so; it goes when the shop comes back, and with the shop."""

    because = models.CharField(
        max_length=12, blank=True, choices=[(reason.value, reason.value) for reason in UninstallReason]
    )
    saying = EncryptedTextField(blank=True)
    said_at = models.DateTimeField()

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop"], name="shops_goodbye_once")]


class AuditEntry(ShopModel):
    """Who did what in a shop; added to, never changed."""

    at = models.DateTimeField(auto_now_add=True)
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=120, blank=True)
    detail = models.JSONField(default=dict)

    class Meta(ShopModel.Meta):
        indexes = [models.Index(fields=["shop", "-at"], name="shops_audit_at")]
