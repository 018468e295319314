"""The demo room."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The invented shop."""

    name = "shopconnect.demo"

    def ready(self) -> None:
        """Name the room's work, have visitors choose who they are, and the storefront go with its shop."""
        from shopconnect.accounts import access
        from shopconnect.demo import tasks, views  # noqa: F401
        from shopconnect.demo.storefront.services import windows
        from shopconnect.shops import erasure

        erasure.when_shut("storefront", windows.renew)
        access.when_not_signed_in(views.offer_parts)
