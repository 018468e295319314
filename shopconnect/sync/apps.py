"""The sync room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SyncConfig(AppConfig):
    """The bridge between the outside and our tables."""

    name = "shopconnect.sync"

    def ready(self) -> None:
        """Name the room's work, its page and what is told of it, and have it follow a shop that comes and goes."""
        from shopconnect.accounts.types import Role
        from shopconnect.privacy import requests
        from shopconnect.shops import audit, installs
        from shopconnect.sync import (  # noqa: F401  they register themselves
            backfill,
            home,
            inbox,
            notices,
            outbox,
            privacy,
            reconcile,
            registry,
            subscriptions,
            tasks,
            watermarks,
        )
        from shopconnect.ui.navigation import NavigationGroup, register_entry

        home.register()
        register_entry("sync:export", "save", _("Export"), [Role.OWNER], group=NavigationGroup.SETTINGS, order=50)
        audit.register_action("brought_in_files", _("%(who)s imported files"))
        audit.register_action("asked_export", _("%(who)s requested an export of the whole shop"))
        audit.register_action("fetched_export", _("%(who)s downloaded an export of the whole shop"))
        notices.register_kinds()
        requests.erase_again_while("backfill", backfill.is_coming_in)
        registry.after_load("erasures", requests.retry_erasures_now)
        installs.after_install("backfill", backfill.start_backfill)
        installs.after_install("webhooks", subscriptions.ask_subscribing)
        installs.after_sign_in("webhooks", subscriptions.ask_subscribing)
        installs.after_sign_in("backfill", backfill.retry_backfill_now)
        installs.after_sign_in("outbox", outbox.retry_outbox_now)
        installs.after_sign_in("inbox", inbox.ask_webhooks)
        installs.after_uninstall("backfill", backfill.stop_backfill)
        installs.after_uninstall("outbox", outbox.withdraw_changes)
        installs.after_uninstall("watermarks", watermarks.stop_watching)
        installs.after_uninstall("reconcile", reconcile.forget_sweeps)
