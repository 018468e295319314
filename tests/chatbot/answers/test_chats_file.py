"""Conversations go out with a shop and come in with it, and keep to the rules on what may be kept."""

import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chatbot.answers import folder as _registers  # noqa: F401
from chatbot.answers.models import Conversation, Message
from chatbot.answers.redaction import mask, redact
from chatbot.answers.services import answer_exchange, ask_person, choose_guess, find_reply, rate_reply, store_question
from chatbot.answers.thresholds import label_exchange
from chatbot.answers.transcripts.chat_lines import read_conversation
from chatbot.answers.transcripts.chats import store_conversations
from shopconnect.connectors.files.values import BadRow
from shopconnect.core.clock import now, write_time
from shopconnect.core.errors import Missing
from shopconnect.core.security.crypto import person_key, token_hash
from shopconnect.core.security.personal_data import Person, registered
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.services import export_folder, load_folder
from shopconnect.sync.types import FileCounts
from tests.chatbot.answers.conftest import FAQ
from tests.chatbot.answers.said import add_exchange, waiting_ids
from tests.shopconnect.sync.folders import plain_folder

ANSWERED = {"way": "written", "language": "en", "asked": "delivery?", "outcome": "answer", "reply": "Three days."}


@pytest.fixture
def chats(faq: ShopId) -> ShopId:
    """A shop with two conversations: three exchanges of every way in English, and one without an answer in French."""
    asked = store_question(faq, None, "where is it? I am ada@example.com", "en")
    answer_exchange(faq, asked.exchange_id)
    rate_reply(faq, asked.conversation, asked.exchange, helpful=False)
    label_exchange(faq, int(asked.exchange), "")
    with shop_scope(faq):
        guess = str(Message.objects.get(answers=asked.exchange_id).candidates[0]["id"])
    choose_guess(faq, asked.conversation, guess, "en")
    ask_person(faq, asked.conversation, "en")
    with shop_scope(faq):
        Conversation.objects.update(grade=4)
    store_question(faq, None, "quand serai-je remboursé ?", "fr")
    return faq


def line_with(**changes: Any) -> dict[str, Any]:
    """A line of the file."""
    moment = write_time(now() - timedelta(hours=1))
    exchange = ANSWERED | {"id": "7", "asked_at": moment, "answered_at": moment, "confidence": 0.9, "entry": "delivery"}
    line = {"id": "5", "language": "en", "started_at": moment, "last_at": moment, "notice": "1-en", "notice_at": moment}
    return line | {"exchanges": [exchange]} | changes


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress((path / "chats.jsonl.gz").read_bytes()).splitlines()]


def rows(shop: ShopId) -> list[dict[str, Any]]:
    with shop_scope(shop):
        conversations = list(Conversation.objects.order_by("id").values())
        return conversations + list(Message.objects.order_by("id").values())


def exported(shop: ShopId, folder: Path) -> bytes:
    export_folder(shop, folder)
    return (folder / "chats.jsonl.gz").read_bytes()


def taken_out(shop: ShopId, folder: Path) -> Path:
    """The shop as a folder that may be brought in."""
    export_folder(shop, folder)
    return plain_folder(folder)


def test_conversations_moved_to_another_shop_are_the_same_bytes_and_nobody_has_their_token(chats: ShopId, tmp_path):
    before = exported(chats, tmp_path / "a")
    with shop_scope(chats):
        hashes = set(Conversation.objects.values_list("token_hash", flat=True))
    assert not any(one.encode() in gzip.decompress(before) for one in hashes)
    report = load_folder("moved", plain_folder(tmp_path / "a"))
    assert report.counts["chats"] == FileCounts(lines=2, new=2, changed=0, same=0, bad=0)
    assert exported(report.shop_id, tmp_path / "b") == before
    with shop_scope(report.shop_id):
        theirs = set(Conversation.objects.values_list("token_hash", flat=True))
        assert [one.text for one in Message.objects.filter(author="shopper").order_by("at")] == [
            "where is it? I am [email]",
            "When do I get my refund?",
            "",
            "quand serai-je remboursé ?",
        ]
    assert len(theirs) == 2
    assert not theirs & (hashes | {token_hash(""), token_hash("5")})


def test_bringing_in_again_changes_nothing(chats: ShopId, tmp_path):
    first = load_folder("moved", taken_out(chats, tmp_path / "a")).shop_id
    before = rows(first)
    assert load_folder("moved", tmp_path / "a").counts["chats"] == FileCounts(lines=2, new=0, changed=0, same=2, bad=0)
    assert rows(first) == before
    untouched = rows(chats)
    assert load_folder("first", tmp_path / "a").counts["chats"].same == 2
    assert rows(chats) == untouched


