"""Products in chat: which of them a message asks for, and what the shopper is told of them. In the shop's scope."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from babel.lists import format_list
from django.utils import translation
from django.utils.translation import gettext as _

from chatbot.answers.engine.confidence import SURE
from chatbot.answers.engine.tokenizer import fold
from chatbot.answers.engine.wishes import MOST_WORDS, Wish, named_words, read_wish, word_forms
from chatbot.answers.types import AnswerDecision, AnswerOutcome, Fact, ProductCard, Topic
from shopconnect.catalog.cards import card_of
from shopconnect.catalog.shopping import OfferedProduct, find_offered, known_words, words_beginning
from shopconnect.catalog.types import PriceOrder
from shopconnect.core.words import SPACELESS
from shopconnect.shops.selectors import shop_profile

SHOWN = 3
_ELIDED = re.compile(r"\b\w[’']|[’']\w\b")


def find_products(text: str, language: str, decision: AnswerDecision) -> Fact | None:
    """Return what the catalogue tells a message in which words of products carry it, else None.

    Whatever an entry answers stays with it, but for what is in stock and what it costs, which no entry knows; so does
    what is asked in an entry's very words.
    """
    wish = read_wish(text, language)
    asks_facts = wish.asks_stock or wish.is_priced or wish.order is not None or wish.is_device
    if decision.outcome == AnswerOutcome.ANSWER and (decision.confidence >= SURE or not asks_facts):
        return None
    if len(wish.words) > MOST_WORDS or not (wish.words or wish.asks_any):
        return None
    forms = {word: words_beginning(word) if SPACELESS.search(word) else word_forms(word) for word in wish.words}
    known = known_words(frozenset().union(*forms.values()))
    named = named_words(wish, {word for word, of_word in forms.items() if of_word & known})
    found, is_within = _found(in_currency(wish), [forms[word] for word in named])
    with translation.override(language):
        if wish.is_device and not found:
            return Fact(Topic.PRODUCT, _("I couldn’t find that among the shop’s products."))
        return _told(found, wish, is_within, text, language) if found else None


def in_currency(wish: Wish) -> Wish:
    """A price in a currency that the shop does not sell in bounds nothing: we know no rates."""
    if not wish.currency or wish.currency == shop_profile().currency:
        return wish
    return replace(wish, at_least=None, at_most=None)


def _found(wish: Wish, words: Sequence[frozenset[str]]) -> tuple[list[OfferedProduct], bool]:
    """The best products, and whether they are within the wish's price."""
    if not (words or (wish.asks_any and not wish.words)):
        return [], False
    within = find_offered(words, SHOWN, at_least=wish.at_least, at_most=wish.at_most, order=wish.order)
    return within or (find_offered(words, SHOWN, order=wish.order) if wish.is_priced else []), bool(within)


def _told(found: Sequence[OfferedProduct], wish: Wish, is_within: bool, text: str, language: str) -> Fact:
    cards = tuple(product_card(one, language) for one in found)
    if not is_within:
        return Fact(Topic.PRODUCT, _("Nothing matches at that price. Here’s what the shop has."), cards)
    if wish.asks_stock and len(found) == 1:
        return Fact(Topic.STOCK, _stock_sentence(found[0], cards[0].title, text, language), cards)
    if wish.asks_stock:
        return Fact(Topic.STOCK, _("Several products match. Here’s what’s in stock and what isn’t."), cards)
    if not any(one.product.available for one in found):
        return Fact(Topic.PRODUCT, _("These match, but they’re sold out."), cards)
    if wish.order and len(found) > 1:
        return Fact(Topic.PRODUCT, _by_price(wish.order), cards)
    return Fact(Topic.PRODUCT, _("Here’s what I found."), cards)


def _by_price(order: PriceOrder) -> str:
    if order == PriceOrder.CHEAPEST:
        return _("Here’s what I found, cheapest first.")
    return _("Here’s what I found, most expensive first.")


def _stock_sentence(one: OfferedProduct, title: str, text: str, language: str) -> str:
    """Say whether a product can be had, in the size that was named or in all that remain."""
    words = {
        "title": title,
        "left": format_list(one.left, locale=language),
        "gone": format_list([name for name in one.gone if _is_named(name, text)], locale=language),
    }
    if not one.product.available:
        return _("“%(title)s” is sold out.") % words
    if words["gone"] and one.left:
        return _("“%(title)s” is sold out in %(gone)s. Still in stock: %(left)s.") % words
    if one.left:
        return _("“%(title)s” is in stock in %(left)s.") % words
    return _("“%(title)s” is in stock.") % words


def _is_named(variant: str, text: str) -> bool:
    """Say whether a message names a variant; a letter that an apostrophe cuts off is no size."""
    return set(fold(variant).split()) <= set(fold(_ELIDED.sub(" ", text)).split())


def product_card(one: OfferedProduct, language: str) -> ProductCard:
    """Return what is shown of a product in a language."""
    shown = card_of(one.product, language)
    return ProductCard(
        id=str(shown["external_id"]),
        title=str(shown["title"]),
        url=str(shown["url"]),
        image=str(shown["image"]),
        price=str(shown["price"]),
        stock=_stock(one, language),
    )


def _stock(one: OfferedProduct, language: str) -> str:
    if not one.product.available:
        return _("Sold out")
    return (
        _("In stock: %(left)s") % {"left": format_list(one.left, locale=language)}
        if one.gone and one.left
        else _("In stock")
    )
