"""The dashboard room."""

from django.apps import AppConfig
from django.utils.translation import gettext, gettext_lazy


class DashboardConfig(AppConfig):
    """The merchant's pages."""

    name = "shopconnect.dashboard"

    def ready(self) -> None:
        """Name the room's work, what is noted of it and what members are told, and where operators go on."""
        from shopconnect.accounts import access
        from shopconnect.dashboard import entrance, exports, tasks  # noqa: F401
        from shopconnect.notifications.kinds import register_notice_kind
        from shopconnect.shops.audit import register_action

        access.when_without_shop(entrance.go_on_operating)
        register_action("asked_export", gettext_lazy("%(who)s asked for an export of the whole shop"))
        register_action("fetched_export", gettext_lazy("%(who)s fetched an export of the whole shop"))
        register_notice_kind(
            exports.READY,
            lambda params: gettext("The export of the whole shop is ready."),
            gettext_lazy("An export is ready"),
        )
