"""The orders room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """What was bought and by whom."""

    name = "shopconnect.orders"

    def ready(self) -> None:
        """Register what is personal, the room's work and pages, what is found in it, and what tokens may do here."""
        from shopconnect.accounts.scopes import register_scope
        from shopconnect.accounts.types import DESK, EVERYBODY
        from shopconnect.orders import browsing, privacy, search, tasks, types  # noqa: F401
        from shopconnect.shops.audit import register_action
        from shopconnect.ui.navigation import NavigationGroup, register_entry
        from shopconnect.ui.search import register_search

        register_scope(types.READ_ORDERS, _("Read orders and refunds"))
        register_scope(types.TRACK_ORDERS, _("Find an order by number and email"))
        register_scope(types.READ_CUSTOMERS, _("Read customers, without contact details"))
        register_entry("orders:orders", "cart", _("Orders"), EVERYBODY, group=NavigationGroup.SALES, order=20)
        register_entry("orders:customers", "person", _("Customers"), DESK, group=NavigationGroup.SALES, order=30)
        register_search("orders", _("Orders"), search.find_orders, EVERYBODY, order=20)
        register_search("customers", _("Customers"), search.find_customers, DESK, order=30)
        register_action(browsing.FETCHED, _("%(who)s downloaded the list of customers"))
