"""What a platform's folder enters, and where: the whole of what the house must hear of it."""

from django.apps import AppConfig


class DummyConfig(AppConfig):
    """The invented platform."""

    name = "tests.connectors.dummy"

    def ready(self) -> None:
        """Enter the platform; nothing else in the house names it."""
        from shopconnect.connectors.registry import register, register_descriptor
        from shopconnect.platforms.registry import register_urls
        from shopconnect.shops.admin_addresses import register_admin_address
        from shopconnect.widgets.storefronts import StorefrontGuide, register_guide
        from tests.connectors.dummy.platform import DESCRIPTOR, NAME, Dummy

        register_descriptor(DESCRIPTOR)
        register(Dummy())
        register_urls("dummy/", "tests.connectors.dummy.urls")
        register_admin_address(NAME, lambda shop, path: f"https://{shop}/admin/{path}")
        register_guide(
            NAME,
            StorefrontGuide(
                title="Switch on the plugin",
                explanation="One switch, and no code.",
                template="widgets/snippet.html",
                context=lambda shop: {"site": shop},
            ),
        )
