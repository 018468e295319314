"""The notifications room."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """What members are told."""

    name = "shopconnect.notifications"

    def ready(self) -> None:
        """Name the room's work and its personal data."""
        from shopconnect.notifications import privacy, tasks  # noqa: F401
