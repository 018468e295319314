"""The catalog room."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """What is sold."""

    name = "shopconnect.catalog"
