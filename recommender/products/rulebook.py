"""A shop's rules as data: read from JSON or a form, with a sentence for what does not fit, and written as JSON."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from typing import TypeVar

from django.utils.translation import gettext as _

from recommender.products.rule_types import (
    PINNED_SHELVES,
    Boost,
    Corridor,
    Exclude,
    Group,
    InStock,
    Limit,
    NotBought,
    Pin,
    Push,
    Rule,
    Strength,
)
from recommender.products.types import Shelf
from shopconnect.core.errors import Refusal

MOST_RULES, MOST_PLACES, MOST_DAYS, MOST_PERCENT, LONGEST_NAME = 50, 8, 730, 1000, 300
LARGEST_ID = 2**63 - 1
KINDS: Mapping[str, type[Rule]] = {
    "stock": InStock,
    "pin": Pin,
    "exclude": Exclude,
    "boost": Boost,
    "limit": Limit,
    "bought": NotBought,
    "corridor": Corridor,
}
Given = Mapping[str, object]
Word = TypeVar("Word", bound=StrEnum)


def read_rules(values: Iterable[Given]) -> tuple[Rule, ...]:
    """Return rules as they are written in JSON, each once; raises Refusal(bad_rule) with what to do."""
    rules = tuple(dict.fromkeys(read_rule(given) for given in values))
    if len(rules) > MOST_RULES:
        raise _bad(_("A shop has at most %(most)d rules: take some away first.") % {"most": MOST_RULES})
    return rules


def read_rule(given: Given) -> Rule:
    """Return one rule of its fields, texts or numbers; raises Refusal(bad_rule) with what to do."""
    reader = _READERS.get(str(given.get("kind", "")))
    if reader is None:
        raise _bad(_("Choose what the rule does."))
    rule = reader(given, _shelf(given))
    if isinstance(rule, Pin) and rule.shelf is not None and rule.shelf not in PINNED_SHELVES:
        raise _bad(_("This shelf says by its title what stands on it, so nothing is pinned there: choose another one."))
    return rule


def as_json(rules: Sequence[Rule]) -> list[dict[str, object]]:
    """Return rules as JSON keeps them; read_rules gives the same rules back."""
    kinds = {kind: name for name, kind in KINDS.items()}
    return [
        {"kind": kinds[type(rule)], **{one.name: getattr(rule, one.name) or "" for one in fields(rule)}}
        for rule in rules
    ]


def plain(rule: Rule) -> dict[str, object]:
    """Return a rule as JSON for others: what is empty, or nought, is left out; read_rule gives the same rule back."""
    return {name: value for name, value in as_json([rule])[0].items() if value != ""}


def product_field(given: Given) -> str:
    """Return under which name a rule as JSON holds the id of a product, "" where it is about none."""
    if given.get("kind") == "pin":
        return "product"
    return "name" if (given.get("kind"), given.get("by")) == ("exclude", Group.PRODUCT.value) else ""


def _pin(given: Given, shelf: Shelf | None) -> Rule:
    place = _number(given, "place", 1, MOST_PLACES, _("A place is a number from %(low)d to %(high)d."))
    return Pin(product=_product(given, "product"), place=place, shelf=shelf)


def _exclude(given: Given, shelf: Shelf | None) -> Rule:
    by = _word(given, "by", Group, _("Say whether it is a product, a category or a vendor."))
    name = str(_product(given, "name")) if by == Group.PRODUCT else _name(given, "name")
    return Exclude(by=by, name=name, shelf=shelf)


def _boost(given: Given, shelf: Shelf | None) -> Rule:
    push = _word(given, "push", Push, _("Choose what is lifted."))
    strength = _word(given, "strength", Strength, _("Choose by how much it is lifted."))
    vendor = _name(given, "vendor") if push == Push.VENDOR else ""
    return Boost(push=push, strength=strength, vendor=vendor, shelf=shelf)


def _limit(given: Given, shelf: Shelf | None) -> Rule:
    by = _word(given, "by", Group, _("Say whether categories or vendors are limited."))
    if by == Group.PRODUCT:
        raise _bad(_("Say whether categories or vendors are limited."))
    most = _number(given, "most", 1, MOST_PLACES, _("A limit is a number from %(low)d to %(high)d."))
    return Limit(by=by, most=most, shelf=shelf)


def _bought(given: Given, shelf: Shelf | None) -> Rule:
    days = _number(given, "days", 1, MOST_DAYS, _("Write a number of days from %(low)d to %(high)d."))
    return NotBought(days=days, shelf=shelf)


def _corridor(given: Given, shelf: Shelf | None) -> Rule:
    said = _("Write percentages from %(low)d to %(high)d.")
    low, high = (_number(given, name, 0, MOST_PERCENT, said) for name in ("low", "high"))
    if low >= high:
        raise _bad(_("The lower price must lie below the upper one."))
    return Corridor(low=low, high=high, shelf=shelf)


_READERS: Mapping[str, Callable[[Given, Shelf | None], Rule]] = {
    "stock": lambda _given, shelf: InStock(shelf=shelf),
    "pin": _pin,
    "exclude": _exclude,
    "boost": _boost,
    "limit": _limit,
    "bought": _bought,
    "corridor": _corridor,
}


def _shelf(given: Given) -> Shelf | None:
    return _word(given, "shelf", Shelf, _("There is no such shelf: choose one.")) if given.get("shelf") else None


def _word(given: Given, name: str, words: type[Word], said: str) -> Word:
    try:
        return words(str(given.get(name, "")))
    except ValueError as error:
        raise _bad(said) from error


def _number(given: Given, name: str, low: int, high: int, said: str) -> int:
    text = str(given.get(name, "")).strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 20) and text:
        raise _bad(said % {"low": low, "high": high})
    number = int(text or 0)  # nought is written as nothing
    if not low <= number <= high:
        raise _bad(said % {"low": low, "high": high})
    return number


def _product(given: Given, name: str) -> int:
    return _number(given, name, 1, LARGEST_ID, _("Choose a product."))


def _name(given: Given, name: str) -> str:
    text = str(given.get(name, "")).strip().replace("\0", "")
    if not text or len(text) > LONGEST_NAME:
        raise _bad(_("Choose a name of the list."))
    return text


def _bad(said: str) -> Refusal:
    return Refusal("bad_rule", said, 400)