def test_a_line_says_all_but_the_token(chats: ShopId, tmp_path):
    export_folder(chats, tmp_path / "a")
    english, french = lines(tmp_path / "a")
    assert set(english) == {
        "id",
        "language",
        "started_at",
        "last_at",
        "notice",
        "notice_at",
        "person_asked_at",
        "grade",
        "messages",
    }
    written, reply, chosen, told, person, passed = english["messages"]
    assert (written["author"], written["way"]) == ("shopper", "written")
    assert written["person"] == person_key("ada@example.com")
    assert (reply["author"], reply["answers"]) == ("bot", written["id"])
    assert (reply["helpful"], reply["expect"], "inline" in reply) == (False, "", False)
    assert set(reply["candidates"][0]) == {"entry", "question", "score"}
    assert (chosen["way"], told["answers"], told["outcome"], told["inline"]) == ("chosen", chosen["id"], "answer", True)
    assert (person["way"], "text" in person, passed["outcome"]) == ("person", False, "hand_over")
    assert set(french["messages"][0]) == {"id", "author", "way", "language", "text", "at"}


def test_a_later_export_brings_what_was_missing_and_an_older_one_takes_nothing_away(chats: ShopId, tmp_path):
    moved = load_folder("moved", taken_out(chats, tmp_path / "monday")).shop_id
    [waiting] = waiting_ids(chats)
    answer_exchange(chats, waiting)
    store_question(chats, None, "another day", "en")
    report = load_folder("moved", taken_out(chats, tmp_path / "tuesday"))
    assert report.counts["chats"] == FileCounts(lines=3, new=1, changed=1, same=1, bad=0)
    assert exported(moved, tmp_path / "c") == (tmp_path / "tuesday" / "chats.jsonl.gz").read_bytes()
    after = rows(moved)
    assert load_folder("moved", tmp_path / "monday").counts["chats"].same == 2
    assert rows(moved) == after


def test_a_long_conversation_goes_on_in_further_lines(shop: ShopId, tmp_path):
    moment = now() - timedelta(days=1)
    with shop_scope(shop):
        row = Conversation.objects.create(
            token_hash="t", language="en", started_at=moment, last_at=moment, notice="1-en", notice_at=moment
        )
        for number in range(120):
            at = moment + timedelta(seconds=number)
            add_exchange(row, f"m{number}", at)
    before = exported(shop, tmp_path / "a")
    assert [len(line["messages"]) for line in lines(tmp_path / "a")] == [50, 50, 20]
    moved = load_folder("moved", plain_folder(tmp_path / "a"))
    assert moved.problems == ()
    assert exported(moved.shop_id, tmp_path / "b") == before
    with shop_scope(moved.shop_id):
        assert Conversation.objects.count() == 1
        assert [one.text for one in Message.objects.order_by("id")] == [f"m{number}" for number in range(120)]


def test_what_must_not_be_kept_is_taken_out_of_a_foreign_file_and_found_by_its_owner(db, tmp_path):
    exchange = line_with()["exchanges"][0] | {"asked": "I am ada@example.com, card 4111 1111 1111 1111\u202e"}
    shop = load_folder("moved", plain_folder(tmp_path / "a", chats=[line_with(exchanges=[exchange])])).shop_id
    with shop_scope(shop):
        row = Message.objects.get(author="shopper")
        assert (row.text, row.person_key) == ("I am [email], card [card]", person_key("ada@example.com"))
        person = Person(person_key=row.person_key)
        assert registered()["answers.message"].erase(person) == 3
    assert rows(shop) == []


def test_what_is_too_old_neither_goes_out_nor_comes_in(chats: ShopId, tmp_path):
    with shop_scope(chats):
        Conversation.objects.filter(language="fr").update(last_at=now() - timedelta(days=91))
    export_folder(chats, tmp_path / "a")
    assert [line["language"] for line in lines(tmp_path / "a")] == ["en"]
    old = line_with(last_at=write_time(now() - timedelta(days=91)))
    report = load_folder("moved", plain_folder(tmp_path / "b", chats=[old, line_with(id="6", exchanges=[])]))
    assert [(one.file, one.line) for one in report.problems] == [("chats", 1)]
    assert "more than 90 days ago" in report.problems[0].sentence
    assert [row["public_id"] for row in rows(report.shop_id)] == [6]


