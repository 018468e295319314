"""Who read, taught, exported and erased what shoppers said is kept."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from chatbot.answers import services
from chatbot.answers.drafts.services import publish_draft, save_draft
from chatbot.answers.drafts.texts import etag_of
from chatbot.answers.models import Conversation
from chatbot.answers.types import EntrySummary
from chatbot.console.models import Ticket
from chatbot.console.services import read_conversation
from chatbot.console.teaching.groups import regroup
from chatbot.console.teaching.models import QuestionGroup
from shopconnect.accounts.models import User
from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from shopconnect.core.security.personal_data import Person, registered
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops import audit
from shopconnect.shops.audit import latest_entries
from shopconnect.shops.models import AuditEntry
from shopconnect.sync.exports import services as exports
from tests.chatbot.answers.conftest import faq
from tests.chatbot.console.test_log import sign_in
from tests.shopconnect.api.conftest import caller

__all__ = ["caller", "faq"]


@pytest.fixture
def asked(faq: ShopId) -> tuple[str, int]:
    """A question without an answer: its message's public id, and its conversation's."""
    stored = services.store_question(faq, None, "do you wrap gifts?", "en", "77")
    services.answer_exchange(faq, stored.exchange_id)
    with shop_scope(faq):
        return stored.exchange, int(Conversation.objects.get().public_id)


@pytest.fixture
def desk(faq: ShopId) -> Client:
    return sign_in(faq, Role.SUPPORT)


def done(shop: ShopId, action: str) -> list[AuditEntry]:
    with shop_scope(shop):
        return list(AuditEntry.objects.filter(action=action).order_by("id"))


def test_who_read_a_conversation_is_kept_once_a_day_and_shown_there(faq: ShopId, asked: tuple[str, int], desk: Client):
    url = reverse("console:conversation", args=[asked[1]])
    assert "Who read this conversation" in [desk.get(url), desk.get(url)][1].content.decode()
    with time_machine.travel(now() + timedelta(hours=25), tick=False):
        read_conversation(faq, User.objects.get().pk, asked[1])
    read = done(faq, "read_conversation")
    assert [one.subject for one in read] == [str(asked[1])] * 2
    assert None not in [one.actor_id for one in read]
    with shop_scope(faq):
        assert latest_entries(9) == []  # what is done all day long hides nothing else


def test_what_nobody_may_read_is_not_noted(faq: ShopId, other_shop: ShopId, asked: tuple[str, int]):
    url = reverse("console:conversation", args=[asked[1]])
    assert sign_in(other_shop, Role.OWNER).get(url).status_code == 404
    assert sign_in(faq, Role.ANALYST).get(url).status_code == 403
    assert done(faq, "read_conversation") == done(other_shop, "read_conversation") == []


def test_a_token_that_reads_conversations_is_kept_once_a_day_and_shown_with_each(
    faq: ShopId, other_shop: ShopId, asked: tuple[str, int], desk: Client, caller: Callable[..., Client]
):
    reader, stranger, counter = caller(faq), caller(other_shop), caller(faq, ["read:tickets"])
    assert stranger.get(f"/api/v1/chats/{asked[1]}").status_code == 404
    assert counter.get("/api/v1/chats").status_code == 403
    assert stranger.get("/api/v1/chats").json()["data"] == []
    assert done(faq, "program_read_conversations") == done(other_shop, "program_read_conversations") == []
    for path in ("chats", f"chats/{asked[1]}", "chats"):
        assert reader.get(f"/api/v1/{path}").status_code == 200
    (read,) = done(faq, "program_read_conversations")
    assert (read.actor_id, read.subject) == (None, "tests")
    page = desk.get(reverse("console:conversation", args=[asked[1]])).content.decode()
    assert "Programs that have read conversations since this one began:" in page
    assert "<bdi>tests</bdi>" in page
    with shop_scope(faq):
        sentence = audit.action_sentences()[read.action] % {"who": "", "subject": read.subject}
        assert sentence == "A program with the token “tests” read conversations"


def test_who_marked_an_answer_is_kept(faq: ShopId, asked: tuple[str, int], desk: Client):
    for entry in ("delivery", ""):
        desk.post(reverse("console:label"), {"exchange": asked[0], "entry": entry})
    assert [one.subject for one in done(faq, "marked_answer")] == ["delivery"]
    assert len(done(faq, "marked_no_answer")) == 1


def test_who_dismissed_questions_and_published_an_answer_is_kept(faq: ShopId, asked: tuple[str, int], desk: Client):
    regroup(faq)
    with shop_scope(faq):
        group = QuestionGroup.objects.get().public_id
    for state in ("dismissed", "open"):
        desk.post(reverse("teaching:state"), {"group": group, "state": state})
    assert (len(done(faq, "dismissed_questions")), len(done(faq, "reopened_questions"))) == (1, 1)
    written = EntrySummary("wrapping", "en", "Do you wrap gifts?", "Yes.")
    etag = save_draft(faq, 1, "wrapping", {"en": written}, etag_of({}))
    publish_draft(faq, 1, "wrapping", etag)
    assert [one.actor_id for one in done(faq, "published_answer")] == [1]


def test_who_asked_for_all_of_a_shops_files_is_kept(faq: ShopId):
    exports.ask_export(faq, sign_in(faq, Role.OWNER).get("/").wsgi_request.user.pk)
    assert len(done(faq, "asked_export")) == 1


def test_all_of_a_signed_in_shoppers_conversation_is_exported_and_erased(faq: ShopId):
    _reply, token = services.ask_person(faq, None, "en", "77")
    services.store_question(faq, token, "a word more", "en", "77")
    services.ask_person(faq, None, "en", "78")
    person, register = Person(customer_external_id="77"), registered()
    names = ("console.ticket", "answers.message", "answers.conversation")
    with shop_scope(faq):
        exported = [len(list(register[name].export(person))) for name in names]
        assert exported == [1, 3, 1]
        for name in names:
            register[name].erase(person)
        assert [list(register[name].export(person)) for name in names] == [[], [], []]
        assert Conversation.objects.get().customer_external_id == "78"
        assert Ticket.objects.count() == 1
