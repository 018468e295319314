"""Consent on the shop front, in a real browser: where it is asked, and that nothing is kept before it."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_storefront import PHONE, STORED, open_chat, shelf_titles


def test_nothing_is_stored_before_a_choice(page: Any, front: str):
    page.goto(f"{front}/en/products/p6/")
    shelf_titles(page)
    field = open_chat(page)
    assert page.evaluate(STORED) == ["", 0, 0]
    field.fill("How long?")
    field.press("Enter")
    page.get_by_text("Delivery takes two days.").wait_for()
    # The name of the conversation that the shopper began, for the visit, and nothing else.
    assert page.evaluate("() => [document.cookie, localStorage.length]") == ["", 0]
    assert page.evaluate("Object.keys(sessionStorage)") == ["shopconnect.chat"]
    assert page.context.cookies() == []
    page.keyboard.press("Escape")
    accept, refuse = page.get_by_role("button", name="Accept"), page.get_by_role("button", name="Decline")
    assert accept.bounding_box()["width"] == refuse.bounding_box()["width"]
    style = "e => { const s = getComputedStyle(e); return [s.color, s.backgroundColor, s.border, s.font] }"
    assert accept.evaluate(style) == refuse.evaluate(style)
    page.evaluate("document.addEventListener('shopconnect:consent', (e) => { window.heard = e.detail.choice })")
    refuse.click()
    assert page.evaluate("window.heard") == "denied"
    assert page.evaluate("JSON.parse(localStorage.getItem('shopconnect.consent')).choice") == "denied"
    page.reload()
    shelf_titles(page)
    expect(page.get_by_role("button", name="Accept")).to_be_hidden()
    page.get_by_role("button", name="Privacy settings").click()
    page.get_by_role("button", name="Accept").click()
    assert page.evaluate("JSON.parse(localStorage.getItem('shopconnect.consent')).choice") == "granted"


def room_above_footer(page: Any) -> float:
    """Return how many pixels the question of consent ends above the page's footer, seen from the page's end."""
    page.get_by_role("button", name=re.compile("Accept")).wait_for()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    question, footer = (page.locator(one).bounding_box() for one in ("shopconnect-consent", "footer"))
    return float(footer["y"] - question["y"] - question["height"])


@pytest.mark.parametrize("size", [PHONE, {"width": 1280, "height": 800}])
def test_the_question_of_consent_is_in_sight_at_once(page: Any, front: str, size: dict[str, int]):
    page.set_viewport_size(size)
    page.goto(f"{front}/en/products/p6/")
    for name in ("Accept", "Decline"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", [PHONE, {"width": 1280, "height": 800}])
@pytest.mark.parametrize("path", ["en/", "en/products/p6/", "en/nowhere/"])
def test_the_question_of_consent_stands_above_the_footer(page: Any, front: str, size: dict[str, int], path: str):
    page.set_viewport_size(size)
    page.goto(f"{front}/{path}")
    assert room_above_footer(page) >= 0


def test_a_browser_that_asks_for_privacy_is_not_asked(page: Any, front: str):
    page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    page.goto(f"{front}/en/products/p6/")
    shelf_titles(page)
    expect(page.get_by_role("button", name="Accept")).to_be_hidden()
    assert page.evaluate(STORED) == ["", 0, 0]
