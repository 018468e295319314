"""The experiments room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExperimentsConfig(AppConfig):
    """Who is in which arm, and what each arm earned."""

    name = "shopconnect.experiments"

    def ready(self) -> None:
        """Name the room's work, its page and its file, what is noted of it and told, and listen for loads."""
        from shopconnect.accounts.types import EVERYBODY, OFFICE
        from shopconnect.experiments import counting, decisions, folder, notices, tasks  # noqa: F401
        from shopconnect.experiments.history import home
        from shopconnect.shops.audit import register_action
        from shopconnect.sync import registry
        from shopconnect.ui.navigation import NavigationGroup, register_entry
        from shopconnect.ui.panels import PanelPlace, register_panel
        from shopconnect.ui.shop_times import register_shop_time

        register_panel(PanelPlace.ALERT, "experiments/fallen.html", home.fallen_shelves, EVERYBODY, order=10)
        register_panel(PanelPlace.EARNED, "experiments/earned.html", home.earned, OFFICE, order=10)
        register_panel(PanelPlace.BELOW, "experiments/use.html", home.use_charts, OFFICE, order=10)
        register_shop_time("shown", _("Last suggestions"), home.last_shown, is_of_shoppers=True, order=10)
        notices.register_kinds()
        register_action(decisions.ENDED_TEST, _("%(who)s ended the A/B test"))
        register_entry("experiments:results", "pulse", _("Results"), OFFICE, group=NavigationGroup.OVERVIEW, order=20)
        registry.after_load("experiments", counting.ask_weighing)
