"""The inbox in a real browser: read and marked by keyboard alone, whole at every width, in both languages."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from chatbot.answers.services import ask_person
from chatbot.console.inbox.services import label_conversation, note_for_team, reply_to_shopper
from chatbot.console.models import Ticket
from shopconnect.accounts.models import User
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.browser.accessibility import problems_at
from tests.browser.pictures import place_of
from tests.browser.test_console import bare, sign_in
from tests.browser.waiting import until_true

__all__ = ["bare", "sign_in"]
MANY = 50
WIDTHS = {"en": (1280, 768, 320), "fr": (320, 768, 1280)}


def wait_for_person(shop: ShopId, count: int, language: str = "en") -> list[int]:
    """Have shoppers ask for a person; returns the public ids of their conversations, who waits longest first."""
    for _shopper in range(count):
        ask_person(shop, None, language)
    with shop_scope(shop):
        return [one.conversation.public_id for one in Ticket.objects.select_related("conversation").order_by("id")]


def test_fifty_conversations_are_read_and_marked_with_fifty_keystrokes(
    page: Any, bare: ShopId, sign_in: Callable[..., str]
):
    ids = wait_for_person(bare, MANY)
    site = sign_in(bare, Role.SUPPORT, "en")
    page.goto(f"{site}{reverse('console:conversation', args=[ids[0]])}")
    for following in [*(reverse("console:conversation", args=[one]) for one in ids[1:]), reverse("console:inbox")]:
        page.keyboard.press("e")
        page.wait_for_url(f"{site}{following}")
    with shop_scope(bare):
        assert Ticket.objects.filter(reviewed_at__isnull=False).count() == MANY


def test_keys_lead_along_and_are_silent_in_fields(page: Any, bare: ShopId, sign_in: Callable[..., str]):
    ids = wait_for_person(bare, 3)
    addresses = [reverse("console:conversation", args=[one]) for one in ids]
    site = sign_in(bare, Role.SUPPORT, "en")
    page.goto(f"{site}{reverse('console:inbox')}")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}{addresses[0]}")
    page.keyboard.press("j")
    page.wait_for_url(f"{site}{addresses[1]}")
    page.keyboard.press("?")
    expect(page.locator("[data-keys]")).to_have_attribute("open", "")
    page.keyboard.press("r")
    page.keyboard.type("jeker?/")
    expect(page.get_by_label("Your message")).to_have_value("jeker?/")
    assert page.url == f"{site}{addresses[1]}"
    page.get_by_role("button", name="Send to the shopper").click()
    page.get_by_text("Zoé Martin took this conversation.").wait_for()
    with shop_scope(bare):
        assert Ticket.objects.filter(reviewed_at__isnull=False).count() == 0


def test_a_list_is_selected_and_closed_by_keyboard(page: Any, bare: ShopId, sign_in: Callable[..., str]):
    wait_for_person(bare, 3)
    site = sign_in(bare, Role.SUPPORT, "en")
    page.goto(f"{site}{reverse('console:inbox')}")
    for key in ("j", "x", "j", "x", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-select]:checked")).to_have_count(2)
    page.get_by_label("Select all").check()
    page.get_by_role("button", name="Close conversations").click()
    page.get_by_text("3 conversations updated.").wait_for()
    with shop_scope(bare):
        assert set(Ticket.objects.values_list("status", flat=True)) == {"closed"}


def test_a_saved_reply_is_found_by_its_shortcut(page: Any, bare: ShopId, sign_in: Callable[..., str]):
    (talk,) = wait_for_person(bare, 1)
    site = sign_in(bare, Role.SUPPORT, "en")
    page.goto(f"{site}{reverse('console:inbox_settings')}")
    for shortcut, language, text in (
        ("/Thanks", "en", "Thank you, {agent} here. Your reference: {reference}."),
        ("track", "en", "I’m looking for your parcel."),
        ("merci", "fr", "Merci à vous."),
    ):
        page.get_by_label("Shortcut").fill(shortcut)
        page.get_by_label("Language").last.select_option(language)
        page.get_by_label("Text", exact=True).fill(text)
        page.get_by_role("button", name="Add reply").click()
        page.get_by_text("Reply saved.").wait_for()
    assert problems_at(page, 1280, 320) == {}
    page.goto(f"{site}{reverse('console:conversation', args=[talk])}")
    field, options = page.get_by_label("Your message"), page.locator("[data-saved] > li:visible")
    field.press_sequentially("1/2 ")
    expect(page.locator("[data-saved]")).to_be_hidden()
    field.press_sequentially("/")
    expect(options).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-saved] [aria-selected=true]")).to_contain_text("/track")
    assert problems_at(page, 1280, 320) == {}
    page.keyboard.press("Escape")
    field.press_sequentially("t")
    field.press_sequentially("h")
    expect(options).to_have_count(1)
    page.keyboard.press("Enter")
    with shop_scope(bare):
        reference = Ticket.objects.get().reference
    expect(field).to_have_value(f"1/2 Thank you, Zoé here. Your reference: {reference}.")
    field.press_sequentially("\n/tr")
    options.click()
    expect(field).to_have_value(f"1/2 Thank you, Zoé here. Your reference: {reference}.\nI’m looking for your parcel.")


def test_the_tab_says_how_many_wait_and_a_sound_that_one_more_does(
    page: Any, bare: ShopId, sign_in: Callable[..., str]
):
    page.clock.install()
    wait_for_person(bare, 2)
    site = sign_in(bare, Role.SUPPORT, "en")
    page.goto(f"{site}{reverse('console:inbox_settings')}")
    page.get_by_label("Play a sound when someone new waits").check()
    page.get_by_label("Notify me when a shopper waits for a reply").select_option("5")
    page.get_by_role("button", name="Save preferences").click()
    page.get_by_text("Your preferences are saved.").wait_for()
    expect(page.get_by_label("Notify me when a shopper waits for a reply")).to_have_value("5")
    page.goto(f"{site}{reverse('console:inbox')}")
    expect(page).to_have_title("(2) Inbox · ShopConnect")
    page.evaluate(
        """() => {
            window.tones = 0;
            const start = OscillatorNode.prototype.start;
            OscillatorNode.prototype.start = function (...at) { window.tones += 1; return start.apply(this, at); };
        }"""
    )
    page.clock.run_for(11_000)
    assert page.evaluate("window.tones") == 0  # nobody new
    wait_for_person(bare, 1)
    page.clock.run_for(11_000)
    expect(page).to_have_title("(3) Inbox · ShopConnect")
    until_true(page, "window.tones === 2")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_inbox_and_conversation_are_whole_and_accessible(
    page: Any, bare: ShopId, sign_in: Callable[..., str], language: str
):
    ids = wait_for_person(bare, 3, language)
    site = sign_in(bare, Role.SUPPORT, language)
    zoe = int(User.objects.get().pk)
    reply_to_shopper(bare, zoe, ids[0], "Anticonstitutionnellement" * 4)
    note_for_team(bare, zoe, ids[0], "A regular.")
    label_conversation(bare, ids[1], ["livraison", "colis perdu"])
    for name, address in (
        ("inbox", f"{reverse('console:inbox')}?view=all"),
        ("inbox-talk", reverse("console:conversation", args=[ids[0]])),
        ("inbox-settings", reverse("console:inbox_settings")),
    ):
        page.goto(f"{site}{address}")
        for summary in page.locator("main summary").all()[:1]:
            summary.click()
        assert problems_at(page, *WIDTHS[language]) == {}
        if os.environ.get("SCREENSHOTS"):
            page.screenshot(path=place_of(f"{name}-{language}.png"), full_page=True)
