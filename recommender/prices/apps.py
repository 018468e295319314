"""The prices room."""

from django.apps import AppConfig


class PricesConfig(AppConfig):
    """Prices and their changes."""

    name = "recommender.prices"

    def ready(self) -> None:
        """Have changes of prices sent as every change for a shop's platform."""
        from recommender.prices.outbox_kind import PRICE_CHANGE
        from shopconnect.sync.registry import register_outbox_kind

        register_outbox_kind(PRICE_CHANGE)
