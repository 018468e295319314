"""The console room."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Where support staff read what was said."""

    name = "chatbot.console"
