"""The widgets room."""

from django.apps import AppConfig


class WidgetsConfig(AppConfig):
    """What shoppers see of us."""

    name = "shopconnect.widgets"
