"""The billing room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    """Plans, and what was used of them."""

    name = "shopconnect.billing"

    def ready(self) -> None:
        """Name the room's work and what members are told of it, and have a plan read when a shop comes."""
        from django.conf import settings

        from shopconnect.accounts.types import Role
        from shopconnect.billing import checkout, notices, plans, tasks  # noqa: F401
        from shopconnect.shops import installs
        from shopconnect.ui.navigation import NavigationGroup, register_entry
        from shopconnect.ui.panels import PanelPlace, register_panel

        register_panel(PanelPlace.ALERT, "billing/ended.html", plans.ended_plan, [Role.OWNER], order=20)
        notices.register_kinds()
        installs.after_install("plan", plans.ask_plan)
        installs.after_uninstall("plan", checkout.ask_end)
        if settings.STRIPE_KEY:
            from shopconnect.billing import stripe

            stripe.register()
        register_entry(
            "billing:plan", "card", _("Plan and usage"), [Role.OWNER], group=NavigationGroup.SETTINGS, order=30
        )
