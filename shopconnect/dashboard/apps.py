"""The dashboard room."""

from importlib import import_module

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """The merchant's pages."""

    name = "shopconnect.dashboard"

    def ready(self) -> None:
        """Name the room's work to those who ask for it."""
        import_module("shopconnect.dashboard.tasks")
