"""The ui room."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The frame of the merchant's pages."""

    name = "shopconnect.ui"
