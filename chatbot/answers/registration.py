"""What this room enters in the registries of the rooms below, when the site starts."""

from django.utils.translation import gettext_lazy as _

from chatbot.answers.types import ANSWERS, READ_CHATS, READ_FAQ, WRITE_FAQ
from shopconnect.accounts.scopes import register_scope
from shopconnect.billing.meters import register_meter

ANSWERS_A_MONTH = {"free": 100, "starter": 1_000, "growth": 5_000, "scale": 20_000}


def register() -> None:
    """Enter what is allowed and counted here."""
    register_scope(READ_FAQ, _("Read the FAQ"))
    register_scope(WRITE_FAQ, _("Write the FAQ"))
    register_scope(READ_CHATS, _("Read conversations"))
    register_meter(ANSWERS, _("Conversations with the assistant"), ANSWERS_A_MONTH)
