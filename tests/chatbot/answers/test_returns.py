"""How long things may be returned and where one withdraws: set on a page, told in chat."""

import pytest
from django.urls import reverse

from chatbot.answers.facts.returns import ReturnTerms, find_return_fact, return_terms, save_return_terms
from chatbot.answers.types import AnswerOutcome, Topic
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.services import store_settings
from tests.chatbot.answers.test_answer_pages import member
from tests.chatbot.answers.test_conversation import last, say
from tests.chatbot.answers.test_widget import post, shopper
from tests.chatbot.example_shops import ruler

__all__ = ["shopper"]
PAGE = "https://shop.example/withdraw"
NO_DELIVERY = {"delivery-TOTAL_FORMS": "0", "delivery-INITIAL_FORMS": "0"}


@pytest.fixture
def terms(shop: ShopId) -> ShopId:
    """A shop without a FAQ that has set both."""
    with shop_scope(shop):
        save_return_terms(ReturnTerms(30, PAGE))
    return shop


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "How long do I have to return something?", "You have 30 days to return an item."),
        ("fr", "combien de jours pour retourner un article ?", "Vous avez 30 jours pour retourner un article."),
    ],
)
def test_how_long_things_may_be_returned_is_told(terms: ShopId, language: str, text: str, expected: str):
    _, reply = say(terms, text, language)
    assert (reply.outcome, reply.text, reply.withdrawal_url) == (AnswerOutcome.FACT, expected, "")
    assert last(terms).topic == Topic.RETURNS


@pytest.mark.parametrize(
    ("language", "text"), [("en", "I want to withdraw from my purchase"), ("fr", "je veux me rétracter")]
)
def test_who_withdraws_gets_the_shops_own_page_at_once(terms: ShopId, language: str, text: str):
    _, reply = say(terms, text, language)
    assert (reply.outcome, reply.withdrawal_url) == (AnswerOutcome.FACT, PAGE)
    assert last(terms).topic == Topic.WITHDRAWAL


def test_the_link_goes_along_with_what_an_entry_says(faq: ShopId, shopper):
    with shop_scope(faq):
        save_return_terms(ReturnTerms(30, PAGE))
    told = post(shopper, faq, {"text": "how do i return an item"}).json()
    assert "withdrawal" not in told
    told = post(shopper, faq, {"text": "How do I return an item, right of withdrawal"}).json()
    assert told["withdrawal"] == PAGE


@pytest.mark.parametrize("stored", [None, 7, {"days": -1}, {"days": True}, {"withdrawal_url": "javascript:alert(1)"}])
def test_a_setting_that_means_nothing_is_not_told(shop: ShopId, stored: object):
    with shop_scope(shop):
        store_settings({"chat_returns": stored})
        assert return_terms() == ReturnTerms()
        assert find_return_fact("je veux me rétracter", "fr") is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_nobody_asked_about_returns_is_not_told(terms: ShopId, language: str):
    with shop_scope(terms):
        told = {one.expect for one in ruler(language, "open").messages if find_return_fact(one.text, language)}
    assert told <= {"withdrawal", "return-how"}


def test_owners_and_support_set_both_and_a_bad_address_changes_nothing(shop: ShopId, other_shop: ShopId):
    owner, address = member(shop, Role.OWNER), reverse("answers:details")
    done = owner.post(address, NO_DELIVERY | {"days": "14", "withdrawal_url": PAGE}, follow=True)
    assert "Saved." in done.content.decode()
    assert PAGE in owner.get(address).content.decode()
    refused = owner.post(address, NO_DELIVERY | {"days": "-1", "withdrawal_url": "http://shop.example/"})
    assert refused.status_code == 400
    assert member(shop, Role.ANALYST).post(address, {"days": "3"}).status_code == 403
    with shop_scope(shop):
        assert return_terms() == ReturnTerms(14, PAGE)
    with shop_scope(other_shop):
        assert return_terms() == ReturnTerms()
