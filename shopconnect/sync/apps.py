"""The sync room."""

from django.apps import AppConfig


class SyncConfig(AppConfig):
    """The bridge between the outside and our tables."""

    name = "shopconnect.sync"

    def ready(self) -> None:
        """Name the room's work, and have it follow a shop that comes and goes."""
        from shopconnect.privacy import requests
        from shopconnect.shops import installs
        from shopconnect.sync import (  # noqa: F401  they register themselves
            backfill,
            inbox,
            outbox,
            privacy,
            reconcile,
            registry,
            subscriptions,
            tasks,
            watermarks,
        )

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
