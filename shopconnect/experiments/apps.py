"""The experiments room."""

from importlib import import_module

from django.apps import AppConfig


class ExperimentsConfig(AppConfig):
    """Who is in which arm, and what each arm earned."""

    name = "shopconnect.experiments"

    def ready(self) -> None:
        """Name the room's work and its file, and listen for loads."""
        for door in ("tasks", "folder"):
            import_module(f"shopconnect.experiments.{door}")
        counting = import_module("shopconnect.experiments.counting")
        import_module("shopconnect.sync.registry").after_load("experiments", counting.ask_weighing)
