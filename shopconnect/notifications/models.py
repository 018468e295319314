"""Tables of the notifications room: what members are told, and where."""

from django.db import models

from shopconnect.core.fields import EncryptedTextField
from shopconnect.core.tenancy.shop_model import ShopModel


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
            ShopModel.key("notifications_notice"),
            models.UniqueConstraint(fields=["shop", "user_id", "key"], name="notifications_notice_once"),
        ]
        indexes = [models.Index(fields=["shop", "user_id", "-at"], name="notifications_notice_user")]


class NoticePreference(ShopModel):
    """That a member does not want a kind of notice by e-mail."""

    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    by_mail = models.BooleanField(default=False)

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["shop", "user_id", "kind"], name="notifications_preference_once")
        ]


class NoticeAddress(ShopModel):
    """Where the shop is written to whose people have no address here; beside it one at most waits to take its place."""

    email = EncryptedTextField()
    email_key = models.CharField(max_length=64)
    language = models.CharField(max_length=5, default="en")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["shop"], name="notifications_address_once", condition=~models.Q(confirmed_at=None)
            ),
            models.UniqueConstraint(
                fields=["shop"], name="notifications_address_waits_once", condition=models.Q(confirmed_at=None)
            ),
        ]
