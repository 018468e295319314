"""The answers room."""

from django.apps import AppConfig


class AnswersConfig(AppConfig):
    """Answers for shoppers."""

    name = "chatbot.answers"

    def ready(self) -> None:
        """Register what is personal, the room's work, its file and its endpoints, and what is ready at the start."""
        from chatbot.answers import folder, knowledge, privacy, registration, tasks, widget  # noqa: F401
        from shopconnect.core.startup import at_start

        at_start("answers", knowledge.prepare_languages)
        registration.register()
