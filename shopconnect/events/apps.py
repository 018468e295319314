"""The events room."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """What shoppers did, with consent."""

    name = "shopconnect.events"

    def ready(self) -> None:
        """Register what is personal, the room's work and its endpoints."""
        from shopconnect.events import privacy, tasks, widget  # noqa: F401
