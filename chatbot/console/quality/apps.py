"""Chat quality, a part of the console with a table of its own."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatQualityConfig(AppConfig):
    """How good the assistant and the team are."""

    name = "chatbot.console.quality"
    label = "chat_quality"  # another room is called quality

    def ready(self) -> None:
        """Register the room's work, page, scope and file of a folder."""
        from chatbot.console.quality import folder, tasks  # noqa: F401
        from chatbot.console.quality.types import READ_CHAT_QUALITY
        from shopconnect.accounts.scopes import register_scope
        from shopconnect.accounts.types import EVERYBODY
        from shopconnect.ui.navigation import NavigationGroup, register_entry

        register_scope(READ_CHAT_QUALITY, _("Read figures about conversations"))
        register_entry(
            "chat_quality:quality", "pulse", _("Chat quality"), EVERYBODY, group=NavigationGroup.STOREFRONT, order=34
        )
