"""The billing room."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Plans, and what was used of them."""

    name = "shopconnect.billing"

    def ready(self) -> None:
        """Name the room's work, and have a plan read when a shop comes."""
        from shopconnect.billing import plans, tasks  # noqa: F401
        from shopconnect.shops import installs

        installs.after_install("plan", plans.ask_plan)
