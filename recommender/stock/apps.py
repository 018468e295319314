"""The stock room."""

from django.apps import AppConfig


class StockConfig(AppConfig):
    """What will be sold, when it runs out, and what to order."""

    name = "recommender.stock"

    def ready(self) -> None:
        """Name the room's work to those who call it, and listen for loads."""
        from recommender.stock import folder, learning, registration, tasks  # noqa: F401
        from recommender.stock.calendar import folder as calendar_folder  # noqa: F401
        from shopconnect.sync import registry

        registration.register()
        registry.after_load("stock", learning.follow_load)
