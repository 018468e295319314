"""Simulated shoppers: they walk the shop front over HTTP as people would, slowly, and ask the chat now and then.

They use only the widgets that the page before them shows.
"""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chatbot.answers.selectors import iter_test_questions
from shopconnect.core import http
from shopconnect.core.errors import Missing
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.demo.storefront.services import load_window
from shopconnect.demo.storefront.types import Window

ASKS, FOLLOWS, LEAVES = 0.12, 0.5, 0.2  # how often a step is a question, a suggestion that is followed, the last one
READ_SECONDS = 10.0
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"  # else they count as robots


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetShop:
    """Where shoppers walk: addresses of the front by language and of its widgets, the shop, what they may ask."""

    fronts: Mapping[str, str]
    widgets: str
    site: str
    window: Window
    questions: Sequence[tuple[str, str]]
    has_departments: bool = True


@dataclass(slots=True)
class Steps:
    """How many steps of each kind were made, and how many got no good answer."""

    pages: int = 0
    shelves: int = 0
    questions: int = 0
    failed: int = 0


def read_target_shop(slug: str, site: str, shop: str = "") -> TargetShop:
    """Read the shop that shoppers will walk through, on our own front or on a platform's, at the address of the shop.

    Raises Missing when there is none, or nothing to look at.
    """
    window = load_window(slug)
    if window is None or not window.items:
        raise Missing(f"There is no shop named {slug} with products in it.")
    with shop_scope(window.shop_id):
        questions = [(question.language, question.text) for question in iter_test_questions()]
    site = site.rstrip("/")
    fronts = {language: f"{site}/storefront/{slug}/{language}/" for language in LANGUAGES}
    widgets = f"{site}/w/{window.public_key}/"
    if shop:
        fronts, widgets = {"fr": f"{shop}/front/", "en": f"{shop}/front/en/"}, f"{shop}/apps/shopconnect/"
    return TargetShop(
        fronts=fronts, widgets=widgets, site=site, window=window, questions=questions, has_departments=not shop
    )


@dataclass(slots=True)
class Shopper:
    """One simulated shopper: where they are, in which language, in which conversation. They send no personal data."""

    target: TargetShop
    chance: random.Random
    steps: Steps
    language: str = "fr"
    at: str = ""
    page: str = ""
    conversation: str = ""
    suggested: list[str] = field(default_factory=list)

    def step(self) -> None:
        """Look at one page, or ask one question; raises OSError when the site cannot be reached."""
        if not self.at:
            self._arrive()
        elif self._sees("chat") and self.target.questions and self.chance.random() < ASKS:
            self._ask()
        elif self.chance.random() < LEAVES:
            self.at, self.conversation, self.suggested = "", "", []
        else:
            self._look()

    def _arrive(self) -> None:
        window = self.target.window
        self.language = self.chance.choice(window.languages)
        if self.chance.random() < FOLLOWS and window.departments and self.target.has_departments:
            self._page(f"categories/{self.chance.choice(sorted(window.departments))}/")
        else:
            self._page("")
        self.at = "/"

    def _look(self) -> None:
        follows = self.suggested and self.chance.random() < FOLLOWS
        self.at = self.chance.choice(self.suggested or [""]) if follows else ""
        self.at = self.at or self.chance.choice(list(self.target.window.items))
        self._page(f"products/{self.at}/")
        self.suggested = []
        if not self._sees("shelf"):
            return
        answer = self._call("GET", "shelf", params={"product": self.at, "lang": self.language, "limit": "4"})
        self.steps.shelves += 1
        self.suggested = [item["id"] for item in answer.get("items", ()) if item["id"] in self.target.window.items]

    def _ask(self) -> None:
        spoken = [words for language, words in self.target.questions if language == self.language]
        if not spoken:
            return
        payload = {"lang": self.language, "text": self.chance.choice(spoken), "conversation": self.conversation}
        answer = self._call("POST", "chat", payload)
        self.steps.questions += 1
        self.conversation = answer.get("conversation") or self.conversation

    def _page(self, path: str) -> None:
        answer = http.call("GET", f"{self.target.fronts[self.language]}{path}", read_seconds=READ_SECONDS)
        self.page = answer.body.decode()
        self.steps.pages += 1
        self.steps.failed += answer.status >= 400

    def _sees(self, widget: str) -> bool:
        return f"<shopconnect-{widget}" in self.page

    def _call(
        self, method: str, name: str, payload: dict[str, str] | None = None, params: dict[str, str] | None = None
    ) -> dict[str, Any]:
        headers = {"Origin": self.target.site, "User-Agent": AGENT}
        answer = http.call(
            method,
            f"{self.target.widgets}{name}",
            json=payload,
            params=params,
            headers=headers,
            read_seconds=READ_SECONDS,
        )
        if answer.status >= 400:
            self.steps.failed += 1
            return {}
        found = json.loads(answer.body or b"{}")
        return found if isinstance(found, dict) else {}
