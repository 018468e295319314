"""Products and orders in the chat, in a real browser: cards, the form, by keyboard alone, on the narrowest phone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from shopconnect.core.errors import Missing
from shopconnect.widgets import registry
from shopconnect.widgets.types import Rate, WidgetRequest, WidgetResponse
from tests.browser.accessibility import problems_at
from tests.browser.conftest import HOSTILE, Answers
from tests.browser.pictures import place_of
from tests.browser.waiting import draw

SMALL = {"width": 320, "height": 640}
WORDS = {
    "en": ("Order number", "Email address used for the order", "See my order", "In stock"),
    "fr": ("Numéro de commande", "Adresse e-mail utilisée pour la commande", "Voir ma commande", "En stock"),
}
ORDER = {
    "title": "Order #100234",
    "lines": ["Placed on 20 November 2026", "Status: fulfilled"],
    "parcels": [
        {"text": "DHL, in transit", "url": "https://post.example/8R"},
        {"text": "By bicycle", "url": "javascript:alert(1)"},
    ],
}


def told(**more: object) -> Callable[[WidgetRequest], WidgetResponse]:
    answer = {"conversation": "c1", "exchange": "e1", "outcome": "fact", "text": "Here.", "guesses": []} | more
    return lambda _ask: WidgetResponse(answer)


def product(number: int, title: str, stock: str) -> dict[str, str]:
    picture = f"images/p{number}.svg"
    return {"id": f"p{number}", "title": title, "url": "", "image": picture, "price": "€14.50", "stock": stock}


@pytest.fixture
def orders(serve: Any) -> list[WidgetRequest]:
    """What the endpoint of orders is asked; it knows one order of one guest, and whoever is signed in."""
    asks: list[WidgetRequest] = []

    def order(ask: WidgetRequest) -> dict[str, object]:
        asks.append(ask)
        if ask.text("email") not in ("", "ada@example.com"):
            raise Missing("We can’t find an order.")
        return {"orders": [ORDER]}

    serve("order", replace(registry.find_endpoint("order"), view=order, rate=Rate(1000)))
    return asks


def say(page: Any, front: str, language: str = "en") -> Any:
    page.goto(f"{front}/{language}/")
    # A shelf that is far below has no heading yet; here the chat alone is looked at.
    page.evaluate("document.querySelectorAll('shopconnect-shelf').forEach(one => one.remove())")
    page.locator("shopconnect-chat button").first.click()
    field = page.locator("shopconnect-chat-panel textarea")
    field.fill("where is my order #100234")
    field.press("Enter")
    return page.locator("shopconnect-chat-panel")


@pytest.mark.parametrize(("language", "day"), [("en", "1 November 2026"), ("fr", "1er novembre 2026")])
def test_the_day_an_answer_changed_is_written_as_on_the_merchants_pages(
    page: Any, front: str, answers: Answers, language: str, day: str
):
    answers.chat = told(source={"question": "Delivery?", "changed_at": "2026-11-01T12:00:00Z"})
    panel = say(page, front, language)
    panel.locator("details.source summary").click()
    expect(panel.locator("details.source")).to_contain_text(day)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_products_are_cards_that_lead_to_their_pages(page: Any, front: str, answers: Answers, language: str):
    stock = WORDS[language][3]
    answers.chat = told(products=[product(0, "Sage green bowl", stock), product(1, HOSTILE, stock)])
    page.set_viewport_size(SMALL)
    panel = say(page, front, language)
    cards = panel.locator(".cards a")
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("Sage green bowl")
    expect(cards.first).to_contain_text("€14.50")
    expect(cards.first).to_contain_text(stock)
    expect(cards.nth(1).locator(".title")).to_have_text(HOSTILE)
    assert page.title() != "stolen"
    draw(page)
    assert problems_at(page, 320) == {}
    assert panel.locator(".log").evaluate("log => log.scrollWidth <= log.clientWidth")
    cards.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{language}/products/p0/")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_guest_sees_their_order_by_keyboard_alone(
    page: Any, front: str, answers: Answers, orders: list[WidgetRequest], language: str
):
    number, email, button, _stock = WORDS[language]
    answers.chat = told(order={"number": "#100234", "asks_email": True, "link": "", "signed_in": False})
    page.set_viewport_size(SMALL)
    panel = say(page, front, language)
    expect(panel.get_by_label(number)).to_have_value("#100234")
    assert problems_at(page, 320) == {}
    panel.get_by_label(number).focus()
    page.keyboard.press("Tab")
    expect(panel.get_by_label(email)).to_be_focused()
    page.keyboard.type("ben@example.com")
    page.keyboard.press("Enter")
    expect(panel.get_by_role("alert")).to_have_text("We can’t find an order.")
    expect(panel.get_by_role("alert").locator("svg")).to_be_visible()
    expect(panel.get_by_role("button", name=button)).to_be_in_viewport(ratio=1)
    draw(page)
    assert problems_at(page, 320) == {}
    page.screenshot(path=place_of(f"chat-order-{language}-320.png"))
    expect(panel.get_by_label(email)).to_have_value("ben@example.com")
    panel.get_by_label(email).fill("ada@example.com")
    panel.get_by_role("button", name=button).press("Enter")
    expect(panel.get_by_text("Order #100234", exact=True)).to_be_visible()
    link = panel.get_by_role("link", name="DHL, in transit")
    expect(link).to_have_attribute("href", "https://post.example/8R")
    expect(panel.get_by_role("link", name="By bicycle")).to_have_count(0)
    expect(panel.locator("form[aria-label]")).to_have_count(0)
    assert problems_at(page, 320) == {}
    assert [ask.text("email") for ask in orders] == ["ben@example.com", "ada@example.com"]
    assert {(ask.text("number"), ask.text("conversation"), ask.language) for ask in orders} == {
        ("#100234", "c1", language)
    }
    assert page.evaluate("() => [document.cookie, localStorage.length]") == ["", 0]
    assert page.evaluate("Object.entries(sessionStorage)") == [["shopconnect.chat", "c1"]]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_who_is_signed_in_is_asked_for_nothing(
    page: Any, front: str, answers: Answers, orders: list[WidgetRequest], language: str
):
    answers.chat = told(order={"number": "", "asks_email": False, "link": "", "signed_in": True})
    page.set_viewport_size(SMALL)
    panel = say(page, front, language)
    expect(panel.get_by_text("Order #100234", exact=True)).to_be_visible()
    expect(panel.locator("form[aria-label]")).to_have_count(0)
    assert (orders[0].text("email"), orders[0].text("number"), orders[0].language) == ("", "", language)
    assert problems_at(page, 320) == {}


def test_where_addresses_are_hidden_the_shops_own_page_is_linked(page: Any, front: str, answers: Answers):
    link = "https://shop.example/account"
    answers.chat = told(order={"number": "", "asks_email": False, "link": link, "signed_in": False})
    panel = say(page, front)
    expect(panel.get_by_role("link", name="See your orders in your account")).to_have_attribute("href", link)


@pytest.mark.parametrize("width", [640, 768, 1024, 1280])
def test_the_open_panel_leaves_the_answers_to_the_question_of_consent_in_reach(page: Any, front: str, width: int):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{front}/en/products/p6/")
    page.locator("shopconnect-chat button").first.click()
    page.get_by_role("dialog").wait_for()
    for name in ("Accept", "Decline"):
        page.get_by_role("button", name=name).click(trial=True)
