"""Ideas for who looks for a present and names no product. In the shop's scope."""

from __future__ import annotations

from functools import partial

from django.utils import translation
from django.utils.translation import gettext as _

from chatbot.answers.engine.wishes import gift_words, read_wish, word_forms
from chatbot.answers.facts.products import SHOWN, in_currency, product_card
from chatbot.answers.types import Fact, Topic
from shopconnect.catalog.shopping import find_offered, known_words


def find_gift_ideas(text: str, language: str) -> Fact | None:
    """Return products in stock to who asks what to give: of those that the message names, if any, and at its price."""
    asking = gift_words(text, language)
    if not asking:
        return None
    wish = in_currency(read_wish(text, language))
    forms = [word_forms(word) for word in wish.words if word not in asking]
    known = known_words(frozenset().union(*forms))
    named = [forms_of_word for forms_of_word in forms if forms_of_word & known]
    offered = partial(find_offered, most=SHOWN, at_least=wish.at_least, at_most=wish.at_most, is_available=True)
    found = offered(named) or offered(())
    if not found:
        return None
    with translation.override(language):
        return Fact(Topic.PRODUCT, _("Here are a few ideas."), tuple(product_card(one, language) for one in found))
