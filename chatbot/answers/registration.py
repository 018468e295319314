"""What this room enters in the registries of the rooms below, when the site starts."""

from django.utils.translation import gettext_lazy as _

from chatbot.answers.light import answers_light
from chatbot.answers.types import ANSWERS, READ_BY_PROGRAM, READ_CHATS, READ_FAQ, WRITE_FAQ
from shopconnect.accounts.scopes import register_scope
from shopconnect.accounts.types import EVERYBODY
from shopconnect.billing.meters import register_meter
from shopconnect.shops.audit import register_action, register_routine_action
from shopconnect.ui.lights import register_light
from shopconnect.ui.navigation import NavigationGroup, register_entry

ANSWERS_A_MONTH = {"free": 100, "starter": 1_000, "growth": 5_000, "scale": 20_000}


def register() -> None:
    """Enter what is allowed and counted here."""
    register_scope(READ_FAQ, _("Read the FAQ"))
    register_scope(WRITE_FAQ, _("Write the FAQ"))
    register_scope(READ_CHATS, _("Read conversations"))
    register_light("answers", _("The assistant’s answers"), answers_light, order=20)
    register_meter(ANSWERS, _("Conversations with the assistant"), ANSWERS_A_MONTH)
    register_routine_action(READ_BY_PROGRAM, _("A program with the token “%(subject)s” read conversations"))
    register_action("published_answer", _("%(who)s published the answer to “%(subject)s”"))
    register_action("unpublished_answer", _("%(who)s unpublished the answer to “%(subject)s”"))
    register_action("moved_threshold", _("%(who)s set the confidence from which the assistant answers: %(subject)s %%"))
    register_action("marked_answer", _("%(who)s marked which answer to a shopper is right: %(subject)s"))
    register_action("marked_no_answer", _("%(who)s marked that no FAQ answer is right for a shopper"))
    register_action("allowed_model", _("%(who)s allowed calls to a language model: %(subject)s"))
    register_action("withdrew_model", _("%(who)s no longer allows calls to a language model: %(subject)s"))
    register_action("began_wording", _("%(who)s let the language model word answers in the chat"))
    register_action("ended_wording", _("%(who)s no longer lets the language model word answers in the chat"))
    register_entry("answers:answers", "unknown", _("Answers"), EVERYBODY, group=NavigationGroup.STOREFRONT, order=25)
