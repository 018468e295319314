"""The FAQ is read and written over REST; conversations are read."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chatbot.answers.models import Conversation, Entry
from chatbot.answers.services import answer_exchange, ask_person, store_question
from shopconnect.core.models import Due
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.said import add_exchange
from tests.shopconnect.api.conftest import AT

BODY = {"question": "How do I return it?", "answer": "Within 14 days.", "phrases": ["send back"], "category": "Returns"}


def put(api, language="en", external_id="returns", body=BODY):
    return api.put(f"/api/v1/faq/{language}/{external_id}", body, content_type="application/json")


def entries(shop_id):
    with shop_scope(shop_id):
        return list(Entry.objects.order_by("id").values_list("external_id", "language", "question"))


def test_an_entry_is_made_replaced_and_found(api, shop):
    made, same = put(api), put(api)
    assert (made.status_code, same.status_code) == (201, 200)
    assert made.json() == same.json() == {"id": "returns", "language": "en", **BODY}
    assert api.get("/api/v1/faq/en/returns").json() == made.json()
    assert put(api, body=BODY | {"question": "May I return it?"}).status_code == 200
    assert entries(shop) == [("returns", "en", "May I return it?")]
    assert Due.objects.filter(shop_id=shop, kind="index_answers").count() == 1


def test_what_is_left_out_is_empty(api):
    assert put(api, body={"question": "a", "answer": "b"}).json()["phrases"] == []


def test_an_entry_is_written_in_its_own_shop(api, shop, other_shop, caller):
    put(api)
    theirs = caller(other_shop)
    assert theirs.get("/api/v1/faq/en/returns").status_code == 404
    assert theirs.get("/api/v1/faq").json()["data"] == []


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"question", "answer"}),
        ({"question": "", "answer": "x"}, {"question"}),
        ({"question": "x" * 2001, "answer": "x"}, {"question"}),
        ({"question": "a\0", "answer": "x"}, {"question"}),
        ({"question": "a", "answer": "b", "phrases": ["x", ""]}, {"phrases.1"}),
        ({"question": "a", "answer": "b", "phrases": "x"}, {"phrases"}),
        ([], {"non_field_errors"}),
    ],
)
def test_a_body_that_cannot_be_used_says_which_field(api, shop, body, fields):
    response = put(api, body=body)
    assert response.status_code == 400
    assert set(response.json()["error"]["fields"]) == fields
    assert entries(shop) == []


def test_what_is_no_json_is_refused(api, shop):
    for text, kind, status in (("{", "application/json", 400), ("a=b", "application/x-www-form-urlencoded", 415)):
        response = api.put("/api/v1/faq/en/x", text, content_type=kind)
        assert response.status_code == status
        assert response.json()["error"]["message"]
    assert entries(shop) == []


@pytest.mark.parametrize("place", ["de/returns", "en/" + "x" * 256, "en/%20", "en/a%00b"])
def test_a_place_that_cannot_be_is_not_there(api, shop, place):
    assert api.get(f"/api/v1/faq/{place}").status_code == 404
    assert api.put(f"/api/v1/faq/{place}", BODY, content_type="application/json").status_code == 404
    assert entries(shop) == []


def test_entries_come_by_page_and_language(api):
    for number in range(3):
        put(api, "en", f"e{number}")
    put(api, "fr", "e0")
    first = api.get("/api/v1/faq", {"limit": 2}).json()
    rest = api.get("/api/v1/faq", {"limit": 2, "cursor": first["next"]}).json()
    assert [(one["id"], one["language"]) for one in first["data"] + rest["data"]] == [
        ("e0", "en"),
        ("e1", "en"),
        ("e2", "en"),
        ("e0", "fr"),
    ]
    assert [one["id"] for one in api.get("/api/v1/faq", {"language": "fr"}).json()["data"]] == ["e0"]
    assert api.get("/api/v1/faq", {"language": "de"}).status_code == 400


def talk(number, messages=1):
    conversation = Conversation.objects.create(
        token_hash=f"t{number}", language="fr", started_at=AT, last_at=AT, notice="fr-1", notice_at=AT
    )
    for message in range(messages):
        at = AT + timedelta(minutes=message)
        add_exchange(conversation, f"m{message}", at, language="fr", outcome="answer", text="r", confidence=0.9)
    return conversation


def test_conversations_come_with_their_messages_page_by_page(api, shop, other_shop):
    with shop_scope(shop):
        talks = [talk(number, messages=2) for number in range(3)]
    with shop_scope(other_shop):
        theirs = talk(9)
    first = api.get("/api/v1/chats", {"limit": 2}).json()
    rest = api.get("/api/v1/chats", {"limit": 2, "cursor": first["next"]}).json()
    assert [one["id"] for one in first["data"] + rest["data"]] == [str(one.public_id) for one in talks]
    assert [one["asked"] for one in first["data"][0]["exchanges"]] == ["m0", "m1"]
    assert [(one["author"], one["text"]) for one in first["data"][0]["messages"]] == [
        ("shopper", "m0"),
        ("bot", "r"),
        ("shopper", "m1"),
        ("bot", "r"),
    ]
    assert first["data"][0]["messages"][1]["answers"] == first["data"][0]["exchanges"][0]["id"]
    assert rest["next"] is None
    assert api.get(f"/api/v1/chats/{talks[0].public_id}").json() == first["data"][0]
    assert api.get(f"/api/v1/chats/{theirs.public_id}").status_code == 404


def test_a_page_of_conversations_costs_as_many_queries_as_one(api, shop):
    with shop_scope(shop):
        [talk(number, messages=3) for number in range(10)]
    api.get("/api/v1/chats")  # who reads is noted once a day
    costs = []
    for limit in (1, 9):
        with CaptureQueriesContext(connection) as queries:
            api.get("/api/v1/chats", {"limit": limit})
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_an_entry_answers_shoppers_as_soon_as_it_is_written(api, shop):
    put(api)
    put(api, body=BODY | {"answer": "Within 30 days."})
    asked = store_question(shop, None, "how do I return it?", "en")
    answer_exchange(shop, asked.exchange_id)
    (said,) = api.get("/api/v1/chats").json()["data"][0]["exchanges"]
    assert (said["way"], said["outcome"], said["reply"], said["entry"]) == (
        "written",
        "answer",
        "Within 30 days.",
        "returns",
    )


def test_a_message_without_an_answer_and_a_wish_for_a_person_are_told_apart(api, shop):
    asked = store_question(shop, None, "I am ada@example.com", "en")
    ask_person(shop, asked.conversation, "en")
    talk = api.get("/api/v1/chats").json()["data"][0]
    waiting, person = talk["exchanges"]
    assert (waiting["asked"], waiting["outcome"], waiting["answered_at"], waiting["reply"]) == (
        "I am [email]",
        None,
        None,
        "",
    )
    assert (person["way"], person["asked"], person["outcome"]) == ("person", "", "hand_over")
    assert talk["person_asked_at"] is not None
    assert asked.conversation not in str(talk)  # the page's own name for it is nobody else's business
