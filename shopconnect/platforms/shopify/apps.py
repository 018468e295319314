"""Shopify's room."""

from django.apps import AppConfig


class ShopifyConfig(AppConfig):
    """The face of Shopify."""

    name = "shopconnect.platforms.shopify"

    def ready(self) -> None:
        """Offer the platform where the settings set it up, and have its web pixel follow a shop that comes."""
        from shopconnect.accounts import access
        from shopconnect.platforms.shopify import embedded, pixel, registration, tasks, views  # noqa: F401
        from shopconnect.shops import installs

        installs.after_install("pixel", pixel.ask_pixel)
        installs.after_sign_in("pixel", pixel.ask_pixel)
        access.when_not_signed_in(embedded.ask_token)
        access.when_without_shop(views.go_on_joining)
