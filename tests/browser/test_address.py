"""In Shopify's admin an owner says where we may write to them, and says so again from that mailbox."""

import os
import re
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import expect

from shopconnect.notifications import addresses
from tests.browser.accessibility import problems_of
from tests.browser.test_embedded import Admin, admin  # noqa: F401
from tests.browser.test_home import speak

LOOK_AT = os.environ.get("LOOK_AT", "")  # a folder to look at what the test saw


def look(page: Any, shown: Any, name: str) -> list[str]:
    """Return what is wrong with what is shown, on a desk and on a phone."""
    found = []
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        wide = shown.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += problems_of(shown) + ([f"{wide} px too wide"] if wide > 0 else [])
        if LOOK_AT:
            page.screenshot(path=f"{LOOK_AT}/{name}-{width}.png")
    return found


@pytest.mark.parametrize(
    ("language", "kept", "done", "goes", "waits"),
    [
        (
            "en",
            "We emailed ada@example.com on",
            "Thank you",
            "are sent to ada@example.com",
            "ben@example.com is waiting",
        ),
        (
            "fr",
            "Nous avons écrit à ada@example.com le",
            "Merci",
            "envoyées à ada@example.com",
            "ben@example.com est en attente",
        ),
    ],
)
def test_an_address_is_given_confirmed_and_forgotten(page, admin: Admin, site, language, kept, done, goes, waits):  # noqa: F811
    admin.open(language, "/shopify/shops/notices/")
    app = page.frame_locator("iframe")
    app.locator("#email").fill("ada@example.com")
    app.locator("#address .primary").click()
    app.get_by_text(kept).wait_for()
    problems = look(page, page.frame("app-iframe"), f"asked-{language}")
    link = re.search(r"/shops/notices/confirm/\S+", mail.outbox[-1].body)
    speak(page, site, language)
    mailbox = page.context.new_page()
    mailbox.goto(f"{site}{link[0]}")
    problems += look(mailbox, mailbox, f"link-{language}")
    mailbox.locator("button.primary").click()
    mailbox.get_by_role("heading", name=done).wait_for()
    problems += look(mailbox, mailbox, f"confirmed-{language}")
    page.set_viewport_size({"width": 1280, "height": 900})
    admin.open(language, "/shopify/shops/notices/")
    app.get_by_text(goes).wait_for()
    problems += look(page, page.frame("app-iframe"), f"goes-{language}")
    page.set_viewport_size({"width": 1280, "height": 900})
    app.locator("#email").fill("ben@example.com")
    app.get_by_role("button", name=re.compile("Send a confirmation link|Envoyer un lien")).click()
    app.get_by_text(waits).wait_for()
    expect(app.get_by_text(goes)).to_be_visible()
    problems += look(page, page.frame("app-iframe"), f"waits-{language}")
    assert problems == []
    app.locator("form[action$='/cancel/'] button").click()
    app.get_by_text(waits).wait_for(state="detached")
    app.locator("form[action$='/forget/'] button").click()
    app.locator("#address .primary").wait_for()
    assert addresses.find_addresses(admin.find_shop()) == (None, None)
