"""Shopper and staff side by side, each in a browser of their own, in both languages."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime, time
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from chatbot.answers.facts.hours import save_opening_hours
from chatbot.answers.facts.types import OpeningHours
from chatbot.answers.faq import store_entries
from chatbot.answers.models import Conversation, Message
from chatbot.console.inbox.tickets import tend_ticket
from chatbot.console.inbox.types import LEFT_ALONE
from chatbot.console.mail.letters import mail_reply
from chatbot.console.models import ReplyAddress, Ticket
from shopconnect.accounts.models import User
from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.browser.accessibility import problems_at
from tests.browser.pictures import place_of
from tests.browser.test_console import enter_as, sign_in
from tests.browser.waiting import until_page
from tests.browser.words import Say, words_in
from tests.chatbot.answers.conftest import FAQ
from tests.chatbot.console.test_hand_over import agent

__all__ = ["sign_in"]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
LANGUAGES = ["en", "fr"]
REFERENCE = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{2}\b")
THANKS = {"en": "Thank you, Zoé.", "fr": "Merci, Zoé."}
QUESTION = {"en": "How long does delivery take?", "fr": "Quels sont vos délais de livraison ?"}
ANSWER = {"en": "Three days.", "fr": "Trois jours."}


@pytest.fixture
def shop(small_shop: ShopId) -> ShopId:
    """A shop with a storefront and a FAQ."""
    with shop_scope(small_shop):
        store_entries(FAQ)
    return small_shop


@pytest.fixture
def phone(page: Any) -> Iterator[Any]:
    """The shopper's own browser, on a phone."""
    context = page.context.browser.new_context(viewport=PHONE)
    yield context.new_page()
    context.close()


@pytest.fixture
def colleague(page: Any) -> Iterator[Any]:
    """The browser of somebody else of the team."""
    context = page.context.browser.new_context(viewport=DESK)
    yield context.new_page()
    context.close()


def keep_closed(shop: ShopId) -> None:
    """Have the shop open on one day that is neither yesterday, today nor tomorrow anywhere."""
    open_day = (datetime.now(tz=now().tzinfo).weekday() + 3) % 7
    days = tuple(((time(9), time(18)),) if day == open_day else () for day in range(7))
    with shop_scope(shop):
        save_opening_hours(OpeningHours(days))


def asks_for_person(phone: Any, site: str, language: str, say: Say) -> Any:
    """Have the shopper open the chat and ask for a person; returns the panel."""
    phone.goto(f"{site}/storefront/front/{language}/")
    phone.locator("shopconnect-chat button").first.click()
    panel = phone.locator("shopconnect-chat-panel")
    panel.get_by_role("button", name=say("Talk to a person")).click()
    panel.get_by_text(REFERENCE).wait_for()
    return panel


def talk_of(shop: ShopId) -> str:
    with shop_scope(shop):
        return reverse("console:conversation", args=[Conversation.objects.get().public_id])


