"""The catalog room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """What is sold."""

    name = "shopconnect.catalog"

    def ready(self) -> None:
        """Enter the room's page and what is found in it, and say what tokens may read here."""
        from shopconnect.accounts.scopes import register_scope
        from shopconnect.accounts.types import EVERYBODY
        from shopconnect.catalog.search import find_products
        from shopconnect.catalog.types import READ_CATALOG
        from shopconnect.ui.navigation import NavigationGroup, register_entry
        from shopconnect.ui.search import register_search

        register_scope(READ_CATALOG, _("Read products"))
        register_entry("catalog:products", "box", _("Products"), EVERYBODY, group=NavigationGroup.SALES, order=10)
        register_search("products", _("Products"), find_products, EVERYBODY, order=10)
