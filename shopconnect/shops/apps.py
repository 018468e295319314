"""The shops room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShopsConfig(AppConfig):
    """Who installed us."""

    name = "shopconnect.shops"

    def ready(self) -> None:
        """Name the room's work, and have it follow a shop that comes and goes."""
        from shopconnect.shops import audit, erasure, installs, privacy, tasks, uninstall_feedback  # noqa: F401

        audit.register_action("installed", _("ShopConnect was installed: %(subject)s"))
        audit.register_action("uninstalled", _("ShopConnect was uninstalled: %(subject)s"))
        installs.after_uninstall("erasure", erasure.plan_erasure)
        installs.after_install("feedback", uninstall_feedback.forget_feedback)
