"""Tables of WooCommerce's room."""

from django.db import models

from shopconnect.core.fields import EncryptedTextField
from shopconnect.core.tenancy.shop_model import ShopModel


class Approval(models.Model):
    """A yes that a merchant was sent to say in their shop, and the key that came of it, until it is tried.

    It stands beside the doorway, for there is no shop yet. Neither whose it is nor of which shop stands here: the
    session that began it knows, and shows the state.
    """

    state_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)
    tokens = EncryptedTextField(blank=True)


class HealthCheck(ShopModel):
    """What was found when a shop was last examined: the fields of `WooHealth`."""

    checked_at = models.DateTimeField()
    found = models.JSONField()

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop"], name="woo_health_once")]
