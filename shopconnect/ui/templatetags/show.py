"""How values are shown: pictures, money, shares."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.numbers import format_percent
from django import template
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import get_language

from shopconnect.core.money import Money
from shopconnect.core.web.middleware import allow_pictures_from

SMALL = 0.1
# Spaces at which no line ends: after a dash, around ×, before a French mark, between a number and a short unit.
UNBROKEN = re.compile(r"(?<=[–«×]) | (?=[×?!:;»])|(?<=\d) (?=[^\W\d]{1,3}\b)")
register = template.Library()


@register.simple_tag(takes_context=True)
def picture_url(context: Mapping[str, Any], image: str) -> str:
    """Return where a product's picture is: its own address, or ours for one that came with a folder.

    The page may then show pictures from there, and from nowhere else that is not ours.
    """
    if "://" not in image:
        return reverse("sync:picture", args=[image])
    allow_pictures_from(context["request"], image)
    return image


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """Write an amount as the reader's language does."""
    return Money(amount=amount, currency=currency).written(get_language() or "en")


@register.filter
def language_name(code: str) -> str:
    """Return what the reader calls a language; the code itself where nobody has a name for it."""
    return str(_reader().languages.get(code, code))


@register.filter
def country_name(code: str) -> str:
    """Return what the reader calls a country; the code itself where nobody has a name for it."""
    return str(_reader().territories.get(code, code))


@register.filter
def unbroken(text: str) -> str:
    """Write what somebody typed so that a variant keeps to its dash, a mark to its word, and a number to its unit."""
    return UNBROKEN.sub("\u00a0", text).replace("–\u00a0", "–\u2060\u00a0")  # which a line may end with all the same


@register.filter
def percent(number: float) -> float:
    """Return a number without its sign, for sentences that say better or worse."""
    return abs(number)


@register.filter
def share(part: float) -> str:
    """Write a share of 0 to 1 in percent as the reader's language does; of a small one, a decimal too."""
    locale = _reader()
    pattern = locale.percent_formats[None].pattern
    return format_percent(part, pattern.replace("0", "0.#") if part < SMALL else pattern, locale)


@register.filter
def change(part: float) -> str:
    """Write how much more or less something is, a share, with its sign."""
    return f"{_sign(part)}{share(abs(part))}"


@register.filter
def signed(number: float, decimals: int = 1) -> str:
    """Write a number with its sign and so many decimals."""
    return f"{_sign(number)}{number_format(abs(number), decimal_pos=decimals)}"


@register.filter
def gain(amount: float, currency: str) -> str:
    """Write how much more or less money something is, with its sign, which no line ends with."""
    return f"{_sign(amount)}\u2060{money(Decimal(abs(amount)), currency)}"


def _sign(number: float) -> str:
    return "−" if number < 0 else "+"


def _reader() -> Locale:
    return Locale.parse(get_language() or "en", sep="-")
