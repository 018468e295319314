"""How the shop is reached, as it has set it. In the shop's scope."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from chatbot.answers.engine.topics import asks_how_to_contact
from chatbot.answers.facts.types import Asked, ContactDetails
from chatbot.answers.types import Fact, Topic
from shopconnect.shops.selectors import shop_settings
from shopconnect.shops.services import store_settings

SETTING = "chat_contact"
LONGEST_DETAIL = 500


def contact_details() -> ContactDetails:
    """Return what the shop in scope has set."""
    stored: Any = shop_settings().get(SETTING)
    # A folder may bring any JSON as a setting.
    if not isinstance(stored, dict):
        return ContactDetails()
    found = {one.name: str(stored.get(one.name) or "")[:LONGEST_DETAIL] for one in fields(ContactDetails)}
    if not found["url"].startswith("https://"):
        found["url"] = ""
    return ContactDetails(**found)


def save_contact_details(details: ContactDetails) -> None:
    """Set them for the shop in scope."""
    store_settings({SETTING: asdict(details) if any(asdict(details).values()) else None})


def find_contact_fact(asked: Asked) -> Fact | None:
    """Return how to reach the shop where a message asks, None where nothing is set."""
    if not asks_how_to_contact(asked.text, asked.language):
        return None
    details = contact_details()
    with translation.override(asked.language):
        lines = [
            _("Email: %(address)s") % {"address": details.email} if details.email else "",
            _("Phone: %(number)s") % {"number": details.phone} if details.phone else "",
            _("Address: %(address)s") % {"address": details.address} if details.address else "",
            _("Contact page: %(address)s") % {"address": details.url} if details.url else "",
        ]
        told = [line for line in lines if line]
        return Fact(Topic.CONTACT, "\n".join([_("You can reach us here:"), *told])) if told else None
