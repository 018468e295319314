"""The stock room."""

from django.apps import AppConfig


class StockConfig(AppConfig):
    """What will be sold, when it runs out, and what to order."""

    name = "recommender.stock"
