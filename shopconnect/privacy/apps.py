"""The privacy room."""

from django.apps import AppConfig
from django.utils.translation import gettext, gettext_lazy


class PrivacyConfig(AppConfig):
    """What we may know, and for how long."""

    name = "shopconnect.privacy"

    def ready(self) -> None:
        """Register what is personal, the room's work, its page, what is noted and what members are told."""
        from shopconnect.accounts.types import Role
        from shopconnect.notifications.kinds import register_notice_kind
        from shopconnect.privacy import privacy, requests, tasks  # noqa: F401
        from shopconnect.shops.audit import register_action
        from shopconnect.ui.navigation import register_entry

        register_entry("privacy:requests", "lock", gettext_lazy("Privacy requests"), [Role.OWNER], order=110)
        register_action("fetched_privacy_file", gettext_lazy("%(who)s downloaded a customer’s data"))
        register_action(
            "refused_erasure",
            gettext_lazy("A request to delete this shop arrived after it was reinstalled: nothing was deleted"),
        )
        register_notice_kind(
            requests.FILE_READY,
            lambda params: gettext("A customer has asked for their data: the file is ready for you to send."),
            gettext_lazy("A customer asks for their data"),
        )
