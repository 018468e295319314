"""The prices room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PricesConfig(AppConfig):
    """Prices and their changes."""

    name = "recommender.prices"

    def ready(self) -> None:
        """Have changes of prices sent as every change for a shop's platform."""
        from recommender.prices.outbox_kind import PRICE_CHANGE
        from shopconnect.shops import audit
        from shopconnect.sync.registry import register_outbox_kind

        audit.register_action(PRICE_CHANGE.action, _("%(who)s asked for a price change: %(subject)s"))
        register_outbox_kind(PRICE_CHANGE)
