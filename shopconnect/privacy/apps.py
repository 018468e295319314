"""The privacy room."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """What we may know, and for how long."""

    name = "shopconnect.privacy"

    def ready(self) -> None:
        """Register what is personal, and the room's work."""
        from shopconnect.privacy import privacy, tasks  # noqa: F401
