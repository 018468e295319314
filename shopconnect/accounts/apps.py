"""The accounts room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People who work with shops."""

    name = "shopconnect.accounts"

    def ready(self) -> None:
        """Name the room's work and its personal data, say what is noted of members, and empty a shop that is erased."""
        from shopconnect.accounts import members, privacy, tasks  # noqa: F401
        from shopconnect.shops import erasure
        from shopconnect.shops.audit import register_action

        erasure.when_shut("members", members.end_memberships)
        register_action("invited", _("%(who)s invited someone as: %(subject)s"))
        register_action("joined", _("%(who)s joined as: %(subject)s"))
        register_action("withdrew_invitation", _("%(who)s withdrew an invitation"))
        register_action("changed_role", _("%(who)s changed the role of %(about)s: %(subject)s"))
        register_action("left", _("%(who)s left the shop"))
        register_action("removed", _("%(who)s removed %(about)s"))
        register_action("handed_over", _("%(who)s transferred the shop to %(about)s"))
        register_action("second_step_needed", _("%(who)s made two-step verification mandatory for everyone"))
        register_action("second_step_optional", _("%(who)s made two-step verification optional"))
        register_action("token_made", _("%(who)s created the API token %(subject)s"))
        register_action("token_revoked", _("%(who)s revoked the API token %(subject)s"))
