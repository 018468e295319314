"""The files `faq`, `messages` and `chats` of a shop's folder, entered in the sync room's register."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from chatbot.answers.faq import store_entries, store_test_questions
from chatbot.answers.faq_lines import read_entry, read_test_question
from chatbot.answers.selectors import iter_entries, iter_test_questions
from chatbot.answers.transcripts.chat_lines import MOST_MESSAGES_A_LINE, read_conversation, write_conversation
from chatbot.answers.transcripts.chats import store_conversations
from chatbot.answers.transcripts.selectors import iter_conversations
from shopconnect.connectors.files.values import Row
from shopconnect.sync.services import SyncFile, register_file


def _entry_lines() -> Iterator[Row]:
    for one in iter_entries():
        line = {"id": one.external_id, "language": one.language, "question": one.question, "phrases": list(one.phrases)}
        yield line | {"answer": one.answer} | ({"category": one.category} if one.category else {})


def _message_lines() -> Iterator[Row]:
    for one in iter_test_questions():
        yield {"text": one.text, "language": one.language, "expect": one.expect}


def _chat_lines() -> Iterator[Row]:
    return map(write_conversation, iter_conversations(MOST_MESSAGES_A_LINE))


register_file(
    SyncFile(
        name="faq",
        title=gettext_lazy("FAQ"),
        read=read_entry,
        store=store_entries,
        export=_entry_lines,
        key=lambda one: (one.language, one.external_id),
    )
)
register_file(
    SyncFile(
        name="messages",
        title=gettext_lazy("Test questions"),
        read=read_test_question,
        store=store_test_questions,
        export=_message_lines,
        key=lambda one: (one.language, one.text),
    )
)
register_file(
    SyncFile(
        name="chats",
        title=gettext_lazy("Conversations"),
        read=read_conversation,
        store=store_conversations,
        export=_chat_lines,
        # A long conversation goes on in further lines of the same id.
        key=lambda one: (one.conversation, one.messages[0].message if one.messages else 0),
    )
)
