"""The demo room."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The invented shop."""

    name = "shopconnect.demo"

    def ready(self) -> None:
        """Name the room's work, and have visitors choose who they are."""
        from shopconnect.accounts import access
        from shopconnect.demo import tasks, views  # noqa: F401

        access.when_not_signed_in(views.offer_parts)
