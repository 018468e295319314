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
        import_module("shopconnect.shops.installs").after_uninstall("erasure", erasure.plan_erasure)
