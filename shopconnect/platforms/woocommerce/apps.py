"""WooCommerce's room."""

from django.apps import AppConfig
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class WooCommerceConfig(AppConfig):
    """The face of WooCommerce."""

    name = "shopconnect.platforms.woocommerce"

    def ready(self) -> None:
        """Offer the platform: each shop brings a key of its own, so that there is no app of ours to set up."""
        from shopconnect.accounts import access
        from shopconnect.accounts.first_steps import register_first_step
        from shopconnect.accounts.types import Role
        from shopconnect.connectors.registry import register, register_descriptor
        from shopconnect.connectors.woocommerce.descriptor import WOOCOMMERCE
        from shopconnect.connectors.woocommerce.platform import WooCommerce
        from shopconnect.connectors.woocommerce.types import PLATFORM
        from shopconnect.notifications.kinds import register_notice_kind
        from shopconnect.platforms import registry
        from shopconnect.platforms.woocommerce import demo, moves, plugin, services, tasks, views  # noqa: F401
        from shopconnect.platforms.woocommerce.bench.source import WooBench
        from shopconnect.platforms.woocommerce.slots import SharedSlots
        from shopconnect.shops.audit import register_action
        from shopconnect.shops.other_addresses import after_seen_elsewhere
        from shopconnect.ui.navigation import NavigationGroup, register_entry
        from shopconnect.widgets.storefronts import register_guide

        register_descriptor(WOOCOMMERCE)
        register(WooCommerce(settings.WOOCOMMERCE_ORIGIN, SharedSlots))
        registry.register_urls("woocommerce/", "shopconnect.platforms.woocommerce.urls")
        registry.register_bench_source(PLATFORM, WooBench())
        registry.register_demo_install(PLATFORM, demo.install_demo_shop)
        register_first_step(
            PLATFORM,
            _("Connect a WooCommerce shop"),
            _("Approve ShopConnect in your WordPress admin. Your data then comes in automatically."),
            lambda: reverse("woocommerce:connect"),
            order=15,
        )
        access.when_without_shop(views.go_on_connecting)
        register_notice_kind(
            moves.SEEN_ELSEWHERE, moves.sentence, _("Your shop was found at another address"), page="woocommerce:moved"
        )
        register_entry(
            "woocommerce:health",
            "pulse",
            _("Store health"),
            [Role.OWNER],
            group=NavigationGroup.SETTINGS,
            order=45,
            is_shown=lambda shop_id: bool(services.address_of(shop_id)),
        )
        register_guide(PLATFORM, plugin.GUIDE)
        after_seen_elsewhere(PLATFORM, moves.ask_what_it_is)
        register_action("moved_shop", _("%(who)s said that the shop has moved to %(subject)s"))
        register_action("called_copy", _("%(who)s said that there is a copy of the shop at %(subject)s"))
        register_action("disconnected_shop", _("%(who)s disconnected the shop at %(subject)s"))
