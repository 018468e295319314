"""The events room."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """What shoppers did, with consent."""

    name = "shopconnect.events"

    def ready(self) -> None:
        """Register what is personal, the room's work, its endpoints and its part of a product's page."""
        from shopconnect.accounts.types import OFFICE
        from shopconnect.catalog.panels import register_product_panel
        from shopconnect.events import panels, privacy, tasks, widget  # noqa: F401

        register_product_panel("events/product.html", panels.product_figures, OFFICE, order=10)
