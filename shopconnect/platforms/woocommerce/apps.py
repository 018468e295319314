"""WooCommerce's room."""

from django.apps import AppConfig


class WooCommerceConfig(AppConfig):
    """The face of WooCommerce."""

    name = "shopconnect.platforms.woocommerce"

    def ready(self) -> None:
        """Offer the platform: each shop brings keys of its own, so that there is no app of ours to set up."""
        from django.conf import settings

        from shopconnect.connectors.registry import register, register_descriptor
        from shopconnect.connectors.woocommerce.descriptor import WOOCOMMERCE
        from shopconnect.connectors.woocommerce.platform import WooCommerce
        from shopconnect.platforms.woocommerce.slots import SharedSlots

        register_descriptor(WOOCOMMERCE)
        register(WooCommerce(settings.WOOCOMMERCE_ORIGIN, SharedSlots))
