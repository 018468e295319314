"""What a shopper writes runs in no member's browser, and what a shop or its platform says runs in no shopper's."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from chatbot.answers.models import Conversation
from chatbot.answers.services import answer_exchange, store_question
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.widgets.types import WidgetRequest, WidgetResponse
from tests.browser.conftest import Answers
from tests.browser.test_console import bare, sign_in
from tests.browser.test_storefront import open_chat

__all__ = ["bare", "sign_in"]
RUN = "window.stolen=1"
HOSTILE_TEXTS = (
    f"<script>{RUN}</script>",
    f"<SCRIPT SRC=data:text/javascript,{RUN}></SCRIPT>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<img src=x onerror={RUN}>",
    f"<img src=x onerror\n=\n'{RUN}'>",
    f'"><img src=x onerror="{RUN}">',
    f"'><svg/onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}></style></mglyph></table></mtext></math>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<style>@import 'javascript:{RUN}';</style>",
    f"<body onload={RUN}>",
    f"<iframe src=javascript:{RUN}></iframe>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<object data=javascript:{RUN}></object>",
    f"<embed src=javascript:{RUN}>",
    f"<a href=javascript:{RUN} autofocus onfocus={RUN}>x</a>",
    f"<input autofocus onfocus={RUN}>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<video><source onerror={RUN}></video>",
    f"<marquee onstart={RUN}>x</marquee>",
    f"<form action=javascript:{RUN}><button autofocus onfocus={RUN}>x</button></form>",
    f"<base href=javascript:{RUN}//>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"<template><script>{RUN}</script></template>",
    f"&lt;img src=x onerror={RUN}&gt;",
    f"</textarea></title></p></dd><script>{RUN}</script>",
    f"[click](javascript:{RUN})",
    "{{ constructor.constructor('window.stolen=1')() }} ${window.stolen=1} {% now 'Y' %}",
)
ADDRESSES = (
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f" javascript:{RUN}",
    f"java\nscript:{RUN}",
    f"\x01javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"vbscript:{RUN}",
    f"blob:{RUN}",
    f"//javascript:{RUN}",
)
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
    token = None
    for text in HOSTILE_TEXTS:
        asked = store_question(bare, token, text, language)
        answer_exchange(bare, asked.exchange_id)
        token = asked.conversation
    site = sign_in(bare, Role.OWNER, language)
    with shop_scope(bare):
        talk = Conversation.objects.get().public_id
    for path in (f"/conversations/{talk}/", "/conversations/", "/conversations/?text=%3Cimg%20src%3Dx%20onerror%3D"):
        page.goto(f"{site}{path}")
        expect(page.locator("h1")).to_be_visible()
        assert (path, page.locator("main").locator(MADE).count(), ran(page)) == (path, 0, False)
    page.goto(f"{site}/conversations/{talk}/")
    seen = page.locator("main").inner_text()
    assert [text for text in HOSTILE_TEXTS if "".join(text.split()) not in "".join(seen.split())] == []


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
