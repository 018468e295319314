"""The privacy room."""

from importlib import import_module

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """What we may know, and for how long."""

    name = "shopconnect.privacy"

    def ready(self) -> None:
        for door in ("privacy", "tasks"):
            import_module(f"shopconnect.privacy.{door}")