def staff_read(page: Any, shop: ShopId, text: str) -> None:
    """Wait until a shopper's words have come in and stand on the page of whoever reads them."""

    def has_come() -> bool:
        with shop_scope(shop):
            return Message.objects.filter(author="shopper", text=text).exists()

    until_page(page, has_come)
    page.reload()
    page.locator(".transcript p", has_text=text).first.wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_takes_over_replies_and_hands_back(
    page: Any, phone: Any, shop: ShopId, sign_in: Callable[..., str], language: str
):
    say = words_in(language)
    site = sign_in(shop, Role.SUPPORT, language)
    panel = asks_for_person(phone, site, language, say)
    page.goto(f"{site}{reverse('console:inbox')}")
    page.locator("a[data-open]").click()
    page.get_by_role("button", name=say("Take this conversation")).click()
    panel.get_by_text(say("%(name)s is answering you now.", name="Zoé")).wait_for()
    page.get_by_label(say("Your message")).fill("It left today.")
    page.get_by_role("button", name=say("Send to the shopper")).click()
    panel.get_by_text("It left today.").wait_for()
    panel.locator("textarea").fill(THANKS[language])
    panel.locator("textarea").press("Enter")
    staff_read(page, shop, THANKS[language])
    page.get_by_role("button", name=say("Hand back to the assistant")).click()
    panel.get_by_text(say("You’re chatting with the automated assistant again.")).wait_for()
    panel.locator("textarea").fill(QUESTION[language])
    panel.locator("textarea").press("Enter")
    panel.get_by_text(ANSWER[language]).wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_two_who_answer_one_has_the_conversation_until_the_shopper_is_left_alone(
    page: Any, phone: Any, colleague: Any, shop: ShopId, sign_in: Callable[..., str], language: str
):
    say = words_in(language)
    site = sign_in(shop, Role.SUPPORT, language)
    panel = asks_for_person(phone, site, language, say)
    enter_as(colleague, site, User.objects.get(pk=agent(shop, "Noor Haddad")), language)
    talk = talk_of(shop)
    for desk in (page, colleague):
        desk.goto(f"{site}{talk}")
    typed = colleague.get_by_label(say("Your message"))
    typed.press_sequentially(THANKS[language])
    expect(page.locator("[data-others]")).to_contain_text("Noor Haddad")
    panel.locator(".waits").wait_for()
    page.get_by_role("button", name=say("Take this conversation")).click()
    panel.get_by_text(say("%(name)s is answering you now.", name="Zoé")).wait_for()

    colleague.get_by_role("button", name=say("Send to the shopper")).click()
    colleague.get_by_role("alert").get_by_text(say("%(who)s has this conversation.", who="Zoé Martin")).wait_for()
    expect(typed).to_have_value(THANKS[language])
    assert problems_at(colleague, 1280, 320) == {}
    colleague.set_viewport_size(DESK)

    panel.locator("textarea").fill(QUESTION[language])
    panel.locator("textarea").press("Enter")
    staff_read(page, shop, QUESTION[language])
    draw(page, f"inbox-talk-{language}", full_page=True)
    leave_alone(shop)
    colleague.goto(f"{site}{reverse('console:inbox')}")
    draw(colleague, f"inbox-{language}")
    colleague.locator("a[data-open]").click()
    colleague.get_by_text(say("Back in the queue: the shopper waited 15 minutes for a reply.")).wait_for()
    colleague.get_by_label(say("Your message")).fill(ANSWER[language])
    colleague.get_by_role("button", name=say("Send to the shopper")).click()
    panel.get_by_text(say("%(name)s is answering you now.", name="Noor")).wait_for()
    panel.get_by_text(ANSWER[language]).wait_for()


def leave_alone(shop: ShopId) -> None:
    """As if a quarter of an hour had gone by in which nobody replied, and a worker had looked."""
    with shop_scope(shop):
        ticket = Ticket.objects.get()
        ticket.waiting_since -= LEFT_ALONE
        ticket.touched_at -= LEFT_ALONE
        ticket.save()
    tend_ticket(shop, ticket.pk)


@pytest.mark.parametrize("language", LANGUAGES)
def test_while_the_team_is_away_the_reply_comes_by_mail_and_its_link_leads_back(
    page: Any, phone: Any, shop: ShopId, sign_in: Callable[..., str], language: str
):
    say = words_in(language)
    keep_closed(shop)
    site = sign_in(shop, Role.SUPPORT, language)
    panel = asks_for_person(phone, site, language, say)
    panel.get_by_label(say("Your email address")).wait_for()
    assert problems_at(phone, 320, 360) == {}
    draw(phone, f"chat-by-mail-{language}")
    panel.get_by_label(say("Your email address")).focus()
    phone.keyboard.type("ada@example.com")
    phone.keyboard.press("Tab")
    phone.keyboard.press("Space")
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    panel.get_by_text(say("Thank you. The reply will also be sent to you by email.")).wait_for()

    page.goto(f"{site}{talk_of(shop)}")
    page.get_by_text(say("The shopper left an email address: what you send goes there too.")).wait_for()
    page.get_by_label(say("Your message")).fill("It left today.")
    page.get_by_role("button", name=say("Send to the shopper")).click()
    page.get_by_text("It left today.").wait_for()
    with shop_scope(shop):
        address = ReplyAddress.objects.get().pk
    mail_reply(shop, address)
    (link,) = re.findall(r"https?://[^/\s]+(/conversations/reply/\S+)", str(mail.outbox[0].body))

    phone.goto(f"{site}{link}")
    expect(phone.get_by_text("It left today.")).to_have_count(0)
    phone.get_by_role("button", name=say("Open the conversation")).click()
    phone.get_by_text("It left today.").wait_for()
    assert problems_at(phone, 320, 768) == {}
    draw(phone, f"reply-page-{language}")
    phone.get_by_label(say("Your message")).fill(THANKS[language])
    phone.get_by_role("button", name=say("Send")).click()
    phone.get_by_text(THANKS[language]).wait_for()
    staff_read(page, shop, THANKS[language])


def draw(page: Any, name: str, full_page: bool = False) -> None:
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=place_of(f"{name}-{page.viewport_size['width']}.png"), full_page=full_page)
