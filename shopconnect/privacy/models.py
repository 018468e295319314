"""What we may know: the consents given and taken back, and what people asked of us under the law."""

from django.db import models

from shopconnect.connectors.base import PrivacyRequestKind
from shopconnect.core.fields import PublicIdField
from shopconnect.core.tenancy.shop_model import ShopModel


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
        indexes = [
            models.Index(fields=["shop", "customer_external_id"], name="privacy_consent_customer"),
            models.Index(fields=["shop", "at"], name="privacy_consent_at"),
        ]


class PrivacyRequest(ShopModel):
    """A request under privacy law and what became of it. Whom it is about is forgotten once it is done."""

    public_id = PublicIdField()
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in PrivacyRequestKind])
    reference = models.CharField(max_length=255)
    customer_external_id = models.CharField(max_length=255, blank=True)
    person_key = models.CharField(max_length=64, null=True)
    orders = models.JSONField(default=list)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    is_refused = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)
    file_until = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["shop", "kind", "reference"], name="privacy_request_once"),
            models.UniqueConstraint(fields=["shop", "public_id"], name="privacy_request_public"),
        ]
        indexes = [models.Index(fields=["shop", "-received_at"], name="privacy_request_received")]
