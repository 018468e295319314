"""What a shopper writes runs in no member's browser, and what a shop or its platform says runs in no shopper's."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from chatbot.answers.faq import store_entries
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.widgets.types import WidgetRequest, WidgetResponse
from tests.browser.conftest import Answers
from tests.browser.test_console import bare, sign_in
from tests.browser.test_storefront import open_chat
from tests.chatbot.answers.conftest import FAQ
from tests.chatbot.console.spoken import say_everywhere
from tests.chatbot.console.test_hostile import pages_of
from tests.hostile import ADDRESSES, HOSTILE_TEXTS

__all__ = ["bare", "sign_in"]
# Elements that none of our pages has in these places, or that none of theirs may have.
MADE = "script:not([src]):not([type]), img[src='x'], iframe, object, embed, base, [onerror], [onload], [onfocus]"


def test_there_are_thirty_of_them():
    assert len(set(HOSTILE_TEXTS)) == 30


def ran(page: Any) -> bool:
    return bool(page.evaluate("() => 'stolen' in window"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_a_shopper_writes_is_text_for_the_shops_staff(
    page: Any, bare: ShopId, sign_in: Callable[..., str], language: str
):
    with shop_scope(bare):
        store_entries(FAQ)
    spoken = say_everywhere(bare, HOSTILE_TEXTS, HOSTILE_TEXTS[3])
    site = sign_in(bare, Role.OWNER, language)
    for path in pages_of(spoken).values():
        page.goto(f"{site}{path}")
        expect(page.locator("main h1, h1").first).to_be_visible()
        assert (path, page.locator("main").locator(MADE).count(), ran(page)) == (path, 0, False)
    page.goto(f"{site}/conversations/{spoken.talk}/")
    seen = "".join(page.locator("main").inner_text().split())
    assert [text for text in HOSTILE_TEXTS if seen.count("".join(text.split())) < 3] == []


def told(number: int) -> dict[str, Any]:
    """An answer in which every text and every address is hostile."""
    text, address = HOSTILE_TEXTS[number], ADDRESSES[number % len(ADDRESSES)]
    card = {"id": text, "title": text, "url": address, "image": address, "price": text, "stock": text}
    return {
        "conversation": "c1",
        "exchange": text,
        "outcome": "guesses" if number % 2 else "answer",
        "text": text,
        "guesses": [{"id": text, "text": text}] if number % 2 else [],
        "source": {"question": text, "changed_at": text},
        "products": [card],
        "order": {"number": text, "asks_email": False, "link": address, "signed_in": False},
        "withdrawal": address,
    }


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_a_shop_says_is_text_for_shoppers(page: Any, front: str, answers: Answers, language: str):
    numbers = iter(range(len(HOSTILE_TEXTS)))

    def chat(_ask: WidgetRequest) -> WidgetResponse:
        return WidgetResponse(told(next(numbers)))

    answers.chat = chat
    page.goto(f"{front}/{language}/")
    field = open_chat(page)
    panel = page.locator("shopconnect-chat-panel")
    for count, text in enumerate(HOSTILE_TEXTS, start=1):
        field.fill(text)
        field.press("Enter")
        expect(panel.locator("details.source")).to_have_count(count)
    for one in panel.locator("details.source summary").all():
        one.click()
    assert panel.locator(MADE).count() == 0
    schemes = panel.locator("a[href]").evaluate_all("links => links.map(link => link.protocol)")
    assert set(schemes) <= {"http:", "https:"}
    for link in panel.locator("a[href]").all()[:3]:
        assert "stolen" not in (link.get_attribute("href") or "").partition("//")[0]
    assert not ran(page)
    said = panel.locator(".log").inner_text()
    assert [text for text in HOSTILE_TEXTS if "".join(text.split()) not in "".join(said.split())] == []
