"""Staff look at a draft's effect, at unanswered questions and at reports, in a real browser in both languages."""

import os
from typing import Any

import pytest
from playwright.sync_api import expect

from chatbot.answers import services
from chatbot.answers.faq import store_entries
from chatbot.console.teaching.effects import run_effect
from chatbot.console.teaching.groups import regroup
from chatbot.console.teaching.models import AnswerEffect
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.browser.accessibility import problems_at
from tests.browser.pictures import place_of
from tests.browser.signing_in import sign_in
from tests.chatbot.answers.conftest import FAQ
from tests.chatbot.answers.said import exchanges
from tests.shopconnect.shops.conftest import make_member

WIDTHS = {"en": (1280, 320), "fr": (320, 768)}  # axe looks at the first
WORDS = {
    "en": {
        "question": "Do you wrap gifts?",
        "asked": ("Do you wrap gifts?", "can you gift wrap it for me", "When will my order arrive?"),
        "questions": "Unanswered questions",
        "write": "Write an answer",
        "effect": "See the effect before publishing",
        "gained": "Answered from now on",
        "publish": "Publish answer",
        "report": "Report this answer",
        "reason": "Out of date",
        "reported": "Your team reported this answer 1 time",
    },
    "fr": {
        "question": "Faites-vous des paquets cadeaux ?",
        "asked": ("Faites-vous des paquets cadeaux ?", "vous faites le paquet cadeau", "Quand serai-je livré ?"),
        "questions": "Questions sans réponse",
        "write": "Rédiger une réponse",
        "effect": "Voir l’effet avant de publier",
        "gained": "Désormais avec réponse",
        "publish": "Publier la réponse",
        "report": "Signaler cette réponse",
        "reason": "Périmée",
        "reported": "Votre équipe a signalé cette réponse 1 fois",
    },
}


def look(page: Any, language: str, name: str) -> None:
    """See that a page is well made, and keep what it looks like where PICTURES says so."""
    assert problems_at(page, *WIDTHS[language]) == {}
    if os.environ.get("PICTURES"):
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=place_of(f"{name}-{language}-{width}.png"), full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})


@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_an_unanswered_question_to_a_published_answer_and_a_report(
    page: Any, site: str, small_shop: ShopId, language: str
):
    words = WORDS[language]
    with shop_scope(small_shop):
        store_entries(FAQ)
    for text in words["asked"]:
        stored = services.store_question(small_shop, None, text, language)
        services.answer_exchange(small_shop, stored.exchange_id)
    regroup(small_shop)
    make_member(small_shop, Role.SUPPORT, "ada@example.com", language=language)
    sign_in(page, site, "ada@example.com", language)

    page.goto(f"{site}/teaching/")
    expect(page.get_by_role("heading", name=words["questions"], level=1)).to_be_visible()
    look(page, language, "unanswered")
    page.get_by_role("link", name=words["write"]).first.click()
    page.locator(f'[name="{language}-answer"]').fill("Yes. Oui.")
    look(page, language, "teaching-editor")
    page.get_by_role("button", name=words["effect"]).click()
    page.wait_for_url("**/teaching/effect/**")
    with shop_scope(small_shop):
        run = AnswerEffect.objects.get().pk
    run_effect(small_shop, run)
    expect(page.locator("table").get_by_text(words["gained"]).first).to_be_visible()
    look(page, language, "effect")
    page.get_by_role("button", name=words["publish"]).click()
    page.wait_for_url("**/answers/entry/**")

    talk = next(one for one in exchanges(small_shop) if one.asked == words["asked"][2])
    page.goto(f"{site}/conversations/{talk.conversation}/")
    page.get_by_text(words["report"]).click()
    look(page, language, "report")
    page.get_by_role("button", name=words["reason"]).click()
    page.goto(f"{site}/answers/entry/?entry=delivery")
    expect(page.get_by_role("heading", name=words["reported"])).to_be_visible()
    look(page, language, "reported")
    page.goto(f"{site}/teaching/reports/")
    look(page, language, "reports")
