"""The ui room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """The frame of the merchant's pages."""

    name = "shopconnect.ui"

    def ready(self) -> None:
        """Enter the pages of this room and of those below it."""
        from shopconnect.accounts.types import Role
        from shopconnect.ui.navigation import register_entry, register_operator_entry

        register_entry("accounts:members", "people", _("Members"), [Role.OWNER], order=80)
        register_entry("accounts:tokens", "key", _("API tokens"), [Role.OWNER], order=90)
        register_operator_entry("ui:operation", "pulse", _("System status"), order=130)
