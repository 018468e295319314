"""The embedded room."""

from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    """What `manage.py up` starts and stops."""

    name = "shopconnect.embedded"
