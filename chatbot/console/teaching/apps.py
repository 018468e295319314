"""Teaching, a part of the console with tables of its own."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeachingConfig(AppConfig):
    """What staff teach the assistant."""

    name = "chatbot.console.teaching"

    def ready(self) -> None:
        """Register the room's work and page, and have questions grouped anew once the FAQ has changed or was loaded."""
        from chatbot.answers.drafts.indexing import follow_indexing
        from chatbot.console.teaching import tasks  # noqa: F401
        from chatbot.console.teaching.groups import ask_groups, follow_questions
        from shopconnect.accounts.types import DESK
        from shopconnect.shops.audit import register_action
        from shopconnect.sync.services import after_load
        from shopconnect.ui.navigation import NavigationGroup, register_entry

        follow_indexing("question_groups", ask_groups)
        after_load("question_groups", follow_questions)
        register_action("reported_answer", _("%(who)s reported an answer: “%(subject)s”"))
        register_action("dismissed_questions", _("%(who)s dismissed a group of unanswered questions"))
        register_action("reopened_questions", _("%(who)s reopened a group of unanswered questions"))
        label = _("Unanswered questions")
        register_entry("teaching:questions", "unknown", label, DESK, group=NavigationGroup.STOREFRONT, order=32)
