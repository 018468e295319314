"""Saved replies: a text a shortcut and language, filled with what is known, kept to the shop and its roles."""

import pytest
from django.test import Client
from django.urls import reverse

from chatbot.console.inbox.canned import MOST_CANNED, delete_canned, filled_replies, list_canned, save_canned
from chatbot.console.inbox.types import CannedSummary
from chatbot.console.models import CannedReply
from shopconnect.accounts.types import Role
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.conftest import faq
from tests.chatbot.console.test_hand_over import agent
from tests.chatbot.console.test_inbox import desk, signed_in

__all__ = ["desk", "faq"]


def save(shop: ShopId, shortcut: str, text: str = "Thank you.", language: str = "en", reply: str = "") -> None:
    save_canned(shop, CannedSummary(reply=reply, language=language, shortcut=shortcut, text=text))


def test_one_text_a_shortcut_and_language(faq: ShopId):
    save(faq, "/Thanks")
    save(faq, "thanks", "Merci.", "fr")
    with pytest.raises(Refusal, match="has the shortcut /thanks"):
        save(faq, "thanks", "Again.")
    assert [(one.shortcut, one.language, one.text) for one in list_canned(faq)] == [
        ("thanks", "en", "Thank you."),
        ("thanks", "fr", "Merci."),
    ]
    english, french = (one.reply for one in list_canned(faq))
    save(faq, "ta", "Thanks.", reply=english)
    delete_canned(faq, int(french))
    delete_canned(faq, int(french))
    assert [(one.shortcut, one.text) for one in list_canned(faq)] == [("ta", "Thanks.")]
    with pytest.raises(Missing):
        save(faq, "gone", reply=french)


@pytest.mark.parametrize(
    ("shortcut", "text", "language"),
    [("two words", "x", "en"), ("", "x", "en"), ("x" * 31, "x", "en"), ("ok", "", "en"), ("ok", "x" * 4001, "en")]
    + [("ok", "x", "de"), ("<b>", "x", "en")],
)
def test_what_cannot_be_is_refused(faq: ShopId, shortcut: str, text: str, language: str):
    with pytest.raises(Refusal):
        save(faq, shortcut, text, language)
    assert list_canned(faq) == []


def test_there_are_not_endlessly_many(faq: ShopId):
    with shop_scope(faq):
        CannedReply.objects.bulk_create(
            [CannedReply(language="en", shortcut=str(one), text="x") for one in range(MOST_CANNED)]
        )
    with pytest.raises(Refusal, match="200"):
        save(faq, "more")


def test_places_are_filled_with_what_is_known_and_nothing_else(faq: ShopId):
    camille = agent(faq, "Camille Roux")
    save(faq, "hi", "{agent}|{reference}|{shop}|{name}|{agent.password}|{{agent}}")
    ((shortcut, text),) = filled_replies(faq, camille, "en", "K7F3-2Q")
    shop = text.split("|")[2]
    assert (shortcut, text) == ("hi", f"Camille|K7F3-2Q|{shop}|{{name}}|{{agent.password}}|{{Camille}}")
    assert shop
    assert filled_replies(faq, camille, "fr", "K7F3-2Q") == []
    assert filled_replies(faq, 0, "en", "")[0][1].startswith("||")


def test_analysts_and_other_shops_see_and_change_nothing(faq: ShopId, other_shop: ShopId, desk: Client):
    save(faq, "thanks")
    reply, url = list_canned(faq)[0].reply, reverse("console:inbox_settings")
    changes = ({"delete": reply}, {"reply": reply, "shortcut": "mine", "language": "en", "text": "Mine."})
    analyst, stranger = signed_in(faq, Role.ANALYST), signed_in(other_shop, Role.OWNER)
    assert analyst.get(url).status_code == 403
    assert "Thank you." not in stranger.get(url, {"reply": reply}).content.decode()
    assert [analyst.post(url, one).status_code for one in changes] == [403, 403]
    assert [stranger.post(url, one).status_code for one in changes] == [302, 404]
    assert [one.shortcut for one in list_canned(faq)] == ["thanks"]
    assert list_canned(other_shop) == []
    page = desk.post(url, {"shortcut": "thanks", "language": "en", "text": "What I typed"})
    assert page.status_code == 409
    assert ">What I typed</textarea>" in page.content.decode()
