"""The experiments room."""

from importlib import import_module

from django.apps import AppConfig


class ExperimentsConfig(AppConfig):
    """Who is in which arm, and what each arm earned."""

    name = "shopconnect.experiments"

    def ready(self) -> None:
        """Name the room's work."""
        import_module("shopconnect.experiments.tasks")
