"""Hands core's Django-free tools their settings."""

from django.apps import AppConfig
from django.conf import settings

from shopconnect.core import http
from shopconnect.core.security import crypto


class CoreConfig(AppConfig):
    """Tools that know no business word."""

    name = "shopconnect.core"

    def ready(self) -> None:
        crypto.configure(settings.FIELD_KEYS, settings.HASH_KEY)
        http.configure(allow_loopback=settings.ALLOW_LOOPBACK)
