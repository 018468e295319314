"""The widgets room."""

from importlib import import_module

from django.apps import AppConfig


class WidgetsConfig(AppConfig):
    """What shoppers see of us."""

    name = "shopconnect.widgets"

    def ready(self) -> None:
        """Have our web pixel switched on in a shop that comes, comes back, or signs in again."""
        import_module("shopconnect.platforms.shopify.tasks")
        installs, services = import_module("shopconnect.shops.installs"), import_module("shopconnect.widgets.services")
        installs.after_install("pixel", services.ask_pixel)
        installs.after_sign_in("pixel", services.ask_pixel)
