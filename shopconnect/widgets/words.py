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
            found[language] = _shelf_words() | _consent_words(shop_name) | _chat_words(shop_name) | _photo_words()
    return found


def _shelf_words() -> dict[str, str]:
    return {
        "shelf": _("You may also like"),
        "why": _("Why am I seeing this?"),
        "less": _("Show fewer like this"),
        "noted": _("Noted for this visit."),
    }


def _consent_words(shop_name: str) -> dict[str, str]:
    return {
        "consent_label": _("Your privacy"),
        "consent": _(
            "Can %(shop)s remember on this device what you view and put in your cart, to suggest products that suit "
            "you and help you in the chat? The shop works the same if you decline, and you can change your mind at "
            "any time."
        )
        % {"shop": shop_name},
        "accept": _("Accept"),
        "refuse": _("Decline"),
    }


def _chat_words(shop_name: str) -> dict[str, str]:
    return {
        "open": _("Ask a question"),
        "close": _("Close the chat"),
        "assistant": _("Automated assistant"),
        "notice": _(
            "You’re chatting with an automated assistant, not a person. It answers from "
            "information provided by %(shop)s, and you can ask to talk to a person at any time. "
            "Please don’t share card numbers or passwords."
        )
        % {"shop": shop_name},
        "greeting": _("Hello. What would you like to know?"),
        "order": _("See my order"),
        "order_number": _("Order number"),
        "order_email": _("Email address used for the order"),
        "order_page": _("See your orders in your account"),
        "mail": _("Send me the reply by email"),
        "mail_email": _("Your email address"),
        "mail_left": _("Thank you. The reply will also be sent to you by email."),
        "writes": _("Someone from the shop is writing to you"),
        "withdraw": _("Withdraw from contract here"),
        "generated": _("Worded by a language model from the shop’s answers"),
        "log": _("Conversation"),
        "placeholder": _("Your question"),
        "send": _("Send"),
        "human": _("Talk to a person"),
        "looking": _("Looking for an answer"),
        "guesses": _("Did you mean one of these?"),
        "source": _("Where this answer comes from"),
        "changed": _("Last changed on {day}"),
        "helpful": _("Was this helpful?"),
        "yes": _("Yes"),
        "no": _("No"),
        "thanks": _("Thanks for your feedback."),
        "sorry": _("Thanks for letting us know. You can rephrase your question or talk to a person."),
        "grade1": _("Very dissatisfied"),
        "grade2": _("Dissatisfied"),
        "grade3": _("Neutral"),
        "grade4": _("Satisfied"),
        "grade5": _("Very satisfied"),
        "again": _("Try again"),
        "you": _("You:"),
        "it": _("Assistant:"),
        "team": _("Shop team:"),
        "slow": _("This is taking longer than usual. Try again in a moment, or ask to talk to a person."),
        "away": _("We can’t be reached right now. Try again in a moment."),
        "offline": _("You seem to be offline. Your question is still here: try again once you’re back online."),
    }


def _photo_words() -> dict[str, str]:
    return {
        "photo": _("Add a photo"),
        "photo_hint": _("Only the shop’s team sees your photo. It’s deleted with this conversation."),
        "photo_send": _("Send this photo"),
        "photo_sending": _("Sending"),
        "photo_drop": _("Don’t send it"),
        "photo_yours": _("Your photo"),
        "photo_bad": _("This photo can’t be read on this device. Choose another one."),
    }
