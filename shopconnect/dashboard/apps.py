"""The dashboard room."""

from django.apps import AppConfig
from django.utils.translation import gettext, gettext_lazy


class DashboardConfig(AppConfig):
    """The merchant's pages."""

    name = "shopconnect.dashboard"

    def ready(self) -> None:
        """Name the room's work, what is noted of it and what members are told."""
        from shopconnect.accounts import access
        from shopconnect.accounts.types import EVERYBODY, OFFICE, Role
        from shopconnect.dashboard import exports, prices, tasks  # noqa: F401
        from shopconnect.notifications.kinds import register_notice_kind
        from shopconnect.shops.audit import register_action
        from shopconnect.ui import views
        from shopconnect.ui.navigation import register_entry

        # After a platform's own answer: an operator who joins a shop from its admin goes on doing so.
        access.when_without_shop(views.go_on_operating)
        register_entry("dashboard:home", "home", gettext_lazy("Home"), EVERYBODY, order=10)
        register_entry("dashboard:suggestions", "spark", gettext_lazy("Suggestions"), OFFICE, order=20)
        register_entry("dashboard:rules", "dials", gettext_lazy("Rules"), OFFICE, order=30)
        register_entry("dashboard:results", "pulse", gettext_lazy("Results"), OFFICE, order=40)
        register_entry(
            "dashboard:prices", "tag", gettext_lazy("Price changes"), OFFICE, order=50, is_shown=prices.takes_prices
        )
        register_entry("dashboard:export", "box", gettext_lazy("Export"), [Role.OWNER], order=120)
        register_action("asked_export", gettext_lazy("%(who)s asked for an export of the whole shop"))
        register_action("fetched_export", gettext_lazy("%(who)s fetched an export of the whole shop"))
        register_notice_kind(
            exports.READY,
            lambda params: gettext("The export of the whole shop is ready."),
            gettext_lazy("An export is ready"),
        )
