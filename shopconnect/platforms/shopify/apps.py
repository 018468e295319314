"""Shopify's room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShopifyConfig(AppConfig):
    """The face of Shopify."""

    name = "shopconnect.platforms.shopify"

    def ready(self) -> None:
        """Offer the platform where the settings set it up, and enter its pages, its web pixel and its ways."""
        from shopconnect.accounts import access
        from shopconnect.accounts.first_steps import register_first_step
        from shopconnect.connectors.shopify.types import PLATFORM
        from shopconnect.core.observability.operator_warnings import register_warning
        from shopconnect.platforms import registry
        from shopconnect.platforms.shopify import (  # noqa: F401
            app,
            demo,
            embedded,
            guide,
            pixel,
            registration,
            tasks,
            versions,
            views,
        )
        from shopconnect.platforms.shopify.bench.source import ShopifyBench
        from shopconnect.shops import installs
        from shopconnect.shops.admin_addresses import register_admin_address
        from shopconnect.widgets.storefronts import register_guide

        registry.register_urls("shopify/", "shopconnect.platforms.shopify.urls")
        registry.register_urls("proxy/shopify/", "shopconnect.platforms.shopify.proxy_urls")
        registry.register_demo_install(PLATFORM, demo.install_demo_shop)
        registry.register_bench_source(PLATFORM, ShopifyBench())
        register_warning("shopify_version", versions.find_version_warning)
        register_warning("shopify_listing", app.find_listing_warning)
        register_guide(PLATFORM, guide.THEME)
        register_admin_address(PLATFORM, app.admin_address_of_ours)
        installs.after_install("pixel", pixel.ask_pixel)
        installs.after_sign_in("pixel", pixel.ask_pixel)
        if app.find_app():
            register_first_step(
                PLATFORM,
                _("Connect a Shopify shop"),
                _("Install ShopConnect from the Shopify App Store. Your data then comes in automatically."),
                app.listing_address,
                order=10,
            )
        access.when_not_signed_in(embedded.ask_token)
        access.when_without_shop(views.go_on_joining)
