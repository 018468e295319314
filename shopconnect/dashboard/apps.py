"""The dashboard room."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """The merchant's pages."""

    name = "shopconnect.dashboard"
