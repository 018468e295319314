"""The widgets room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WidgetsConfig(AppConfig):
    """What shoppers see of us."""

    name = "shopconnect.widgets"

    def ready(self) -> None:
        """Register what owners read of this room."""
        from shopconnect.shops.audit import register_action
        from shopconnect.widgets.services import REVOKED_STAFF_MARKS

        register_action(REVOKED_STAFF_MARKS, _("%(who)s had all team browsers counted again"))
