"""The table of WooCommerce's room. It stands beside the doorway: there is no shop yet."""

from django.db import models

from shopconnect.core.fields import EncryptedTextField


class Approval(models.Model):
    """A yes that a merchant was sent to say in their shop, and the key that came of it, until it is tried.

    Neither whose it is nor of which shop stands here: the session that began it knows, and shows the state.
    """

    state_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)
    tokens = EncryptedTextField(blank=True)
