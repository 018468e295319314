"""Tables of the quality room: since when a capability's light has been as it is."""

from django.db import models

from shopconnect.core.clock import now
from shopconnect.core.tenancy.shop_model import ShopModel


class CapabilityState(ShopModel):
    """The colour of a capability's light when it was last looked at, and since when."""

    name = models.CharField(max_length=30)
    colour = models.CharField(max_length=5)
    since = models.DateTimeField(default=now)

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("quality_capabilitystate"),
            models.UniqueConstraint(fields=["shop", "name"], name="quality_capabilitystate_name"),
        ]
