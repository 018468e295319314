"""The billing room."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Plans, and what was used of them."""

    name = "shopconnect.billing"

    def ready(self) -> None:
        """Name the room's work and what members are told of it, and have a plan read when a shop comes."""
        from shopconnect.billing import notices, plans, tasks  # noqa: F401
        from shopconnect.shops import installs

        notices.register_kinds()
        installs.after_install("plan", plans.ask_plan)
