"""The measure room."""

from django.apps import AppConfig


class MeasureConfig(AppConfig):
    """bench and evaluate."""

    name = "shopconnect.measure"
