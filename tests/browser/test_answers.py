"""A merchant's answers in a real browser: from none to a shopper who is answered, by keyboard, on every screen."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from chatbot.answers.drafts.starter import starter_entries
from chatbot.answers.faq import store_entries
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.browser.accessibility import problems_at
from tests.browser.pictures import place_of
from tests.browser.signing_in import sign_in
from tests.browser.test_storefront import open_chat, said
from tests.shopconnect.shops.conftest import make_member

WIDTHS = {"en": (1280, 320), "fr": (320, 768)}  # axe looks at the first
WORDS = {
    "en": {
        "answers": "Answers",
        "starter": "Choose from 40 starter answers",
        "published": "40 answers published.",
        "served": "Shoppers get the published answer.",
        "asked": "I returned my jumper, when do I get my money back?",
        "answer": "We refund you within 7 days of receiving your return",
    },
    "fr": {
        "answers": "Réponses",
        "starter": "Choisir parmi 40 réponses types",
        "published": "40 réponses publiées.",
        "served": "Vos clients reçoivent la réponse publiée.",
        "asked": "j’ai renvoyé mon pull, quand est-ce que je reçois l’argent",
        "answer": "Nous vous remboursons sous 7 jours après réception de votre retour",
    },
}
WRITTEN = {
    "question": "Do you wrap presents?",
    "phrases": "gift wrapping\npresent paper",
    "answer": "Yes, for [amount].",
    "category": "Orders",
}


@pytest.fixture
def enter(page: Any, site: str, small_shop: ShopId) -> Callable[[str], str]:
    """Have somebody of the shop's support sign in with a password; returns the address of the site."""

    def enter_in(language: str) -> str:
        make_member(small_shop, Role.SUPPORT, "ada@example.com", language=language)
        sign_in(page, site, "ada@example.com", language)
        return site

    return enter_in


def look(page: Any, language: str, name: str) -> None:
    """Hold a page on every screen, and draw it where pictures are wanted."""
    assert problems_at(page, *WIDTHS[language]) == {}, name
    for width in WIDTHS[language] if os.environ.get("SCREENSHOTS") else ():
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=place_of(f"{name}-{language}-{width}.png"), full_page=True)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_merchant_comes_from_no_answer_to_a_shopper_who_is_answered(
    page: Any, enter: Callable[[str], str], language: str
):
    words, site = WORDS[language], enter(language)
    page.locator(".side .nav a", has_text=words["answers"]).click()
    look(page, language, "answers-empty")
    page.get_by_role("link", name=words["starter"]).click()
    expect(page.locator("input[name=take]:checked")).to_have_count(40)
    look(page, language, "answers-starter")
    page.locator("main form button.primary").click()
    page.wait_for_url("**/answers/placeholders/")
    look(page, language, "answers-placeholders")
    for field in page.locator("main .field").all():
        field.locator("input[name=value]").fill(field.locator("label").inner_text())
    page.locator("main form button.primary").click()
    page.wait_for_url("**/answers/")
    page.locator("form[action$='/publish/'] button").click()
    page.get_by_text(words["published"]).wait_for()
    look(page, language, "answers")
    page.locator("main tbody a").first.click()
    page.get_by_text(words["served"]).wait_for()
    page.goto(f"{site}/storefront/front/{language}/")
    field = open_chat(page)
    field.fill(words["asked"])
    field.press("Enter")
    page.get_by_text(words["answer"]).wait_for()
    assert words["asked"] in said(page)[-2]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_answer_is_written_tried_published_and_undone_by_keyboard_alone(
    page: Any, enter: Callable[[str], str], small_shop: ShopId, language: str
):
    with shop_scope(small_shop):
        store_entries([one for one in starter_entries() if one.external_id != "gift-wrapping"])
    page.goto(f"{enter(language)}/answers/entry/")
    for name, typed in WRITTEN.items():
        reach(page, f"#id_en-{name}")
        page.keyboard.type(typed)
    reach(page, "button[value=publish]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("[amount]")
    reach(page, "#id_en-answer")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("Yes, for free.")
    reach(page, "#id_try-asked")
    page.keyboard.type("can you wrap it as a present?")
    reach(page, "#id_try-language")
    page.keyboard.type("English" if language == "en" else "Anglais")
    reach(page, "button[value=try]")
    page.keyboard.press("Enter")
    page.locator("#side-2").wait_for()
    assert "Yes, for free." in page.locator("section[aria-labelledby=side-1]").inner_text()
    assert "Yes, for free." not in page.locator("section[aria-labelledby=side-2]").inner_text()
    look(page, language, "answer")
    reach(page, "button[value=publish]")
    page.keyboard.press("Enter")
    page.wait_for_url("**version=1**")
    page.get_by_text(WORDS[language]["served"]).wait_for()
    look(page, language, "answer-published")
    reach(page, "#done button")
    page.keyboard.press("Enter")
    page.locator("main .badge.warning").first.wait_for()
    page.locator("header a[href*='/versions/']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main section.card")).to_have_count(2)
    look(page, language, "answer-versions")


def reach(page: Any, selector: str) -> None:
    """Go on by Tab until something has the focus."""
    for _ in range(200):
        if page.evaluate("selector => !!document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached.")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_answers_are_brought_in_from_a_file_once_they_are_chosen(page: Any, enter: Callable[[str], str], language: str):
    page.goto(f"{enter(language)}/answers/import/")
    look(page, language, "answers-import")
    table = (
        "question,answer,language,phrases\nWhere are you?,In Lyon,en,Your address|Located where?\n"
        "Où ?,À Lyon,fr,\nx,,en,\n"
    )
    page.locator("#id_file").set_input_files({"name": "faq.csv", "mimeType": "text/csv", "buffer": table.encode()})
    page.locator("form[enctype] button").click()
    expect(page.locator("input[name=take]:checked")).to_have_count(2)
    look(page, language, "answers-preview")
    page.locator("input[name=take]").last.uncheck()
    page.locator("main form button.primary").click()
    expect(page.locator("main tbody tr")).to_have_count(1)
    expect(page.locator("main tbody .badge.warning")).to_have_count(1)
