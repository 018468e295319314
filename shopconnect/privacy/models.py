"""What we may know: the consents given and taken back."""

from django.db import models

from shopconnect.core.tenancy import ShopModel


class Consent(ShopModel):
    """A yes or a no of one visitor or customer to one purpose; the latest one counts."""

    visitor = models.CharField(max_length=64, blank=True)
    customer_external_id = models.CharField(max_length=255, blank=True)
    purpose = models.CharField(max_length=40)
    is_given = models.BooleanField()
    at = models.DateTimeField()
    source = models.CharField(max_length=120, blank=True)

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "visitor", "customer_external_id", "purpose", "at"], name="privacy_consent_once"
            )
        ]
        indexes = [models.Index(fields=["shop", "customer_external_id"], name="privacy_consent_customer")]
