"""The orders room."""

from importlib import import_module

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """What was bought and by whom."""

    name = "shopconnect.orders"

    def ready(self) -> None:
        for door in ("privacy", "tasks"):
            import_module(f"shopconnect.orders.{door}")
