"""The events room."""

from importlib import import_module

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """What shoppers did, with consent."""

    name = "shopconnect.events"

    def ready(self) -> None:
        """Register what is personal, the room's work and its endpoints."""
        for door in ("privacy", "tasks", "widget"):
            import_module(f"shopconnect.events.{door}")
