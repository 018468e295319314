"""Staff read what was said; nobody else does, and nothing of it runs in their browser."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from chatbot.answers import labels, services
from chatbot.answers.faq import store_entries
from chatbot.answers.models import Conversation, Message
from chatbot.answers.types import AnswerOutcome
from chatbot.console.services import PAGE_SIZE, read_conversation, read_log
from chatbot.console.types import LogQuery
from shopconnect.accounts.models import Membership, User
from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.conftest import FAQ
from tests.chatbot.answers.said import add_exchange


def ask(shop: ShopId, text: str, language: str = "en", token: str | None = None) -> str:
    asked = services.store_question(shop, token, text, language)
    services.answer_exchange(shop, asked.exchange_id)
    return asked.conversation


@pytest.fixture
def chats(shop: ShopId) -> ShopId:
    """A shop with a FAQ and three exchanges."""
    with shop_scope(shop):
        store_entries(FAQ)
    ask(shop, "when will my order arrive? <b>now</b>")
    ask(shop, "quand serai-je remboursé ?", "fr")
    ask(shop, "xylophone")
    return shop


def found(shop: ShopId, **query: object) -> list[str]:
    return [one.asked for one in read_log(shop, LogQuery(**query)).exchanges]


def test_the_log_is_newest_first_and_narrowed(chats: ShopId):
    assert found(chats) == ["xylophone", "quand serai-je remboursé ?", "when will my order arrive? <b>now</b>"]
    assert found(chats, outcome=AnswerOutcome.ESCALATE) == ["xylophone"]
    assert found(chats, language="fr") == ["quand serai-je remboursé ?"]
    assert found(chats, text="ORDER") == ["when will my order arrive? <b>now</b>"]
    assert found(chats, text="cinq jours") == ["quand serai-je remboursé ?"]
    assert found(chats, text="%") == []


def test_days_are_the_shops(chats: ShopId):
    with shop_scope(chats):
        Message.objects.filter(text="xylophone").update(at=now() - timedelta(days=10))
    ten_days_ago = (now() - timedelta(days=10)).astimezone().date()
    assert found(chats, last_day=ten_days_ago + timedelta(days=1)) == ["xylophone"]
    assert "xylophone" not in found(chats, first_day=ten_days_ago + timedelta(days=2))


def test_pages_follow_each_other(chats: ShopId):
    with shop_scope(chats):
        conversation = Conversation.objects.order_by("id")[0]
        for place in range(PAGE_SIZE):
            add_exchange(conversation, f"old {place}", now() - timedelta(days=1))
    first, second = read_log(chats, LogQuery()), read_log(chats, LogQuery(page=2))
    assert (len(first.exchanges), first.has_more) == (PAGE_SIZE, True)
    assert (len(second.exchanges), second.has_more) == (3, False)


def test_a_conversation_is_shown_whole_and_to_its_shop_only(chats: ShopId, other_shop: ShopId):
    token = ask(chats, "how do I return an item?")
    ask(chats, "xylophone", token=token)
    public_id = int(read_log(chats, LogQuery()).exchanges[0].conversation)
    conversation = read_conversation(chats, 1, public_id).conversation
    assert [one.asked for one in conversation.exchanges] == ["how do I return an item?", "xylophone"]
    assert conversation.exchanges[0].candidates[0].entry == "returns"
    for shop, wanted in [(other_shop, public_id), (chats, 2**70), (chats, 1)]:
        with pytest.raises(Missing):
            read_conversation(shop, 1, wanted)
    assert found(other_shop) == []


def test_the_scorers_doubt_is_said_in_words():
    with translation.override("en"):
        in_english = [labels.confidence_label(chance) for chance in (None, 0.9, 0.75, 0.3, 0.0)]
    with translation.override("fr"):
        in_french = labels.confidence_label(0.722)
    assert in_english == ["", "Confident, 90%", "Fairly confident, 75%", "Not very confident, 30%", "Not confident, 0%"]
    assert in_french == "Assez sûr, 72\u00a0%"


def sign_in(shop: ShopId, role: Role, language: str = "en") -> Client:
    user = User.objects.create_user(email=f"{role}@example.test", password="x", language=language)
    Membership.objects.create(user=user, shop_id=shop, role=role)
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


@pytest.mark.parametrize("role", [Role.OWNER, Role.SUPPORT])
def test_owner_and_support_read_the_log(chats: ShopId, role: Role):
    page = sign_in(chats, role).get(reverse("console:log"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "xylophone" in text
    assert "when will my order arrive? &lt;b&gt;now&lt;/b&gt;" in text
    assert "<b>now</b>" not in text


def test_others_do_not(chats: ShopId):
    for url in (reverse("console:log"), reverse("console:conversation", args=[1])):
        assert sign_in_analyst(chats).get(url).status_code == 403
        answer = Client().get(url)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_login"))


def sign_in_analyst(shop: ShopId) -> Client:
    user = User.objects.filter(email="analyst@example.test").first()
    if user is None:
        return sign_in(shop, Role.ANALYST)
    client = Client()
    client.force_login(user)
    return client


def test_a_conversation_shows_what_was_considered(chats: ShopId, other_shop: ShopId):
    public_id = read_log(chats, LogQuery(text="order")).exchanges[0].conversation
    url = reverse("console:conversation", args=[public_id])
    text = sign_in(chats, Role.SUPPORT, "fr").get(url).content.decode()
    assert "Réponse donnée" in text
    assert "Three days." in text
    assert "How do I return an item?" in text
    assert "<b>now</b>" not in text
    elsewhere = User.objects.create_user(email="elsewhere@example.test", password="x")
    Membership.objects.create(user=elsewhere, shop_id=other_shop, role=Role.OWNER)
    client = Client()
    client.force_login(elsewhere)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        "page=0",
        "page=x",
        "page=99999999",
        "from=2026-13-45",
        "to=9999-12-31",
        "from=0001-01-01",
        "outcome=x",
        "language=de",
        "text=%00",
        "text=%27%3B--",
        "page=%C2%B2",
    ],
)
def test_strange_addresses_do_no_harm(chats: ShopId, asked: str):
    assert sign_in(chats, Role.OWNER).get(f"{reverse('console:log')}?{asked}").status_code == 200


def test_an_empty_log_says_what_to_do_next(shop: ShopId):
    client = sign_in(shop, Role.OWNER)
    assert reverse("answers:answers") in client.get(reverse("console:log")).content.decode()
    with shop_scope(shop):
        store_entries(FAQ)
    assert "add the chat to a page" in client.get(reverse("console:log")).content.decode()
    assert "No conversations match" in client.get(f"{reverse('console:log')}?text=x").content.decode()


def test_narrowing_survives_paging(chats: ShopId, monkeypatch):
    monkeypatch.setattr("chatbot.console.services.PAGE_SIZE", 1)
    text = sign_in(chats, Role.OWNER).get(f"{reverse('console:log')}?text=e&language=en").content.decode()
    assert "?text=e&amp;language=en&amp;page=2" in text


@pytest.mark.parametrize(("role", "shown"), [(Role.OWNER, True), (Role.SUPPORT, True), (Role.ANALYST, False)])
def test_the_way_to_the_log_is_shown_to_those_who_may_read_it(chats: ShopId, role: Role, shown: bool):
    page = sign_in(chats, role).get(reverse("notifications:notices")).content.decode()
    assert (f'href="{reverse("console:log")}"' in page) == shown
