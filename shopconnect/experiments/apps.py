"""The experiments room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExperimentsConfig(AppConfig):
    """Who is in which arm, and what each arm earned."""

    name = "shopconnect.experiments"

    def ready(self) -> None:
        """Name the room's work, its page and its file, what is noted of it and told, and listen for loads."""
        from shopconnect.accounts.types import OFFICE
        from shopconnect.experiments import counting, decisions, folder, notices, tasks  # noqa: F401
        from shopconnect.shops.audit import register_action
        from shopconnect.sync import registry
        from shopconnect.ui.navigation import register_entry

        notices.register_kinds()
        register_action(decisions.ENDED_TEST, _("%(who)s ended the A/B test"))
        register_entry("experiments:results", "pulse", _("Results"), OFFICE, order=40)
        registry.after_load("experiments", counting.ask_weighing)
