"""What products a message asks for: the words that name them, the price they may have, whether they are in stock."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from chatbot.answers.engine.lexicon import FOLDER, lexicon, read_sections
from chatbot.answers.engine.tokenizer import LONGEST, fold
from chatbot.answers.engine.topics import is_awaited
from shopconnect.catalog.types import PriceOrder
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.words import query_words

MOST_WORDS = 8  # that name a product; a longer message tells a story
_SIGNS = {"€": "EUR", "eur": "EUR", "euro": "EUR", "£": "GBP", "gbp": "GBP", "pound": "GBP", "livre": "GBP"}
_SIGNS |= {"$": "", "usd": "USD", "dollar": "", "chf": "CHF", "franc": "CHF"}  # many countries have dollars
_SIGN = "|".join(map(re.escape, sorted(_SIGNS, key=len, reverse=True)))
_AMOUNT = rf"(?:(?:{_SIGN}) ?)?\d{{1,6}}(?:[.,]\d{{1,2}})? ?(?:(?:{_SIGN})s?(?![a-z]))?"
_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,2})?")
_CURRENCY = re.compile(_SIGN)
# French leaves plurals and genders to be told from a word's end, English plurals alone.
_ENDINGS = {"fr": ("", "s", "x", "e", "es"), "en": ("", "s", "es")}
_OTHER_FORMS = {
    "fr": (("aux", "al"), ("eaux", "eau"), ("anches", "anc"), ("anche", "anc"), ("euses", "eux"), ("euse", "eux")),
    "en": (("ies", "y"), ("ives", "ife"), ("ves", "f")),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a message wants of a shop's products. `words` are folded; prices are in major units, `currency` "" unsaid.

    `asks_stock` is whether something can be had, `is_sought` whether it is asked for in so many words, `is_bare`
    whether hardly anything else is said; `order` where the cheapest or the most expensive is asked for, and `asks_any`
    whether that is of all that is sold. `is_device` is whether it names, as things to buy, what one calls a shop with.
    """

    words: tuple[str, ...]
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    currency: str = ""
    asks_stock: bool = False
    is_sought: bool = False
    is_bare: bool = False
    order: PriceOrder | None = None
    asks_any: bool = False
    is_device: bool = False

    @property
    def is_priced(self) -> bool:
        """Return whether a price is given."""
        return self.at_least is not None or self.at_most is not None


def read_wish(text: str, language: str) -> Wish:
    """What a message wants, in whichever language of ours the price is told; nothing of what is to come back."""
    if is_awaited(text, language):
        return Wish(())
    plain = _plain(text)
    rest, at_least, at_most, currency = _price(plain, language)
    rest, order = _order(rest, language)
    folded, patterns = fold(plain), _patterns(language)
    known = lexicon(language).common | _fillers(language)
    # Names of goods may stand in another script, of which the patterns know nothing.
    said = [*fold(rest).split(), *(word for word in query_words(rest) if not word.isascii())]
    is_theirs = bool(patterns["theirs"].search(folded))
    words = dict.fromkeys(word for word in said if word not in known and not word.isdigit())
    return Wish(
        words=tuple(words),
        at_least=at_least,
        at_most=at_most,
        currency=currency,
        asks_stock=bool(patterns["stock"].search(folded)),
        is_sought=bool(patterns["sought"].search(folded)),
        is_bare=len(said) <= 2 * len(words) + 1,
        order=order,
        is_device=bool(words) and all(patterns["device"].fullmatch(word) for word in words) and not is_theirs,
        asks_any=order is not None and bool(patterns["anything"].search(folded)),
    )


def gift_words(text: str, language: str) -> frozenset[str]:
    """The words by which a message asks what to give; none where it is about wrapping, vouchers or what was ordered."""
    patterns, folded = _patterns(language), fold(text)
    if patterns["not_gift"].search(folded):
        return frozenset()
    return frozenset(word for found in patterns["gift"].finditer(folded) for word in found.group().split())


def word_forms(word: str) -> frozenset[str]:
    """A folded word with its other numbers and genders, and some words that there are not: they find nothing."""
    forms = {word}
    for language in LANGUAGES:
        endings = sorted(_ENDINGS[language], key=len, reverse=True)
        bare = {word.removesuffix(end) for end in endings if len(word.removesuffix(end)) > 1}
        forms |= {one + end for one in bare for end in endings}
        forms |= {word.removesuffix(end) + other for end, other in _OTHER_FORMS[language] if word.endswith(end)}
        forms |= {word.removesuffix(one) + end for end, one in _OTHER_FORMS[language] if word.endswith(one)}
    return frozenset(forms)


def named_words(wish: Wish, known: Collection[str]) -> tuple[str, ...]:
    """Return the words that name products where they carry the message, else none.

    `known` are those of the wish's words that the catalogue has in any form. All must be, in a message that says little
    else; where products are asked for, one may be strange beside two that name them.
    """
    named = tuple(word for word in wish.words if word in known)
    strange = len(wish.words) - len(named)
    if not named:
        return ()
    if not (wish.is_sought or wish.is_priced or wish.asks_stock or wish.order):
        return named if wish.is_bare and not strange else ()
    return named if not strange or (strange == 1 and len(named) > 1) else ()


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text[:LONGEST].lower())
    bare = "".join(one for one in letters if not unicodedata.combining(one))
    return " ".join(bare.replace("’", " ").replace("'", " ").split())


def _price(plain: str, language: str) -> tuple[str, Decimal | None, Decimal | None, str]:
    """The text without the price that it names, that price's bounds, and its currency."""
    for spoken in dict.fromkeys((language, *LANGUAGES)):
        for name in ("between", "at_most", "at_least"):
            found = _patterns(spoken)[name].search(plain)
            if found is None:
                continue
            amounts = sorted(_numbers(found.group()))
            rest = f"{plain[: found.start()]} {plain[found.end() :]}"
            least = amounts[0] if name != "at_most" else None
            most = amounts[-1] if name != "at_least" else None
            return rest, least, most, _currency(found.group())
    return plain, None, None, ""


def _order(plain: str, language: str) -> tuple[str, PriceOrder | None]:
    """The text without what asks for the cheapest or the most expensive, and which of them it asks for."""
    for order in PriceOrder:
        rest, count = _patterns(language)[order].subn(" ", plain)
        if count:
            return rest, order
    return plain, None


def _numbers(text: str) -> Iterable[Decimal]:
    return (Decimal(one.replace(",", ".")) for one in _NUMBER.findall(text))


def _currency(text: str) -> str:
    found = _CURRENCY.search(text)
    return _SIGNS[found.group()] if found else ""


@lru_cache(maxsize=8)
def _sections(language: str) -> dict[str, list[str]]:
    return read_sections(FOLDER / f"products_{language}.txt")


@lru_cache(maxsize=8)
def _fillers(language: str) -> frozenset[str]:
    return frozenset(" ".join(_sections(language)["filler"]).split())


@lru_cache(maxsize=8)
def _patterns(language: str) -> dict[str, re.Pattern[str]]:
    """One pattern a section, whose alternatives stand a line each."""
    sections = {name: lines for name, lines in _sections(language).items() if name != "filler"}
    return {name: re.compile("|".join(lines).replace("AMOUNT", _AMOUNT)) for name, lines in sections.items()}
