"""The answers room."""

from django.apps import AppConfig


class AnswersConfig(AppConfig):
    """Answers for shoppers."""

    name = "chatbot.answers"

    def ready(self) -> None:
        """Register what is personal, the room's work, its file and its endpoints."""
        from chatbot.answers import folder, privacy, registration, tasks, widget  # noqa: F401

        registration.register()
