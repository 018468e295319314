"""The shops room."""

from importlib import import_module

from django.apps import AppConfig


class ShopsConfig(AppConfig):
    """Who installed us."""

    name = "shopconnect.shops"

    def ready(self) -> None:
        for door in ("platforms", "privacy", "tasks"):
            import_module(f"shopconnect.shops.{door}")
        erasure = import_module("shopconnect.shops.erasure")
        installs, plans = import_module("shopconnect.shops.installs"), import_module("shopconnect.billing.plans")
        installs.after_uninstall("erasure", erasure.plan_erasure)
        installs.after_install("plan", plans.ask_plan)
        installs.after_install("goodbye", import_module("shopconnect.shops.uninstall_feedback").forget_feedback)
