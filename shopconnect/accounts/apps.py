"""The accounts room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who work with shops."""

    name = "shopconnect.accounts"

    def ready(self) -> None:
        """Name the room's work and its personal data."""
        from shopconnect.accounts import privacy, tasks  # noqa: F401
