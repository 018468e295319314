"""What shoppers agree to who leave an e-mail address."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import ngettext

from chatbot.answers.staff.types import EmailWish
from chatbot.console.mail.types import CONSENT_VERSION, LINK_DAYS
from shopconnect.core.languages import LANGUAGES


def email_wish(language: str) -> EmailWish:
    """Return what a shopper is asked to agree to, in a language."""
    with translation.override(language):
        consent = ngettext(
            "I agree that this address is used only to send me the replies to this conversation. "
            "It’s deleted %(count)s day after the conversation is closed.",
            "I agree that this address is used only to send me the replies to this conversation. "
            "It’s deleted %(count)s days after the conversation is closed.",
            LINK_DAYS,
        )
    return EmailWish(consent=consent % {"count": LINK_DAYS}, wording=f"{CONSENT_VERSION}-{language}")


def wording_language(wording: str) -> str:
    """Return the language of a wording that shoppers are shown today, "" for any other."""
    version, _sign, language = wording.partition("-")
    return language if version == CONSENT_VERSION and language in LANGUAGES else ""
