"""The experiments room."""

from django.apps import AppConfig


class ExperimentsConfig(AppConfig):
    """Who is in which arm, and what each arm earned."""

    name = "shopconnect.experiments"

    def ready(self) -> None:
        """Name the room's work and its file, and listen for loads."""
        from shopconnect.experiments import counting, folder, notices, tasks  # noqa: F401
        from shopconnect.sync import registry

        notices.register_kinds()
        registry.after_load("experiments", counting.ask_weighing)
