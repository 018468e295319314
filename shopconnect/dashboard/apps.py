"""The dashboard room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class DashboardConfig(AppConfig):
    """The merchant's pages."""

    name = "shopconnect.dashboard"

    def ready(self) -> None:
        """Enter the home in the navigation, and have operators go on to theirs."""
        from shopconnect.accounts import access
        from shopconnect.accounts.types import EVERYBODY
        from shopconnect.dashboard.views import front_page
        from shopconnect.ui import views
        from shopconnect.ui.navigation import NavigationGroup, register_entry

        # After a platform's own answer: an operator who joins a shop from its admin goes on doing so.
        access.when_not_signed_in(front_page)
        access.when_without_shop(views.go_on_operating)
        register_entry(
            "dashboard:home", "home", gettext_lazy("Home"), EVERYBODY, group=NavigationGroup.OVERVIEW, order=10
        )
