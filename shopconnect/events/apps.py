"""The events room."""

from importlib import import_module

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """What shoppers did, with consent."""

    name = "shopconnect.events"

    def ready(self) -> None:
        import_module("shopconnect.events.privacy")
