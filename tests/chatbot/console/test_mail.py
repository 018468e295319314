"""Replies by e-mail: an address left while nobody answers, one mail until its link was followed, then forgotten."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from chatbot.answers import services
from chatbot.answers.facts.hours import save_opening_hours
from chatbot.answers.facts.types import OpeningHours
from chatbot.answers.models import Conversation, Message
from chatbot.console.inbox import services as inbox
from chatbot.console.mail.addresses import forget_closed
from chatbot.console.mail.letters import mail_reply
from chatbot.console.models import ReplyAddress
from shopconnect.accounts.types import Role
from shopconnect.core.cache.redis import client, shop_key
from shopconnect.core.models import Due
from shopconnect.core.security.crypto import person_key
from shopconnect.core.security.personal_data import Person, registered
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.conftest import faq
from tests.chatbot.answers.test_widget import post, shopper
from tests.chatbot.console.test_hand_over import agent, asked_for_person
from tests.chatbot.console.test_inbox import signed_in

__all__ = ["faq", "shopper"]
SATURDAY = datetime(2026, 12, 5, 12, tzinfo=UTC)
EMAIL = "ada@example.com"


@pytest.fixture
def closed(faq: ShopId) -> Iterator[ShopId]:
    """A shop on a Saturday on which nobody works."""
    with shop_scope(faq):
        save_opening_hours(OpeningHours((((time(9), time(18)),),) * 5 + ((), ())))
    with time_machine.travel(SATURDAY, tick=False):
        yield faq


def leave(shopper: Client, shop: ShopId, token: str, email: str = EMAIL, **given: object):
    said = {"conversation": token, "email": email, "consent": True, "wording": "1-en"} | given
    return post(shopper, shop, said, "address")


def address_of(shop: ShopId) -> ReplyAddress:
    with shop_scope(shop):
        return ReplyAddress.objects.get()


def mailed(shop: ShopId) -> int:
    """Send what is to be sent; returns how many mails went out so far."""
    mail_reply(shop, address_of(shop).pk)
    return len(mail.outbox)


def link_in(message: mail.EmailMessage) -> str:
    found = re.search(r"https?://[^/\s]+(/conversations/reply/\S+)", str(message.body))
    assert found is not None
    return found.group(1)


def replied(shop: ShopId, shopper: Client, text: str = "It left today.") -> tuple[str, int, int]:
    """Have a shopper leave an address and Camille reply by mail; returns the token, Camille and the conversation."""
    token, talk = asked_for_person(shop)
    assert leave(shopper, shop, token).status_code == 200
    camille = agent(shop, "Camille Roux")
    inbox.reply_to_shopper(shop, camille, talk, text)
    assert mailed(shop) == 1
    return token, camille, talk


def test_an_address_is_asked_for_while_nobody_answers_and_only_then(closed: ShopId, shopper: Client):
    token, talk = asked_for_person(closed)
    person = post(shopper, closed, {"conversation": token}, "since").json()["person"]
    assert person["email"]["wording"] == "1-en"
    assert "30 days after the conversation is closed" in person["email"]["consent"]
    french = post(shopper, closed, {"conversation": token, "lang": "fr"}, "since").json()["person"]
    assert "supprimée 30 jours après la clôture" in french["email"]["consent"]
    leave(shopper, closed, token)
    person = post(shopper, closed, {"conversation": token}, "since").json()["person"]
    assert (person["email"], person["seconds"]) == (None, 15)
    inbox.take_conversation(closed, agent(closed, "Camille Roux"), talk)
    person = post(shopper, closed, {"conversation": token}, "since").json()["person"]
    assert person == {"seconds": 3, "is_writing": False, "email": None}


def test_in_hours_no_address_is_asked_for(closed: ShopId, shopper: Client):
    with time_machine.travel(SATURDAY + timedelta(days=2), tick=False):
        token, _talk = asked_for_person(closed)
        person = post(shopper, closed, {"conversation": token}, "since").json()["person"]
    assert person == {"seconds": 3, "is_writing": False, "email": None}


def test_consent_is_kept_with_its_wording_and_the_address_is_unreadable(closed: ShopId, shopper: Client):
    token, _talk = asked_for_person(closed)
    leave(shopper, closed, token, wording="1-fr")
    row = address_of(closed)
    assert (row.email, row.consent, row.consented_at, row.language) == (EMAIL, "1-fr", SATURDAY, "fr")
    with shop_scope(closed):
        stored = ReplyAddress.objects.extra(select={"raw": "email"}).values_list("raw", flat=True)[0]
        assert EMAIL not in str(stored)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"consent": False}, 400),
        ({"consent": "true"}, 400),
        ({"wording": "9-en"}, 400),
        ({"wording": "1-de"}, 400),
        ({"email": ""}, 400),
        ({"email": "nobody"}, 400),
        ({"email": "a@b.example\nBcc: victim@example.com"}, 400),
        ({"email": "a@b.example, victim@example.com"}, 400),
        ({"email": "Ada <ada@example.com>"}, 400),
        ({"email": "é@example.com"}, 400),
        ({"email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.com"}, 400),
        ({"conversation": "another"}, 404),
    ],
)
def test_what_is_no_address_or_no_consent_is_refused(closed: ShopId, shopper: Client, given, status):
    token, _talk = asked_for_person(closed)
    answer = post(
        shopper, closed, {"conversation": token, "email": EMAIL, "consent": True, "wording": "1-en"} | given, "address"
    )
    assert answer.status_code == status
    with shop_scope(closed):
        assert not ReplyAddress.objects.exists()


def test_who_waits_for_nobody_leaves_no_address(closed: ShopId, shopper: Client):
    asked = services.store_question(closed, None, "when will my order arrive?", "en")
    assert leave(shopper, closed, asked.conversation).status_code == 409


def test_addresses_are_few_for_a_conversation_and_for_an_address(closed: ShopId, shopper: Client):
    token, _talk = asked_for_person(closed)
    told = [leave(shopper, closed, token, f"ada{place}@example.com").status_code for place in range(4)]
    assert told == [200, 200, 200, 429]
    assert address_of(closed).email == "ada2@example.com"
    others = [asked_for_person(closed)[0] for _shopper in range(4)]
    assert [leave(shopper, closed, one).status_code for one in others] == [200, 200, 200, 429]


def test_a_network_leaves_so_many_addresses(closed: ShopId, shopper: Client):
    token, _talk = asked_for_person(closed)
    leave(shopper, closed, token)
    (key,) = client().keys(shop_key(closed, "reply-addresses", "network", "*"))
    client().set(key, 20)
    assert leave(shopper, closed, asked_for_person(closed)[0], "other@example.com").status_code == 429


def test_staffs_reply_goes_out_once_with_a_link_and_nothing_of_the_person_in_it(closed: ShopId, shopper: Client):
    _token, _camille, _talk = replied(closed, shopper)
    assert mailed(closed) == 1
    message = mail.outbox[0]
    assert message.to == [EMAIL]
    assert "has replied to you (" in message.subject
    assert "Camille from" in message.body
    assert "It left today." in message.body
    assert "Roux" not in message.body
    assert EMAIL not in link_in(message)


def test_the_assistants_replies_and_notes_are_never_mailed(closed: ShopId, shopper: Client):
    token, talk = asked_for_person(closed)
    leave(shopper, closed, token)
    asked = services.store_question(closed, token, "when will my order arrive?", "en")
    services.answer_exchange(closed, asked.exchange_id)
    inbox.note_for_team(closed, agent(closed, "Camille Roux"), talk, "A regular.")
    assert mailed(closed) == 0
    assert not Due.objects.filter(kind="mail_reply").exists()


def test_a_strangers_address_gets_one_mail_until_its_link_is_followed(closed: ShopId, shopper: Client):
    token, camille, talk = replied(closed, shopper)
    inbox.reply_to_shopper(closed, camille, talk, "And one thing more.")
    assert mailed(closed) == 1
    assert leave(shopper, closed, token, "victim@example.com").status_code == 409
    page = Client().post(link_in(mail.outbox[0]), {"act": "open"})
    assert page.status_code == 302
    assert mailed(closed) == 1  # what was read on the page needs no mail
    inbox.reply_to_shopper(closed, camille, talk, "Now by mail.")
    assert mailed(closed) == 2
    assert "Now by mail." in mail.outbox[1].body
    assert "And one thing more." not in mail.outbox[1].body


def test_a_program_that_looks_at_links_opens_confirms_and_shows_nothing(closed: ShopId, shopper: Client):
    replied(closed, shopper)
    for _look in range(2):
        page = Client().get(link_in(mail.outbox[0]))
        assert page.status_code == 200
        assert b"It left today." not in page.content
        assert "no-store" in page["Cache-Control"]
    assert Client().head(link_in(mail.outbox[0])).status_code == 200
    assert address_of(closed).confirmed_at is None


def test_who_opens_the_link_reads_the_conversation_and_writes_back(closed: ShopId, shopper: Client):
    _token, _camille, talk = replied(closed, shopper)
    link, browser = link_in(mail.outbox[0]), Client()
    browser.post(link, {"act": "open"})
    page = browser.get(link).content.decode()
    assert "It left today." in page
    assert "Camille is answering you now." in page
    refused = browser.post(link, {"act": "reply", "text": " "})
    assert (refused.status_code, b"Type your question." in refused.content) == (400, True)
    browser.post(link, {"act": "reply", "text": "Thank you, write to ada@example.com"})
    with shop_scope(closed):
        last = Message.objects.order_by("-id")[0]
        assert (last.author, last.text) == ("shopper", "Thank you, write to [email]")
        assert last.conversation.public_id == talk
    assert b"Thank you, write to" in browser.get(link).content


def test_without_having_opened_it_nobody_writes(closed: ShopId, shopper: Client):
    replied(closed, shopper)
    Client().post(link_in(mail.outbox[0]), {"act": "reply", "text": "I am somebody else"})
    with shop_scope(closed):
        assert not Message.objects.filter(text="I am somebody else").exists()


def test_a_link_opens_its_conversation_alone_and_ends(closed: ShopId, shopper: Client, other_shop: ShopId):
    replied(closed, shopper)
    link, browser = link_in(mail.outbox[0]), Client()
    browser.post(link, {"act": "open"})
    with shop_scope(closed):
        talk = Conversation.objects.get().public_id
    assert browser.get(reverse("console:conversation", args=[talk])).status_code == 302
    forged = re.sub(r"/reply/.", "/reply/X", link)
    assert Client().get(forged).status_code == 404
    second, other_talk = asked_for_person(closed)
    leave(shopper, closed, second, "other@example.com")
    page = browser.get(link).content.decode()
    assert str(other_talk) not in page
    with time_machine.travel(SATURDAY + timedelta(days=31), tick=False):
        assert browser.get(link).status_code == 404
        assert browser.post(link, {"act": "open"}).status_code == 404


def test_whose_address_it_is_has_it_deleted_and_no_mail_comes_again(closed: ShopId, shopper: Client):
    token, camille, talk = replied(closed, shopper)
    link = link_in(mail.outbox[0])
    assert b"Your address is deleted" in Client().post(link, {"act": "forget"}).content
    row = address_of(closed)
    assert (row.email, row.email_key) == ("", "")
    assert Client().get(link).status_code == 404
    inbox.reply_to_shopper(closed, camille, talk, "More.")
    assert mailed(closed) == 1
    assert leave(shopper, closed, token).status_code == 409


def test_an_address_is_forgotten_after_its_conversation_was_closed(closed: ShopId, shopper: Client):
    _token, camille, talk = replied(closed, shopper)
    inbox.close_conversation(closed, camille, talk)
    row = address_of(closed).pk
    forget_closed(closed, row)
    assert address_of(closed).email == EMAIL
    with time_machine.travel(SATURDAY + timedelta(days=31), tick=False):
        forget_closed(closed, row)
    with shop_scope(closed):
        assert not ReplyAddress.objects.exists()
    assert Due.objects.filter(kind="forget_reply_address", due_at=SATURDAY + timedelta(days=30)).exists()


def test_a_person_is_given_and_erased_by_their_address_with_the_conversation(closed: ShopId, shopper: Client):
    replied(closed, shopper)
    ada = Person(person_key=person_key(EMAIL))
    data = registered()
    with shop_scope(closed):
        (told,) = data["console.replyaddress"].export(ada)
        assert (told["email"], told["consent"]) == (EMAIL, "1-en")
        assert len(list(data["answers.conversation"].export(ada))) == 1
        assert data["console.replyaddress"].erase(ada) == 1
        assert data["answers.message"].erase(ada) > 0
        assert not Conversation.objects.exists()


def test_the_desk_says_that_replies_are_mailed_and_not_where(closed: ShopId, shopper: Client):
    token, talk = asked_for_person(closed)
    desk = signed_in(closed, Role.SUPPORT)
    address = reverse("console:conversation", args=[talk])
    assert b"left an email address" not in desk.get(address).content
    leave(shopper, closed, token)
    page = desk.get(address).content.decode()
    assert "The shopper left an email address: what you send goes there too." in page
    assert EMAIL not in page


def test_mails_and_pages_speak_the_shoppers_language(closed: ShopId, shopper: Client):
    token, talk = asked_for_person(closed, "fr")
    leave(shopper, closed, token, wording="1-fr")
    inbox.reply_to_shopper(closed, agent(closed, "Camille Roux"), talk, "Parti ce matin.")
    assert mailed(closed) == 1
    assert "vous a répondu (" in mail.outbox[0].subject
    assert "Ne répondez pas à cet e-mail" in mail.outbox[0].body
    page = Client().get(link_in(mail.outbox[0])).content.decode()
    assert "Ouvrir la conversation" in page