def test_an_exchange_is_not_moved_to_another_conversation(chats: ShopId, tmp_path):
    export_folder(chats, tmp_path / "a")
    asked, reply = lines(tmp_path / "a")[0]["messages"][:2]
    stolen = [asked | {"text": "changed"}, reply | {"id": "77", "text": "changed"}]
    before = rows(chats)
    report = load_folder("first", plain_folder(tmp_path / "b", chats=[line_with(exchanges=None, messages=stolen)]))
    assert report.counts["chats"].new == 1
    assert [row for row in rows(chats) if row.get("public_id") != 5] == before


def test_a_token_of_before_opens_nothing_where_a_shop_was_moved_to(chats: ShopId, tmp_path):
    asked = store_question(chats, None, "hello there", "en")
    moved = load_folder("moved", taken_out(chats, tmp_path / "a")).shop_id
    assert find_reply(chats, asked.conversation, asked.exchange) is None
    with pytest.raises(Missing):
        find_reply(moved, asked.conversation, asked.exchange)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"id": "x"}, '"id" must be a number of at most 19 digits.'),
        ({"id": "9999999999999999999"}, '"id" must be a number of at most 19 digits.'),
        ({"id": None}, '"id" is missing.'),
        ({"language": "de"}, '"language" must be "en" or "fr".'),
        ({"last_at": "yesterday"}, '"last_at" must be a date and time, such as "2026-01-31T12:00:00Z".'),
        ({"started_at": "2199-01-01T00:00:00Z"}, '"started_at" is in the future.'),
        ({"exchanges": {}}, '"exchanges" must be a list of objects.'),
        ({"exchanges": [{}] * 51}, '"exchanges" has more than 50 entries.'),
    ],
)
def test_a_bad_conversation_is_named_and_not_quoted(change: dict[str, Any], sentence: str):
    with pytest.raises(BadRow) as bad:
        read_conversation(line_with(**change))
    assert str(bad.value) == sentence


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"way": "shouted"}, '"way" must be one of: written, chosen, person, photo.'),
        ({"outcome": "maybe"}, '"outcome" must be one of: answer, guesses, hand_over, fact, small_talk.'),
        ({"outcome": None}, '"outcome" and "answered_at" must be given together or not at all.'),
        ({"asked": 3}, '"asked" must be a string.'),
        ({"person": "ada@example.com"}, '"person" must be 64 hexadecimal digits.'),
        ({"confidence": 1.5}, '"confidence" must be a number from 0 to 1.'),
        ({"confidence": True}, '"confidence" must be a number from 0 to 1.'),
        ({"helpful": "yes"}, '"helpful" must be true or false.'),
        ({"candidates": [{"score": 1}]}, '"entry" is missing.'),
    ],
)
def test_a_bad_exchange_is_named_and_not_quoted(change: dict[str, Any], sentence: str):
    with pytest.raises(BadRow) as bad:
        read_conversation(line_with(exchanges=[line_with()["exchanges"][0] | change]))
    assert str(bad.value) == sentence


SIGNS = some.text(some.sampled_from("0123456789 +-.()@abFR7.com4111"), max_size=80)


@given(SIGNS)
def test_what_was_masked_once_stays_as_it_is(text: str):
    kept = redact(text).text
    assert mask(kept).text == kept


def test_the_faq_comes_along(chats: ShopId, tmp_path):
    moved = load_folder("moved", taken_out(chats, tmp_path / "a"))
    assert moved.counts["faq"].new == len(FAQ)


CARD = {"id": "p1", "title": "Sage bowl", "url": "/p1", "image": "i.svg", "price": "€14.50", "stock": "In stock"}


def test_the_products_that_were_shown_go_along(shop: ShopId, tmp_path):
    line = line_with()
    line["exchanges"][0] |= {"outcome": "fact", "topic": "product", "products": [CARD, {"id": "p2", "title": "Mug"}]}
    with shop_scope(shop):
        store_conversations([read_conversation(line)])
        assert Message.objects.get(author="bot").cards == [CARD, dict.fromkeys(CARD, "") | {"id": "p2", "title": "Mug"}]
    export_folder(shop, tmp_path / "a")
    (written,) = lines(tmp_path / "a")
    assert written["messages"][1]["products"] == line["exchanges"][0]["products"]
    moved = load_folder("moved", plain_folder(tmp_path / "a")).shop_id
    assert exported(moved, tmp_path / "b") == (tmp_path / "a" / "chats.jsonl.gz").read_bytes()
    assert load_folder("moved", tmp_path / "b").counts["chats"].same == 1


@pytest.mark.parametrize("products", [[{"title": "no id"}], [{"id": "p1"}], [CARD] * 11, "bowl", [CARD | {"price": 3}]])
def test_products_that_are_none_are_refused(products: object):
    line = line_with()
    line["exchanges"][0] |= {"products": products}
    with pytest.raises(BadRow):
        read_conversation(line)
