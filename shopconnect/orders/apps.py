"""The orders room."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """What was bought and by whom."""

    name = "shopconnect.orders"

    def ready(self) -> None:
        """Register what is personal, and the room's work."""
        from shopconnect.orders import privacy, tasks  # noqa: F401
