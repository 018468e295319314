"""The dashboard room."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """The merchant's pages."""

    name = "shopconnect.dashboard"

    def ready(self) -> None:
        """Name the room's work to those who ask for it."""
        from shopconnect.dashboard import tasks  # noqa: F401
