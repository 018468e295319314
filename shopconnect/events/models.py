"""Events, partitioned by month, written by the application and `ingest`, keyed (shop, day, id); and what was lost."""

from django.db import models

from shopconnect.core.fields import AmountField
from shopconnect.core.tenancy.shop_model import ShopModel


class Event(ShopModel):
    """What a shopper did, under GA4's names. It holds the platform's ids as text and no foreign key."""

    pk = models.CompositePrimaryKey("shop_id", "day", "id")
    day = models.DateField()
    id = models.UUIDField()  # a UUIDv7 made on the device
    name = models.CharField(max_length=40)
    at = models.DateTimeField()
    visit = models.CharField(max_length=64)
    visitor = models.CharField(max_length=64, blank=True)
    customer_external_id = models.CharField(max_length=255, blank=True)
    product_external_id = models.CharField(max_length=255, blank=True)
    product_external_ids = models.JSONField(default=list)
    query = models.TextField(blank=True)
    page = models.TextField(blank=True)
    source = models.CharField(max_length=255, blank=True)
    medium = models.CharField(max_length=255, blank=True)
    campaign = models.CharField(max_length=255, blank=True)
    value_amount = AmountField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    order_external_id = models.CharField(max_length=255, blank=True, db_default="")
    checkout_digest = models.CharField(max_length=64, blank=True, db_default="")
    shelf = models.CharField(max_length=20, blank=True, db_default="")
    model_version = models.CharField(max_length=64, blank=True, db_default="")
    reason_keys = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))

    class Meta(ShopModel.Meta):
        indexes = [
            models.Index(fields=["shop", "name", "at"], name="events_event_name_at"),
            models.Index(fields=["shop", "visitor"], name="events_event_visitor", condition=~models.Q(visitor="")),
            models.Index(
                fields=["shop", "customer_external_id"],
                name="events_event_customer",
                condition=~models.Q(customer_external_id=""),
            ),
        ]


class LostEvents(ShopModel):
    """How many events of a day (UTC) came faster than the shop's share of what may wait holds; nothing else is kept."""

    day = models.DateField()
    count = models.BigIntegerField(default=0)

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "day"], name="events_lost_once")]
