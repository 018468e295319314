"""The prices room."""

from django.apps import AppConfig


class PricesConfig(AppConfig):
    """Prices, proposed and changed."""

    name = "recommender.prices"

    def ready(self) -> None:
        """Name the room's work to those who call it, and listen for loads."""
        from recommender.prices import registration, tasks  # noqa: F401
        from recommender.prices.proposals import learning
        from recommender.prices.testing import folder  # noqa: F401
        from shopconnect.sync import registry

        registration.register()
        registry.after_load("prices", learning.follow_load)
