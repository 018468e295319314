"""What happened in a conversation, as its shopper is told."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from chatbot.answers.types import ChatEvent

SHOPPERS_EVENTS = (ChatEvent.TAKEN, ChatEvent.HANDED_BACK, ChatEvent.CLOSED, ChatEvent.GRADE_ASKED)


def shoppers_sentence(event: ChatEvent, name: str, language: str) -> str:
    """Return what a shopper is told of an event; `name` is the first name of whoever did it, "" where unknown."""
    with translation.override(language):
        if event == ChatEvent.TAKEN:
            return _("%(name)s is answering you now.") % {"name": name} if name else _("A person is answering you now.")
        if event == ChatEvent.HANDED_BACK:
            return _("You’re chatting with the automated assistant again.")
        if event == ChatEvent.GRADE_ASKED:
            return _("How did this conversation go?")
        return _("The shop’s team has closed this conversation. You can write again at any time.")
