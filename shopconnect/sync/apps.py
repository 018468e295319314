"""The sync room."""

from django.apps import AppConfig


class SyncConfig(AppConfig):
    """The bridge between the outside and our tables."""

    name = "shopconnect.sync"
