"""The shops room."""

from django.apps import AppConfig


class ShopsConfig(AppConfig):
    """Who installed us."""

    name = "shopconnect.shops"

    def ready(self) -> None:
        """Name the room's work, and have it follow a shop that comes and goes."""
        from shopconnect.shops import erasure, installs, privacy, tasks, uninstall_feedback  # noqa: F401

        installs.after_uninstall("erasure", erasure.plan_erasure)
        installs.after_install("feedback", uninstall_feedback.forget_feedback)
