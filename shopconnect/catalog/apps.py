"""The catalog room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """What is sold."""

    name = "shopconnect.catalog"

    def ready(self) -> None:
        """Say what tokens may read here."""
        from shopconnect.accounts.scopes import register_scope
        from shopconnect.catalog.types import READ_CATALOG

        register_scope(READ_CATALOG, _("Read products"))
