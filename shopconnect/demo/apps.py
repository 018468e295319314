"""The demo room."""

from django.apps import AppConfig
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """The invented shop."""

    name = "shopconnect.demo"

    def ready(self) -> None:
        """Name the room's work, have visitors choose who they are, and the storefront go with its shop."""
        from shopconnect.accounts import access
        from shopconnect.accounts.first_steps import register_first_step
        from shopconnect.demo import tasks, views  # noqa: F401
        from shopconnect.demo.storefront.services import windows
        from shopconnect.shops import erasure

        if settings.DEMO:
            register_first_step(
                "demo",
                _("Look around the demo"),
                _("A fictional shop with 18 months of orders shows every page, with nothing to set up."),
                lambda: reverse("demo:choose_part"),
                order=90,
            )
        erasure.when_shut("storefront", windows.renew)
        access.when_not_signed_in(views.offer_parts)
