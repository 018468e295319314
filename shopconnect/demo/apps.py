"""The demo room."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The invented shop."""

    name = "shopconnect.demo"

    def ready(self) -> None:
        """Name the room's work."""
        from shopconnect.demo import tasks  # noqa: F401
