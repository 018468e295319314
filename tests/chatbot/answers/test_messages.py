"""Messages: one reply to each by the database, seen again by their own shopper and by nobody else, and carried over."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from chatbot.answers import services
from chatbot.answers.models import Conversation, Message
from chatbot.answers.services import answer_exchange, ask_person, choose_guess, find_messages, store_question
from chatbot.answers.types import Author
from shopconnect.core.errors import Missing
from shopconnect.core.security.personal_data import Person, registered
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.said import exchanges
from tests.chatbot.answers.test_order_status import signed_in
from tests.chatbot.answers.test_widget import post, shopper

__all__ = ["shopper"]
AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def answered(shop: ShopId, text: str, token: str | None = None, customer: str = "") -> str:
    """Have a message replied to; returns the conversation's token."""
    asked = store_question(shop, token, text, "en", customer)
    answer_exchange(shop, asked.exchange_id)
    return asked.conversation


def add(talk: Conversation, author: Author, text: str, **more: Any) -> Message:
    return Message.objects.create(conversation=talk, author=author, language="en", text=text, at=AT, **more)


@pytest.mark.parametrize(
    ("author", "is_reply"), [(Author.BOT, True), (Author.STAFF, True), (Author.SHOPPER, True), (Author.BOT, False)]
)
def test_the_database_takes_one_reply_to_a_message_and_that_is_the_assistants(
    faq: ShopId, author: Author, is_reply: bool
):
    answered(faq, "when will my order arrive?")
    with shop_scope(faq):
        asked = Message.objects.get(author=Author.SHOPPER)
        with pytest.raises(IntegrityError), transaction.atomic():
            add(asked.conversation, author, "No.", answers=asked if is_reply else None)
        assert Message.objects.count() == 2


def test_a_reply_is_to_a_message_of_its_own_shop(faq: ShopId, other_shop: ShopId):
    store_question(faq, None, "when will my order arrive?", "en")
    store_question(other_shop, None, "hello there", "en")
    with shop_scope(faq):
        asked = Message.objects.get()
    with shop_scope(other_shop):
        talk = Conversation.objects.get()
        with pytest.raises(IntegrityError), transaction.atomic():
            add(talk, Author.BOT, "No.", answers_id=asked.pk)


def test_a_conversation_counts_the_shoppers_messages_and_knows_the_language_of_the_last(faq: ShopId):
    token = answered(faq, "when will my order arrive?")
    answered(faq, "comment retourner un article ?", token)
    ask_person(faq, token, "en")
    with shop_scope(faq):
        talk = Conversation.objects.get()
        assert (talk.questions, talk.last_language, talk.language) == (3, "fr", "en")
        assert [(one.author, one.way, one.language) for one in Message.objects.order_by("id")] == [
            ("shopper", "written", "en"),
            ("bot", "", "en"),
            ("shopper", "written", "fr"),
            ("bot", "", "fr"),
            ("shopper", "person", "fr"),
            ("bot", "", "fr"),
        ]


def test_a_page_that_comes_later_is_told_what_was_said(faq: ShopId, shopper: Client):
    first = post(shopper, faq, {"text": "when will my order arrive?"}).json()
    talk = {"conversation": first["conversation"]}
    person = post(shopper, faq, talk | {"human": True}).json()
    with shop_scope(faq):
        row = Conversation.objects.get()
        add(row, Author.NOTE, "A regular.", by_id=7)
        add(row, Author.EVENT, "returned", by_id=7)
        staff = add(row, Author.STAFF, "Hello, Zoe here.", by_id=7)
    answer = post(shopper, faq, talk, "since")
    said = answer.json()
    assert said["more"] is False
    assert [(one["author"], one["text"]) for one in said["messages"]] == [
        ("shopper", "when will my order arrive?"),
        ("bot", "Three days."),
        ("shopper", ""),
        ("bot", person["text"]),
        ("staff", "Hello, Zoe here."),
    ]
    asked, reply, wish, _passed, _staff = said["messages"]
    assert (reply["message"], reply["exchange"], asked["message"]) == (
        first["message"],
        first["exchange"],
        first["exchange"],
    )
    assert (reply["outcome"], reply["source"]["question"]) == ("answer", "How long does delivery take?")
    assert (asked["way"], wish["way"]) == ("written", "person")
    assert set(said["messages"][4]) == {"message", "author", "text", "language", "at"}
    assert answer["Cache-Control"] == "no-store"
    since = post(shopper, faq, talk | {"after": person["message"]}, "since").json()["messages"]
    assert [one["message"] for one in since] == [str(staff.public_id)]
    assert post(shopper, faq, talk | {"after": since[0]["message"]}, "since").json()["messages"] == []


