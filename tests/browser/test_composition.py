"""A language model in a real browser: allowed by an owner, asked in the editor, and marked where it wrote."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from chatbot.answers import services, widget
from chatbot.answers.composition import wording
from chatbot.answers.composition.phrases import run_phrases
from chatbot.answers.faq import store_entries
from chatbot.answers.models import Message, PhraseRequest
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.browser.accessibility import problems_at
from tests.browser.signing_in import sign_in
from tests.browser.test_answers import look
from tests.browser.test_storefront import open_chat
from tests.browser.words import words_in
from tests.chatbot.answers.composed import allow, model_of_operator
from tests.chatbot.answers.conftest import FAQ
from tests.doubles.language_model import REGION
from tests.shopconnect.shops.conftest import make_member
from tests.waiting import PATIENCE_SECONDS

PHRASES = {"en": "when will I get my parcel", "fr": "quand est-ce que je reçois mon colis"}
ASKED = {"en": "How long does delivery take?", "fr": "Quels sont vos délais de livraison ?"}
WORDED = {"en": "Delivery takes three days [1].", "fr": "Les délais de livraison sont de trois jours [1]."}


@pytest.fixture
def owner(page: Any, site: str, small_shop: ShopId, nobody_is_woken: None) -> Callable[[str], str]:
    """Have the shop's owner sign in, with a FAQ; returns the address of the site."""

    def enter_in(language: str) -> str:
        with shop_scope(small_shop):
            store_entries(FAQ)
        services.index_answers(small_shop)
        make_member(small_shop, Role.OWNER, "ada@example.com", language=language)
        sign_in(page, site, "ada@example.com", language)
        return site

    return enter_in


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_owner_allows_a_model_and_takes_a_phrase_that_it_proposes(
    page: Any, owner: Callable[[str], str], small_shop: ShopId, settings: Any, language: str
):
    say, site = words_in(language), owner(language)
    with model_of_operator(settings) as model:
        model.says(phrases=[PHRASES[language]])
        page.goto(f"{site}/answers/")
        page.get_by_role("link", name=say("Language model"), exact=True).click()
        expect(page.get_by_text(REGION)).to_be_visible()
        look(page, language, "language-model")
        page.get_by_role("button", name=say("Allow this language model")).press("Enter")
        page.get_by_text(say("Language model allowed. You can turn it off at any time.")).wait_for()
        look(page, language, "language-model-allowed")
        page.goto(f"{site}/answers/entry/?entry=delivery")
        page.locator(f"#suggested-{language} button").press("Enter")
        page.get_by_text(say("Asking the language model…")).wait_for()
        with shop_scope(small_shop):
            asked = PhraseRequest.objects.get().pk
        run_phrases(small_shop, asked)
        chosen = page.get_by_label(PHRASES[language])
        chosen.wait_for()
        expect(page.get_by_text(say("Proposed by a language model (%(region)s)", region=REGION))).to_be_visible()
        look(page, language, "language-model-phrases")
        chosen.press("Space")
        page.get_by_role("button", name=say("Save draft")).press("Enter")
        expect(page.locator(f"#id_{language}-phrases")).to_have_value(phrases_after(language))


def phrases_after(language: str) -> str:
    """What stands under the phrases then: what stood there, and what was ticked."""
    [entry] = [one for one in FAQ if (one.external_id, one.language) == ("delivery", language)]
    return "\n".join([*entry.phrases, PHRASES[language]])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_shopper_is_told_that_a_model_worded_the_answer(
    page: Any, owner: Callable[[str], str], small_shop: ShopId, settings: Any, monkeypatch: Any, language: str
):
    say, site = words_in(language), owner(language)
    for room in (widget, wording):
        monkeypatch.setattr(room, "PATIENCE_SECONDS", PATIENCE_SECONDS)  # on a machine that tests keep busy
    with model_of_operator(settings) as model:
        model.says(answer=WORDED[language])
        allow(small_shop, words_answers=True)
        page.set_viewport_size({"width": 320, "height": 640})
        page.goto(f"{site}/storefront/front/{language}/")
        field = open_chat(page)
        field.fill(ASKED[language])
        with page.expect_response("**/chat"):
            field.press("Enter")
        exchange_id = first_exchange(small_shop)
        services.answer_exchange(small_shop, exchange_id)
        services.word_exchange(small_shop, exchange_id)
        panel = page.locator("shopconnect-chat-panel")
        expect(panel.get_by_text(WORDED[language].replace(" [1]", ""))).to_be_visible()
        expect(panel.get_by_text(say("Worded by a language model from the shop’s answers"))).to_be_visible()
        assert problems_at(page, 320) == {}


def first_exchange(shop_id: ShopId) -> int | None:
    with shop_scope(shop_id):
        return Message.objects.values_list("pk", flat=True).first()
