"""The prices room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PricesConfig(AppConfig):
    """Prices and their changes."""

    name = "recommender.prices"

    def ready(self) -> None:
        """Have changes of prices sent as every change for a shop's platform, and enter their page in the navigation."""
        from recommender.prices.light import prices_light
        from recommender.prices.outbox_kind import PRICE_CHANGE
        from recommender.prices.services import takes_prices
        from shopconnect.accounts.types import OFFICE
        from shopconnect.shops import audit
        from shopconnect.sync.registry import register_outbox_kind
        from shopconnect.ui.lights import register_light
        from shopconnect.ui.navigation import NavigationGroup, register_entry

        register_light("prices", _("Price proposals"), prices_light, order=40)
        audit.register_action(PRICE_CHANGE.action, _("%(who)s requested a price change: %(subject)s"))
        register_outbox_kind(PRICE_CHANGE)
        register_entry(
            "prices:list",
            "tag",
            _("Price changes"),
            OFFICE,
            group=NavigationGroup.SALES,
            order=40,
            is_shown=takes_prices,
        )
