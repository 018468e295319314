"""The widgets room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WidgetsConfig(AppConfig):
    """What shoppers see of us."""

    name = "shopconnect.widgets"

    def ready(self) -> None:
        """Register what owners read of this room, and have it follow a shop that goes or comes back."""
        from shopconnect.accounts.types import OFFICE
        from shopconnect.shops import erasure, installs
        from shopconnect.shops.audit import register_action
        from shopconnect.ui.next_steps import register_next_step
        from shopconnect.widgets.home import storefront_step
        from shopconnect.widgets.services import ALLOWED_SITE, REVOKED_STAFF_MARKS, WITHDREW_SITE, forget_fronts

        erasure.when_shut("widgets", forget_fronts)
        installs.after_install("widgets", forget_fronts)
        installs.after_uninstall("widgets", forget_fronts)
        register_action(ALLOWED_SITE, _("%(who)s allowed the site %(subject)s"))
        register_action(WITHDREW_SITE, _("%(who)s no longer allows the site %(subject)s"))
        register_action(REVOKED_STAFF_MARKS, _("%(who)s had all team browsers counted again"))
        register_next_step("storefront", storefront_step, OFFICE, order=20)
