"""What delivery costs and how long it takes, by country, as the shop has set it. In the shop's scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from babel.lists import format_list
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chatbot.answers.engine.topics import asks_about_delivery, asks_how_much, asks_whether_delivered
from chatbot.answers.facts.countries import FRANCE_OVERSEAS, country_name, is_country, means_abroad, named_countries
from chatbot.answers.facts.types import Asked, ShippingOption
from chatbot.answers.types import Fact, Topic
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.money import Money, read_amount
from shopconnect.shops.selectors import shop_profile, shop_settings
from shopconnect.shops.services import store_settings

SETTING = "chat_shipping"
MOST_OPTIONS, MOST_TOLD, MOST_NAMED = 40, 8, 40
LONGEST_NAME, LONGEST_DAYS = 80, 365


def shipping_options() -> tuple[ShippingOption, ...]:
    """Return what the shop in scope has set."""
    stored: Any = shop_settings().get(SETTING)
    # A folder may bring any JSON as a setting.
    if not isinstance(stored, list):
        return ()
    try:
        return tuple(_read(one) for one in stored[:MOST_OPTIONS])
    except (ValueError, TypeError, AttributeError, KeyError):
        return ()


def save_shipping_options(options: Sequence[ShippingOption]) -> None:
    """Set them for the shop in scope."""
    store_settings({SETTING: [_written(one) for one in options] or None})


def find_shipping_fact(asked: Asked) -> Fact | None:
    """Return what delivery costs and how long it takes where a message asks, None where that is not set.

    A message that follows up an answer about delivery need only name a country; one that names none means the
    country named before. Of France overseas nothing is told where the shop names only France.
    """
    countries, follows = named_countries(asked.text), asked.topic_before == Topic.DELIVERY
    is_abroad = not countries and means_abroad(asked.text)
    if not _is_asked(asked, is_abroad or bool(countries), follows):
        return None
    options = shipping_options()
    if not options:
        return None
    if not countries and follows and not is_abroad:
        countries = named_countries(asked.before)
    with translation.override(asked.language):
        if countries:
            told = _to_countries(options, countries, asked.language)
        elif is_abroad:
            told = _abroad(options, asked.language)
        else:
            told = [_everywhere(options, asked.language)]
    return Fact(Topic.DELIVERY, "\n".join(told)) if told else None


def _is_asked(asked: Asked, names_place: bool, follows: bool) -> bool:
    if asks_about_delivery(asked.text, asked.language):
        return True
    if names_place:
        return follows or asks_whether_delivered(asked.text, asked.language)
    return follows and asks_how_much(asked.text, asked.language)


def _to_countries(options: Sequence[ShippingOption], countries: Sequence[str], language: str) -> list[str]:
    """What holds for each, those alike together; nothing of those of which the shop has said nothing."""
    by_lines: dict[tuple[str, ...], list[str]] = {}
    for country in countries:
        own = [one for one in options if country in one.countries] or [one for one in options if not one.countries]
        if own or not (country in FRANCE_OVERSEAS and any("FR" in one.countries for one in options)):
            by_lines.setdefault(tuple(_line(one, language) for one in own), []).append(country)
    told = []
    for lines, alike in list(by_lines.items())[:MOST_TOLD]:
        names = _names(alike, language)
        head = _("%(country)s, delivery options:") % {"country": names}
        told.append("\n".join([head, *lines]) if lines else _not_there(names, len(alike)))
    return told


def _not_there(names: str, count: int) -> str:
    told = ngettext(
        "We don’t deliver to this country: %(names)s.", "We don’t deliver to these countries: %(names)s.", count
    )
    return told % {"names": names}


def _abroad(options: Sequence[ShippingOption], language: str) -> list[str]:
    """Where the shop delivers, as far as it can be listed, and how."""
    countries = list(dict.fromkeys(code for one in options for code in one.countries))
    if not all(one.countries for one in options) or len(countries) > MOST_NAMED:
        return [_everywhere(options, language)]
    told = ngettext(
        "We deliver to this country: %(names)s.", "We deliver to these countries: %(names)s.", len(countries)
    )
    return [told % {"names": _names(countries, language)}, _everywhere(options, language)]


def _names(countries: Sequence[str], language: str) -> str:
    return str(format_list([country_name(one, language) for one in countries], locale=language))


def _everywhere(options: Sequence[ShippingOption], language: str) -> str:
    """All options by where they lead to; where they are too many to read, the question for which country."""
    if len(options) > MOST_TOLD:
        return _("Delivery depends on the country. Which country is it for?")
    by_place: dict[tuple[str, ...], list[str]] = {}
    for one in sorted(options, key=lambda one: not one.countries):
        by_place.setdefault(one.countries, []).append(_line(one, language))
    parts = []
    for countries, lines in by_place.items():
        head = _names(countries, language) or (_("Other countries") if len(by_place) > 1 else _("Delivery"))
        parts.append("\n".join([_("%(name)s:") % {"name": head}, *lines]))
    return "\n".join(parts)


def _line(one: ShippingOption, language: str) -> str:
    name = one.names.get(language) or next(iter(one.names.values()), "") or _("Delivery")
    told = ", ".join(filter(None, [_price(one, language), _days(one)]))
    return f"- {_('%(name)s: %(value)s') % {'name': name, 'value': told}}" if told else f"- {name}"


def _price(one: ShippingOption, language: str) -> str:
    if 0 in (one.price, one.free_from):
        return _("free of charge")
    price = "" if one.price is None else _money(one.price, language)
    free = "" if one.free_from is None else _("free from %(amount)s") % {"amount": _money(one.free_from, language)}
    return ", ".join(filter(None, [price, free]))


def _days(one: ShippingOption) -> str:
    least, most = one.days_least, one.days_most
    words = {"least": least, "most": most}
    if most is None:
        return (
            ""
            if least is None
            else ngettext("from %(least)s working day", "from %(least)s working days", least) % words
        )
    if least is None:
        return ngettext("up to %(most)s working day", "up to %(most)s working days", most) % words
    if least == most:
        return ngettext("%(most)s working day", "%(most)s working days", most) % words
    return ngettext("%(least)s to %(most)s working day", "%(least)s to %(most)s working days", most) % words


def _money(amount: Decimal, language: str) -> str:
    return Money(amount=amount, currency=shop_profile().currency).written(language)


def _written(one: ShippingOption) -> dict[str, object]:
    amounts = {"price": one.price, "free_from": one.free_from}
    return {
        "names": dict(sorted(one.names.items())),
        "countries": list(one.countries),
        **{name: None if amount is None else f"{amount:f}" for name, amount in amounts.items()},
        "days": [one.days_least, one.days_most],
    }


def _read(stored: Mapping[str, Any]) -> ShippingOption:
    least, most = stored["days"]
    return ShippingOption(
        names={one: str(name)[:LONGEST_NAME] for one, name in stored["names"].items() if one in LANGUAGES},
        countries=tuple(code for code in stored["countries"] if is_country(code)),
        price=_amount(stored["price"]),
        free_from=_amount(stored["free_from"]),
        days_least=_day_count(least),
        days_most=_day_count(most),
    )


def _amount(stored: object) -> Decimal | None:
    amount = None if stored is None else read_amount(stored)
    if amount is not None and amount < 0:
        raise ValueError(stored)
    return amount


def _day_count(stored: object) -> int | None:
    if stored is None:
        return None
    if not isinstance(stored, int) or isinstance(stored, bool) or not 0 <= stored <= LONGEST_DAYS:
        raise ValueError(stored)
    return stored
