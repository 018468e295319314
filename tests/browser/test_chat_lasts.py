"""A conversation outlives its page: nothing is kept before the first message, and the next page goes on with it."""

import os
from typing import Any

import pytest
from playwright.sync_api import expect

from shopconnect.core.errors import Missing
from shopconnect.widgets.types import WidgetRequest, WidgetResponse
from tests.browser.accessibility import problems_of
from tests.browser.conftest import Answers
from tests.browser.pictures import place_of
from tests.browser.test_storefront import open_chat, said
from tests.browser.waiting import until_true

AT = "2026-11-20T10:15:00Z"
ASKED = {"message": "m1", "author": "shopper", "way": "written", "text": "How long?", "language": "en", "at": AT}
TOLD = {"message": "m2", "author": "bot", "exchange": "m1", "outcome": "answer", "text": "Two days.", "language": "en"}
PERSON = {"message": "m3", "author": "shopper", "way": "person", "text": "", "language": "en", "at": AT}
SAVED = {"message": "m4", "author": "bot", "exchange": "m3", "outcome": "hand_over", "text": "Saved.", "language": "en"}
STAFF = {"message": "m5", "author": "staff", "text": "Hello, it left today.", "language": "en", "at": AT}
PANEL = "shopconnect-chat-panel"


def kept(page: Any) -> dict[str, str]:
    return page.evaluate("Object.fromEntries(Object.entries(sessionStorage).filter(([k]) => k.includes('chat')))")


def tells(answers: Answers, *messages: dict[str, Any]) -> None:
    """Have `since` tell these messages, after the one that the page names."""
    names = [one["message"] for one in messages]

    def since(ask: WidgetRequest) -> dict[str, Any]:
        after = ask.text("after")
        return {"messages": list(messages[names.index(after) + 1 if after in names else 0 :]), "more": False}

    answers.since = since


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_next_page_shows_what_was_said_and_goes_on(page: Any, front: str, answers: Answers, language: str):
    page.goto(f"{front}/{language}/")
    assert kept(page) == {}
    field = open_chat(page)
    assert (kept(page), answers.of("since")) == ({}, [])
    field.fill("How long?")
    field.press("Enter")
    page.get_by_text("It is free from €60.").wait_for()
    assert kept(page) == {"shopconnect.chat": "c1"}

    tells(answers, ASKED, TOLD, PERSON, SAVED)
    page.goto(f"{front}/{language}/products/p1/")
    assert answers.of("since") == []  # nobody is asked before the chat is opened
    field = open_chat(page)
    page.get_by_text("Saved.").wait_for()
    assert [one.split("\n")[1] for one in said(page)[1:]] == [
        "How long?",
        "Two days.",
        {"en": "Talk to a person", "fr": "Parler à une personne"}[language],
        "Saved.",
    ]
    assert (answers.of("since")[0].text("conversation"), answers.of("since")[0].text("after")) == ("c1", "")
    expect(page.locator(f"{PANEL} .choices")).to_have_count(0)  # what was asked back then is not asked again
    field.fill("And returns?")
    field.press("Enter")
    page.get_by_text("It is free from €60.").wait_for()
    assert answers.of("chat")[-1].text("conversation") == "c1"


def test_what_staff_say_comes_while_the_chat_is_open_and_nothing_is_shown_twice(
    page: Any, front: str, answers: Answers
):
    answers.chat = lambda _ask: WidgetResponse({"conversation": "c1"} | TOLD)
    page.goto(f"{front}/en/")
    field = open_chat(page)
    field.fill("How long?")
    field.press("Enter")
    page.get_by_text("Two days.").wait_for()
    tells(answers, ASKED, TOLD, STAFF)
    page.get_by_text("Hello, it left today.").wait_for()
    assert said(page)[-3:] == ["You:\nHow long?", "Assistant:\nTwo days.", "Shop team:\nHello, it left today."]


def test_a_question_that_the_page_before_asked_is_waited_for(page: Any, front: str, answers: Answers):
    page.goto(f"{front}/en/")
    page.evaluate("sessionStorage.setItem('shopconnect.chat', 'c7')")
    tells(answers, ASKED)
    open_chat(page)
    page.get_by_text("It is free from €60.").wait_for()
    reply = answers.of("reply")[0]
    assert (reply.text("conversation"), reply.text("exchange")) == ("c7", "m1")


def test_a_conversation_that_is_gone_is_forgotten(page: Any, front: str, answers: Answers):
    def gone(_ask: WidgetRequest) -> dict[str, Any]:
        raise Missing("gone")

    answers.since = gone
    page.goto(f"{front}/en/")
    page.evaluate("sessionStorage.setItem('shopconnect.chat', 'c7')")
    field = open_chat(page)
    until_true(page, "!sessionStorage.getItem('shopconnect.chat')")
    field.fill("How long?")
    field.press("Enter")
    page.get_by_text("It is free from €60.").wait_for()
    assert answers.of("chat")[0].text("conversation") == ""


def test_without_a_place_to_keep_anything_the_chat_works(page: Any, front: str, answers: Answers):
    page.add_init_script("Object.defineProperty(window, 'sessionStorage', {get() { throw new Error('off') }})")
    page.goto(f"{front}/en/")
    field = open_chat(page)
    field.fill("How long?")
    field.press("Enter")
    page.get_by_text("It is free from €60.").wait_for()
    field.fill("And then?")
    field.press("Enter")
    until_true(page, "document.querySelector('shopconnect-chat')")
    expect(page.get_by_text("It is free from €60.")).to_have_count(2)
    assert [one.text("conversation") for one in answers.of("chat")] == ["", "c1"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_who_is_asked_how_it_went_says_so_once_by_keyboard(page: Any, front: str, answers: Answers, language: str):
    worst, best = {"en": ("Very dissatisfied", "Very satisfied"), "fr": ("Très insatisfait", "Très satisfait")}[
        language
    ]
    asks = {"en": "How did this conversation go?", "fr": "Comment s’est passée cette conversation\u00a0?"}[language]
    question = {"message": "m6", "author": "event", "text": asks, "language": language, "at": AT, "grade": None}
    page.goto(f"{front}/{language}/")
    page.evaluate("sessionStorage.setItem('shopconnect.chat', 'c1')")
    tells(answers, ASKED, TOLD, question)
    open_chat(page)
    faces = page.get_by_role("group", name=asks).get_by_role("button")
    expect(faces).to_have_count(5)
    before = page.locator(f"{PANEL} dialog").bounding_box()
    assert problems_of(page) == []
    if os.environ.get("PICTURES"):
        page.screenshot(path=place_of(f"chat-grade-{language}.png"))
    page.get_by_role("button", name=best, exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=worst, exact=True).focus()
    page.keyboard.press("Enter")
    expect(faces.nth(4)).to_have_attribute("aria-pressed", "true")
    assert page.locator(f"{PANEL} dialog").bounding_box() == before
    assert [(one.text("conversation"), one.body["grade"]) for one in answers.of("grade")] == [("c1", 5)]
    tells(answers, ASKED, TOLD, question | {"grade": 2})
    page.goto(f"{front}/{language}/products/p1/")
    open_chat(page)
    expect(faces.nth(1)).to_have_attribute("aria-pressed", "true")
    assert len(answers.of("grade")) == 1
