"""The products room."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """Which products to suggest."""

    name = "recommender.products"

    def ready(self) -> None:
        """Name the room's work, its endpoint and its file to those who call them, and listen for loads."""
        from recommender.products import folder, registration, services, tasks, widget  # noqa: F401
        from shopconnect.sync import registry

        registration.register()
        registry.after_load("products", services.follow_load)
        registry.after_change("products", services.follow_change)
