"""The console room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    """Where support staff read the conversations."""

    name = "chatbot.console"

    def ready(self) -> None:
        """Enter the room's page in the navigation, and what is found in it."""
        from chatbot.console.search import find_answers, find_conversations
        from shopconnect.accounts.types import DESK
        from shopconnect.ui.navigation import NavigationGroup, register_entry
        from shopconnect.ui.search import register_search

        register_entry("console:log", "chat", _("Conversations"), DESK, group=NavigationGroup.STOREFRONT, order=30)
        register_search("answers", _("FAQ"), find_answers, DESK, order=40)
        register_search("conversations", _("Conversations"), find_conversations, DESK, order=50)
