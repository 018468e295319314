"""What a shop says of itself, in a real browser: written by its merchant on one page, told to a shopper in the chat."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import problems_at
from tests.browser.test_answers import enter, look
from tests.browser.test_storefront import open_chat
from tests.browser.words import words_in

__all__ = ["enter"]
SMALL = {"width": 320, "height": 640}
PAGE = "https://shop.example/withdraw"
SAID = {
    "en": {
        "price": "4.90",
        "delivery": "How much is delivery to Belgium?",
        "belgium": "Belgium, delivery options:",
        "follow_up": "and for Switzerland?",
        "switzerland": "We don’t deliver to this country: Switzerland.",
        "hours": "are you open on Saturday?",
        "saturday": "We’re open on Saturday from 10:00",
        "contact": "how can I reach you?",
        "withdrawal": "I want to withdraw from my purchase",
        "days": "You have 30 days to return an item.",
        "returns": "How long do I have to return something?",
    },
    "fr": {
        "price": "4,90",
        "delivery": "combien coûte la livraison en Belgique ?",
        "belgium": "Modes de livraison (Belgique)",
        "follow_up": "et pour la Suisse ?",
        "switzerland": "Nous ne livrons pas dans ce pays",
        "hours": "vous êtes ouverts le samedi ?",
        "saturday": "Nous sommes ouverts le samedi de 10:00 à 17:00.",
        "contact": "comment vous joindre ?",
        "withdrawal": "je veux me rétracter",
        "days": "Vous avez 30 jours pour retourner un article.",
        "returns": "combien de jours pour retourner un article ?",
    },
}


def fill_in(page: Any, language: str, words: dict[str, str]) -> None:
    """Write what the shop says, by keyboard, from the first field on."""
    say = words_in(language)
    page.get_by_role("link", name=say("Shop information")).click()
    page.locator("#id_hours-day5").focus()
    page.keyboard.type("10:00-17:00")
    page.locator("[name=delivery-0-countries]").focus()
    page.keyboard.type("France, Belgique" if language == "fr" else "France, Belgium")
    page.keyboard.press("Tab")
    page.keyboard.type("quatre")
    page.locator("#id_days").fill("30")
    page.locator("#id_withdrawal_url").fill(PAGE)
    page.locator("#id_contact-email").fill("hello@shop.example")
    page.get_by_role("button", name=say("Save"), exact=True).first.press("Enter")
    # A mistake is said at its field, and nothing that was written is lost.
    expect(page.get_by_text(say("Enter an amount such as 4.90."))).to_be_visible()
    expect(page.locator("#id_contact-email")).to_have_value("hello@shop.example")
    look(page, language, "shop-information-wrong")
    page.locator("[name=delivery-0-price]").fill(words["price"])
    page.get_by_role("button", name=say("Save"), exact=True).first.press("Enter")
    page.get_by_text(say("Saved. The assistant uses it from the next question on.")).wait_for()
    expect(page.locator("#id_hours-day5")).to_have_value("10:00-17:00")
    look(page, language, "shop-information")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_merchant_writes_it_once_and_shoppers_are_answered(page: Any, enter: Callable[[str], str], language: str):
    words, site = SAID[language], enter(language)
    page.goto(f"{site}/answers/")
    fill_in(page, language, words)
    page.set_viewport_size(SMALL)
    page.goto(f"{site}/storefront/front/{language}/")
    field = open_chat(page)
    panel = page.locator("shopconnect-chat-panel")
    asked = [("delivery", "belgium"), ("follow_up", "switzerland"), ("hours", "saturday"), ("returns", "days")]
    for question, answer in asked:
        field.fill(words[question])
        field.press("Enter")
        expect(panel.get_by_text(words[answer])).to_be_visible()
    field.fill(words["contact"])
    field.press("Enter")
    expect(panel.get_by_text("hello@shop.example")).to_be_visible()
    field.fill(words["withdrawal"])
    field.press("Enter")
    link = panel.locator(f"a[href='{PAGE}']")
    expect(link).to_be_visible()
    # The shop's own function is one step away by keyboard too, as the law asks.
    link.focus()
    expect(link).to_be_focused()
    assert problems_at(page, 320) == {}
    assert panel.locator(".log").evaluate("log => log.scrollWidth <= log.clientWidth")