def test_a_long_conversation_is_told_in_parts(faq: ShopId, monkeypatch):
    monkeypatch.setattr(services, "SHOWN_AT_ONCE", 3)
    token = answered(faq, "when will my order arrive?")
    answered(faq, "how do I return an item?", token)
    first = find_messages(faq, token, "")
    rest = find_messages(faq, token, first.messages[-1].message)
    assert (len(first.messages), first.has_more, len(rest.messages), rest.has_more) == (3, True, 1, False)


@pytest.mark.parametrize("after", ["", "x", "0", "²", "9" * 19, "9" * 30])
def test_after_nothing_of_the_conversation_all_is_told(faq: ShopId, after: str):
    token = answered(faq, "when will my order arrive?")
    assert len(find_messages(faq, token, after).messages) == 2


def test_nobody_reads_what_another_conversation_or_shop_holds(faq: ShopId, other_shop: ShopId, shopper: Client):
    first = post(shopper, faq, {"text": "when will my order arrive?"}).json()
    second = post(shopper, faq, {"text": "how do I return an item?"}).json()
    mine = {"conversation": first["conversation"]}
    assert post(shopper, other_shop, mine, "since").status_code == 404
    for token in ("", "x", first["exchange"], first["conversation"].swapcase()):
        assert post(shopper, faq, {"conversation": token}, "since").status_code == 404
    # Another conversation's message names no place in this one, and says nothing of it.
    told = post(shopper, faq, mine | {"after": second["message"]}, "since").json()["messages"]
    assert [one["message"] for one in told] == [first["exchange"], first["message"]]
    elsewhere = Client(headers={"origin": "https://elsewhere.example"})
    assert post(elsewhere, faq, mine, "since").status_code == 403
    assert shopper.get("/w/x/since").status_code == 404


def test_who_is_signed_in_has_the_conversation_under_their_name(faq: ShopId, shopper: Client):
    first = post(shopper, faq, {"text": "when will my order arrive?"}).json()
    talk = {"conversation": first["conversation"]}
    post(shopper, faq, talk | signed_in(faq, "77") | {"text": "how do I return an item?"})
    post(shopper, faq, {"text": "a guest's"})
    theirs = Person(customer_external_id="77")
    with shop_scope(faq):
        assert Conversation.objects.get(customer_external_id="77").questions == 2
        register = registered()
        assert len(list(register["answers.conversation"].export(theirs))) == 1
        assert [one["author"] for one in register["answers.message"].export(theirs)] == [
            "shopper",
            "bot",
            "shopper",
            "bot",
        ]
        assert list(register["answers.message"].export(Person(customer_external_id="7"))) == []
        assert register["answers.conversation"].erase(theirs) == 5
        assert register["answers.message"].erase(theirs) == 0
    assert [one.asked for one in exchanges(faq)] == ["a guest's"]


@pytest.mark.parametrize("customer", ["", "78"])
def test_a_conversation_of_who_was_signed_in_opens_for_nobody_else(faq: ShopId, customer: str):
    token = answered(faq, "when will my order arrive?", customer="77")
    with pytest.raises(Missing):
        find_messages(faq, token, "", customer)
    with shop_scope(faq):
        guess = Message.objects.get(author=Author.BOT).candidates[0]["id"]
    others = {
        store_question(faq, token, "hello there", "en", customer).conversation,
        choose_guess(faq, token, guess, "en", customer)[1],
        ask_person(faq, token, "en", customer)[1],
    }
    assert len(others - {token}) == 3
    assert len(find_messages(faq, token, "", "77").messages) == 2
    with shop_scope(faq):
        assert set(Conversation.objects.values_list("customer_external_id", flat=True)) == {"77", customer}


def test_what_is_left_unsaid_in_a_page_that_makes_up_a_customer(faq: ShopId, shopper: Client):
    post(shopper, faq, {"text": "when will my order arrive?", "customer": "77"})
    with shop_scope(faq):
        assert Conversation.objects.get().customer_external_id == ""


