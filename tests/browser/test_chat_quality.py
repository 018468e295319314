"""Chat quality in a real browser: figures with their plots and tables, whole at every width, in both languages."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.browser.accessibility import problems_at
from tests.browser.pictures import place_of
from tests.browser.test_console import bare, sign_in
from tests.chatbot.console.test_chat_quality import ANSWER, CHANGE, GUESSES, NOTHING, PERSON, talk, ticket

__all__ = ["bare", "sign_in"]
WIDTHS = {"en": (1280, 768, 320), "fr": (360, 768, 1280)}
TITLES = {
    "en": (
        "Chat quality",
        "Solved, assumed: 33%",
        "View as a table",
        "Show these days",
        "No conversations on these days",
    ),
    "fr": (
        "Qualité du chat",
        "Résolues, supposées",
        "Afficher en tableau",
        "Afficher ces jours",
        "Aucune conversation",
    ),
}


def fill(shop: ShopId) -> None:
    """Four weeks of conversations, six a day."""
    with shop_scope(shop):
        for day in range(28):
            at = datetime.combine(now().date(), datetime.min.time(), UTC) - timedelta(days=day) + timedelta(hours=6)
            talk(at, ANSWER | {"helpful": True, "expect": "delivery"}, grade=5)
            talk(at, GUESSES, ANSWER | {"expect": "delivery" if day % 3 else ""})
            talk(at, ANSWER)
            talk(at, NOTHING, grade=1 + day % 5)
            asked = {"person_asked_at": at}
            ticket(talk(at, CHANGE, **asked), day, timedelta(minutes=3 + day))
            ticket(talk(at, ANSWER, PERSON, **asked), day + 40, timedelta(minutes=30 * (day % 4)) if day % 4 else None)


def look(page: Any, language: str, name: str) -> None:
    """See that a page is well made, and keep what it looks like where PICTURES says so."""
    assert problems_at(page, *WIDTHS[language]) == {}
    if os.environ.get("PICTURES"):
        for scheme, width in (("light", 1280), ("dark", 1280), ("light", 768), ("dark", 360)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=place_of(f"{name}-{language}-{width}-{scheme}.png"), full_page=True)
        page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 800})


@pytest.mark.parametrize("language", ["en", "fr"])
def test_figures_are_read_in_a_plot_and_in_a_table(page: Any, bare: ShopId, sign_in: Callable[..., str], language: str):
    title, assumed, table, show, nothing = TITLES[language]
    fill(bare)
    site = sign_in(bare, Role.ANALYST, language)
    page.goto(f"{site}{reverse('chat_quality:quality')}")
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(page.get_by_text(assumed).first).to_be_visible()
    look(page, language, "chat-quality")
    page.get_by_text(table).first.click()
    expect(page.get_by_role("table").first.get_by_role("row")).to_have_count(29)
    page.locator("#from").fill("2020-03-01")
    page.locator("#to").fill("2020-03-02")
    page.get_by_role("button", name=show).click()
    expect(page.get_by_role("heading", name=nothing)).to_be_visible()
    look(page, language, "chat-quality-empty")
