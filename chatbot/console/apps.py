"""The console room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    """Where support staff read the conversations."""

    name = "chatbot.console"

    def ready(self) -> None:
        """Enter the room's page in the navigation."""
        from shopconnect.accounts.types import DESK
        from shopconnect.ui.navigation import register_entry

        register_entry("console:log", "chat", _("Conversations"), DESK, order=60)