OLD_TABLE = """
CREATE TEMP TABLE answers_exchange (id bigint, shop_id bigint, public_id bigint, conversation_id bigint, way text,
    language text, asked text, asked_at timestamptz, person_key text, answered_at timestamptz, outcome text, topic text,
    reply text, entry text, confidence float8, candidates jsonb, cards jsonb, scorer text, milliseconds float8,
    is_inline bool, is_generated bool, helpful bool, expect text)
"""
ANSWERED = {"outcome": "answer", "reply": "Three days.", "entry": "delivery", "confidence": 0.9, "helpful": False}
OLD_ROWS: list[dict[str, Any]] = [
    {"id": 1, "asked": "delivery?", "answered_at": AT + timedelta(seconds=1), **ANSWERED, "expect": ""},
    {"id": 2, "asked": "a parcel", "person_key": "k" * 64},  # a worker has it
    {"id": 4, "asked": "wording?", "entry": "delivery", "reply": "Three days.", "language": "fr"},  # being worded
    {
        "id": 5,
        "asked": "",
        "way": "person",
        "outcome": "hand_over",
        "topic": "person",
        "answered_at": AT,
        "reply": "Yes.",
    },
]
EMPTY = {"shop_id": 3, "conversation_id": 9, "way": "written", "language": "en", "asked_at": AT, "outcome": ""}
EMPTY |= {"topic": "", "reply": "", "entry": "", "candidates": "[]", "cards": "[]", "scorer": ""}
EMPTY |= {"is_inline": False, "is_generated": False}


def test_what_was_stored_before_is_carried_over(owner_url: str, db: None):
    carry_over = import_module("chatbot.answers.migrations.0008_messages").CARRY_OVER
    with psycopg.connect(owner_url) as owner:
        owner.execute(OLD_TABLE)
        for table in ("answers_message", "answers_conversation", "core_due"):
            owner.execute(f"CREATE TEMP TABLE {table} (LIKE public.{table} INCLUDING ALL)")
        owner.execute(
            "INSERT INTO answers_conversation (id, shop_id, public_id, token_hash, language, started_at, last_at,"
            " notice, notice_at, questions, last_language, customer_external_id)"
            " SELECT id, 3, id, id, 'en', now(), now(), '1-en', now(), 0, '', '' FROM unnest(ARRAY[9, 10]) AS id"
        )
        for row in OLD_ROWS:
            full = EMPTY | {"public_id": row["id"] + 100} | row
            owner.execute(
                f"INSERT INTO answers_exchange ({', '.join(full)}) VALUES ({', '.join(['%s'] * len(full))})",
                list(full.values()),
            )
        owner.execute(
            "INSERT INTO core_due (shop_id, kind, subject_id, due_at, attempts, asked, error)"
            " SELECT 3, kind, subject, now(), 0, 1, '' FROM (VALUES"
            " ('answer_message', 1), ('answer_message', 2), ('word_answer', 4), ('index_answers', 2))"
            " AS due (kind, subject)"
        )
        for statement in carry_over:
            owner.execute(statement)
        said = owner.execute(
            "SELECT id, public_id, author, answers_id, text, outcome, helpful, expect, person_key IS NOT NULL,"
            " decided ->> 'text' FROM answers_message ORDER BY id"
        ).fetchall()
        assert said == [
            (2, 101, "shopper", None, "delivery?", "", None, None, False, None),
            (3, 101 ^ 2**62, "bot", 2, "Three days.", "answer", False, "", False, None),
            (4, 102, "shopper", None, "a parcel", "", None, None, True, None),
            (8, 104, "shopper", None, "wording?", "", None, None, False, "Three days."),
            (10, 105, "shopper", None, "", "", None, None, False, None),
            (11, 105 ^ 2**62, "bot", 10, "Yes.", "hand_over", None, None, False, None),
        ]
        counted = owner.execute("SELECT id, questions, last_language FROM answers_conversation ORDER BY id").fetchall()
        assert counted == [(9, 4, "en"), (10, 0, "")]
        due = owner.execute("SELECT kind, subject_id FROM core_due ORDER BY kind, subject_id").fetchall()
        assert due == [("answer_message", 2), ("answer_message", 4), ("index_answers", 2), ("word_answer", 8)]
        assert owner.execute("SELECT nextval(pg_get_serial_sequence('answers_message', 'id'))").fetchone() == (12,)
        owner.rollback()
