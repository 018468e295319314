"""The products room."""

from importlib import import_module

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """Which products to suggest."""

    name = "recommender.products"

    def ready(self) -> None:
        """Name the room's work, its endpoint and its file to those who call them, and listen for loads."""
        for door in ("tasks", "widget", "folder"):
            import_module(f"recommender.products.{door}")
        services = import_module("recommender.products.services")
        registry = import_module("shopconnect.sync.registry")
        registry.after_load("products", services.follow_load)
        registry.after_change("products", services.follow_change)
