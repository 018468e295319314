"""The quality room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QualityConfig(AppConfig):
    """Whether a shop's data is good enough for each kind of advice."""

    name = "recommender.quality"

    def ready(self) -> None:
        """Name the room's work, listen for loads, and enter its page."""
        from recommender.quality import services, tasks  # noqa: F401
        from recommender.quality.coming import register_coming
        from shopconnect.accounts.types import OFFICE
        from shopconnect.sync import registry
        from shopconnect.ui.navigation import NavigationGroup, register_entry

        register_coming()
        registry.after_load("quality", services.follow_load)
        register_entry("quality:quality", "lights", _("Data quality"), OFFICE, group=NavigationGroup.SALES, order=45)
