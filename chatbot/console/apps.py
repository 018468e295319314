"""The console room."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Where support staff read the conversations."""

    name = "chatbot.console"
