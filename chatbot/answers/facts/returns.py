"""How long shoppers may return things, and where they withdraw from a purchase, as the shop has set it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chatbot.answers.engine.topics import asks_how_long_returns, asks_to_withdraw
from chatbot.answers.types import Fact, Topic
from shopconnect.shops.selectors import shop_settings
from shopconnect.shops.services import store_settings

_SETTING = "chat_returns"
LONGEST_DAYS = 3_650


@dataclass(frozen=True, slots=True)
class ReturnTerms:
    """Days to return an item, None where the shop has not said; the page of its withdrawal function, "" likewise."""

    days: int | None = None
    withdrawal_url: str = ""


def return_terms() -> ReturnTerms:
    """Return what the shop in scope has set."""
    stored: Any = shop_settings().get(_SETTING)
    # A folder may bring any JSON as a setting.
    if not isinstance(stored, dict):
        return ReturnTerms()
    days, url = stored.get("days"), str(stored.get("withdrawal_url"))
    is_number = isinstance(days, int) and not isinstance(days, bool) and 0 <= days <= LONGEST_DAYS
    return ReturnTerms(days if is_number else None, url if url.startswith("https://") else "")


def save_return_terms(terms: ReturnTerms) -> None:
    """Set them for the shop in scope."""
    store_settings({_SETTING: asdict(terms)})


def find_return_fact(text: str, language: str) -> Fact | None:
    """Return what the shop has set on what a message asks, None where that is nothing. In the shop's scope."""
    wants_out, asks_days = asks_to_withdraw(text, language), asks_how_long_returns(text, language)
    if not (wants_out or asks_days):
        return None
    terms = return_terms()
    with translation.override(language):
        if wants_out and terms.withdrawal_url:
            return Fact(Topic.WITHDRAWAL, _("You can withdraw from your purchase here. It takes one step."))
        if asks_days and terms.days is not None:
            days = ngettext(
                "You have %(days)s day to return an item.", "You have %(days)s days to return an item.", terms.days
            )
            return Fact(Topic.RETURNS, days % {"days": terms.days})
    return None
