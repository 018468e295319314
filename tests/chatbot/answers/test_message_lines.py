"""Messages of everybody move with a shop; a file of before, with question and reply in one, is still read."""

from datetime import timedelta
from typing import Any

import pytest

from chatbot.answers import folder as _registers  # noqa: F401
from chatbot.answers.models import Conversation, Message
from chatbot.answers.services import answer_exchange, store_question
from chatbot.answers.transcripts.chat_lines import read_conversation
from chatbot.answers.transcripts.chats import store_conversations
from chatbot.answers.types import Author
from shopconnect.connectors.files.values import BadRow
from shopconnect.core.clock import now, write_time
from shopconnect.core.security.personal_data import Person, registered
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.services import load_folder
from shopconnect.sync.types import FileCounts
from tests.chatbot.answers.said import exchanges
from tests.chatbot.answers.test_chats_file import exported, line_with, lines, rows
from tests.shopconnect.sync.folders import plain_folder

AT = write_time(now() - timedelta(minutes=30))
ASKED = {"id": "7", "author": "shopper", "way": "written", "language": "en", "text": "delivery?", "at": AT}
REPLY = {"id": "8", "author": "bot", "answers": "7", "language": "en", "text": "Three days.", "at": AT}
REPLY |= {"outcome": "answer", "entry": "delivery", "confidence": 0.9}


def new_line(*messages: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A line of the file as it is written now."""
    line = line_with(messages=list(messages), **changes)
    del line["exchanges"]
    return line


def said_by(author: str, number: int, text: str) -> dict[str, Any]:
    return {"id": str(number), "author": author, "language": "en", "text": text, "at": AT}


def test_what_everybody_said_moves_and_moves_again(db: None, tmp_path):
    others = [said_by("staff", 9, "It left."), said_by("note", 10, "A regular."), said_by("event", 11, "taken")]
    line = new_line(ASKED, REPLY, *others, customer="77")
    moved = load_folder("moved", plain_folder(tmp_path / "a", chats=[line]))
    assert (moved.problems, moved.counts["chats"].new) == ((), 1)
    before = exported(moved.shop_id, tmp_path / "b")
    (written,) = lines(tmp_path / "b")
    assert written["messages"] == [ASKED, *sorted([*others], key=lambda one: int(one["id"])), REPLY]
    assert written["customer"] == "77"
    again = load_folder("again", tmp_path / "b")
    assert exported(again.shop_id, tmp_path / "c") == before
    assert load_folder("again", tmp_path / "b").counts["chats"] == FileCounts(lines=1, new=0, changed=0, same=1, bad=0)
    with shop_scope(again.shop_id):
        talk = Conversation.objects.get()
        assert (talk.questions, talk.last_language) == (1, "en")
        assert len(list(registered()["answers.message"].export(Person(customer_external_id="77")))) == 5


def test_a_file_of_before_is_read_as_messages_and_reading_it_again_changes_nothing(db: None, tmp_path):
    moved = load_folder("moved", plain_folder(tmp_path / "a", chats=[line_with()]))
    assert moved.problems == ()
    exported(moved.shop_id, tmp_path / "b")
    (written,) = lines(tmp_path / "b")
    asked, reply = written["messages"]
    assert (asked["id"], asked["author"], asked["text"]) == ("7", "shopper", "delivery?")
    assert (reply["id"], reply["answers"], reply["text"], reply["entry"]) == (
        str(7 + 2**62),
        "7",
        "Three days.",
        "delivery",
    )
    before = rows(moved.shop_id)
    for folder in ("a", "b"):
        assert load_folder("moved", tmp_path / folder).counts["chats"].same == 1
    assert rows(moved.shop_id) == before


def test_a_reply_that_is_here_already_is_the_same_one_whatever_its_id(faq: ShopId):
    asked = store_question(faq, None, "delivery?", "en")
    answer_exchange(faq, asked.exchange_id)
    with shop_scope(faq):
        talk, reply = Conversation.objects.get(), Message.objects.get(author=Author.BOT)
        line = new_line(
            ASKED | {"id": asked.exchange},
            REPLY | {"id": "8", "answers": asked.exchange, "text": "Four days."},
            id=str(talk.public_id),
            last_at=write_time(now()),
        )
        store_conversations([read_conversation(line)])
    (kept,) = exchanges(faq)
    assert kept.reply == "Four days."
    with shop_scope(faq):
        assert Message.objects.get(author=Author.BOT).public_id == reply.public_id


@pytest.mark.parametrize("answers", ["6", "8", "9"])
def test_what_replies_to_nothing_a_shopper_said_is_left_out(shop: ShopId, answers: str):
    line = new_line(ASKED, REPLY | {"answers": answers}, said_by("staff", 9, "It left."))
    with shop_scope(shop):
        store_conversations([read_conversation(line)])
        assert list(Message.objects.order_by("id").values_list("author", flat=True)) == ["shopper", "staff"]


def test_a_second_reply_is_no_second_message(shop: ShopId):
    line = new_line(ASKED, REPLY, REPLY | {"id": "12", "text": "Five days."})
    with shop_scope(shop):
        store_conversations([read_conversation(line)])
    assert [one.reply for one in exchanges(shop)] == ["Five days."]


def test_a_file_gives_nobody_the_conversation_of_another(shop: ShopId):
    with shop_scope(shop):
        store_conversations([read_conversation(new_line(ASKED, customer="77"))])
        store_conversations([read_conversation(new_line(ASKED, customer="78"))])
        assert Conversation.objects.get().customer_external_id == "77"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"author": "robot"}, '"author" must be one of: shopper, bot, staff, note, event.'),
        ({"author": None}, '"author" is missing.'),
        ({"author": "bot"}, '"answers" is missing.'),
        ({"author": "bot", "answers": "7"}, '"outcome" is missing.'),
        ({"way": None}, '"way" is missing.'),
        ({"text": "x" * 4_001}, '"text" is longer than 4,000 characters.'),
        ({"at": "2199-01-01T00:00:00Z"}, '"at" is in the future.'),
    ],
)
def test_a_bad_message_is_named_and_not_quoted(change: dict[str, Any], sentence: str):
    message = {key: value for key, value in (ASKED | change).items() if value is not None}
    with pytest.raises(BadRow) as bad:
        read_conversation(new_line(message))
    assert str(bad.value) == sentence
