"""The orders room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """What was bought and by whom."""

    name = "shopconnect.orders"

    def ready(self) -> None:
        """Register what is personal, the room's work, and what tokens may do here."""
        from shopconnect.accounts.scopes import register_scope
        from shopconnect.orders import privacy, tasks, types  # noqa: F401

        register_scope(types.READ_ORDERS, _("Read orders and refunds"))
        register_scope(types.TRACK_ORDERS, _("Find an order by number and email"))
        register_scope(types.READ_CUSTOMERS, _("Read customers, without contact details"))
