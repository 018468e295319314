"""The notifications room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """What members are told."""

    name = "shopconnect.notifications"

    def ready(self) -> None:
        """Name the room's work and its personal data, and tell of what happens in the rooms below; enter its page."""
        from shopconnect.accounts.types import EVERYBODY, OFFICE
        from shopconnect.notifications import addresses, home, notices, privacy, shop_events, tasks  # noqa: F401
        from shopconnect.shops.audit import register_action
        from shopconnect.ui.navigation import NavigationGroup, register_entry
        from shopconnect.ui.next_steps import register_next_step

        shop_events.register_kinds()
        shop_events.follow_rooms_below()
        register_entry(
            "notifications:notices",
            "bell",
            _("Notifications"),
            EVERYBODY,
            group=NavigationGroup.OVERVIEW,
            order=30,
            count=notices.count_unread,
        )
        register_action(addresses.ADDRESS_GIVEN, _("%(who)s added an email address for notifications"))
        register_action(addresses.CANCELLED, _("%(who)s cancelled an email address before it was confirmed"))
        register_action(addresses.FORGOTTEN, _("%(who)s removed the email address for notifications"))
        register_next_step("address", home.address_step, OFFICE, order=50)
