"""The console room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    """Where support staff read the conversations."""

    name = "chatbot.console"

    def ready(self) -> None:
        """Enter the room's page in the navigation, and what is found in it."""
        from chatbot.answers.staff.requests import on_message_for_staff, on_person_asked, on_person_awaited
        from chatbot.console import folder, home, privacy, tasks  # noqa: F401
        from chatbot.console.inbox import alerts, presence, tickets, words
        from chatbot.console.inbox.selectors import count_waiting
        from chatbot.console.inbox.types import READ_TICKETS
        from chatbot.console.mail import widget  # noqa: F401
        from chatbot.console.search import find_answers, find_conversations
        from chatbot.console.services import READ_CONVERSATION
        from shopconnect.accounts.scopes import register_scope
        from shopconnect.accounts.types import DESK, OFFICE
        from shopconnect.notifications.kinds import register_notice_kind
        from shopconnect.shops.audit import register_routine_action
        from shopconnect.ui.navigation import NavigationGroup, register_entry
        from shopconnect.ui.next_steps import register_next_step
        from shopconnect.ui.search import register_search
        from shopconnect.ui.shop_times import register_shop_time

        register_scope(READ_TICKETS, _("Read requests for a person"))
        register_routine_action(READ_CONVERSATION, _("%(who)s read a conversation"))
        on_person_asked("inbox", tickets.open_ticket)
        on_message_for_staff("inbox", tickets.hear_shopper)
        on_person_awaited("inbox", presence.awaited_person)
        register_entry(
            "console:inbox", "mail", _("Inbox"), DESK, group=NavigationGroup.STOREFRONT, order=28, count=count_waiting
        )
        register_entry("console:log", "chat", _("Conversations"), DESK, group=NavigationGroup.STOREFRONT, order=30)
        for kind, sentence, word in (
            (alerts.SHOPPER_WAITS, words.shopper_waits, _("A shopper is waiting for your team")),
            (alerts.ASSIGNED, words.chat_assigned, _("A conversation is assigned to you")),
            (alerts.UNANSWERED, words.chat_unanswered, _("A shopper has been waiting too long for a reply")),
        ):
            register_notice_kind(
                kind, sentence, word, roles=DESK, page="console:inbox", group=NavigationGroup.STOREFRONT
            )
        register_search("answers", _("FAQ"), find_answers, DESK, order=40)
        register_search("conversations", _("Conversations"), find_conversations, DESK, order=50)
        register_shop_time("answer", _("Last answer"), home.last_answer, is_of_shoppers=True, order=20)
        register_next_step("answers", home.first_answers_step, OFFICE, order=30)
        register_next_step("questions", home.passed_questions_step, DESK, order=60)
