"""The answers room."""

from importlib import import_module

from django.apps import AppConfig


class AnswersConfig(AppConfig):
    """Answers for shoppers."""

    name = "chatbot.answers"

    def ready(self) -> None:
        for door in ("privacy", "tasks", "folder", "widget"):
            import_module(f"chatbot.answers.{door}")
