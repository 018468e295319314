"""The words that the widgets show, in each language they speak; French stands in the locale file."""

from collections.abc import Mapping

from django.utils import translation
from django.utils.translation import gettext as _

from shopconnect.core.languages import LANGUAGES


def words_by_language(shop_name: str) -> dict[str, Mapping[str, str]]:
    """Return every word of the widgets in French and English, with the shop's name in its place."""
    found: dict[str, Mapping[str, str]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = _shelf_words() | _consent_words(shop_name) | _chat_words(shop_name)
    return found


def _shelf_words() -> dict[str, str]:
    return {
        "shelf": _("You may also like"),
        "why": _("Why am I seeing this?"),
        "less": _("Less like this"),
        "noted": _("Noted for this visit."),
    }


def _consent_words(shop_name: str) -> dict[str, str]:
    return {
        "consent_label": _("Your choice"),
        "consent": _(
            "May %(shop)s remember on this device what you look at, to suggest what fits you? "
            "The shop works the same if you refuse, and you can change your mind at any time."
        )
        % {"shop": shop_name},
        "accept": _("Accept"),
        "refuse": _("Refuse"),
    }


def _chat_words(shop_name: str) -> dict[str, str]:
    return {
        "open": _("Ask a question"),
        "close": _("Close the chat"),
        "assistant": _("Automatic assistant"),
        "notice": _(
            "You are writing to an automatic assistant, not to a person. It answers from what %(shop)s has written, "
            "and you can ask for a person at any time. Please leave out card numbers and passwords."
        )
        % {"shop": shop_name},
        "greeting": _("Hello. What would you like to know?"),
        "log": _("Conversation"),
        "placeholder": _("Your question"),
        "send": _("Send"),
        "human": _("Talk to a person"),
        "looking": _("Looking for the answer"),
        "guesses": _("Did you mean one of these?"),
        "helpful": _("Did this help?"),
        "yes": _("Yes"),
        "no": _("No"),
        "thanks": _("Thank you, noted."),
        "sorry": _("Thank you for saying so. You can ask in other words, or talk to a person."),
        "again": _("Try again"),
        "you": _("You:"),
        "it": _("Assistant:"),
        "slow": _("The answer takes longer than usual. Please try again in a moment, or ask for a person."),
        "away": _("We cannot be reached right now. Please try again in a moment."),
        "offline": _("You seem to be offline. Your question is still here: try again once you are back."),
    }
