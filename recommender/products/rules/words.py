"""Rules in words: each kind, what is risky, and what one version has that another has not."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommender.products.rules.types import (
    Boost,
    Caution,
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
from recommender.products.words import heading_of

TitleOf = Callable[[int], str]


def shelf_name(shelf: Shelf) -> str:
    """Return what a shelf is called on the merchant's pages: as shoppers read it."""
    return heading_of(shelf)


def strength_word(strength: Strength) -> str:
    """Return by how much a boost lifts, as it stands in a sentence."""
    return {Strength.SLIGHT: _("slightly"), Strength.CLEAR: _("clearly"), Strength.STRONG: _("much")}[strength]


def sentence_of_rule(rule: Rule, title_of: TitleOf) -> str:
    """Return a rule in the active language; `title_of` names a product by its public id."""
    sentence = _sentence(rule, title_of)
    if rule.shelf is not None:
        sentence = _("%(rule)s, on “%(shelf)s” only") % {"rule": sentence, "shelf": shelf_name(rule.shelf)}
    if rule.beside_product:
        words = {"rule": sentence, "title": title_of(rule.beside_product)}
        sentence = _("%(rule)s, on the page of “%(title)s” only") % words
    if rule.beside_category:
        sentence = _("%(rule)s, in the category “%(name)s” only") % {"rule": sentence, "name": rule.beside_category}
    return _with_days(sentence, rule)


def _with_days(sentence: str, rule: Rule) -> str:
    words = {"rule": sentence}
    words |= {"from": date_format(rule.from_date)} if rule.from_date else {}
    words |= {"until": date_format(rule.until_date)} if rule.until_date else {}
    if rule.from_date and rule.until_date:
        return _("%(rule)s, from %(from)s to %(until)s") % words
    if rule.from_date:
        return _("%(rule)s, from %(from)s on") % words
    return _("%(rule)s, until %(until)s") % words if rule.until_date else sentence


def difference_of(before: Sequence[Rule], after: Sequence[Rule], title_of: TitleOf) -> tuple[str, ...]:
    """Return in the active language what came in and what went out from one set of rules to another."""
    came = [_("Added: %(rule)s") % {"rule": sentence_of_rule(one, title_of)} for one in after if one not in before]
    went = [_("Taken away: %(rule)s") % {"rule": sentence_of_rule(one, title_of)} for one in before if one not in after]
    return (*came, *went)


def sentence_of_caution(caution: Caution, title_of: TitleOf) -> str:
    """Return what is risky, and what to do, in the active language; raises KeyError for a key without words."""
    params = dict(caution.params)
    if "product" in params:
        params["title"] = title_of(int(str(params["product"])))
    sentence = _CAUTIONS[caution.key](params) % params
    shelf = params.get("shelf")
    if not isinstance(shelf, Shelf):
        return sentence
    return _("On “%(shelf)s”: %(said)s") % {"shelf": shelf_name(shelf), "said": sentence}


def _sentence(rule: Rule, title_of: TitleOf) -> str:
    match rule:
        case InStock():
            return _("Only what can be bought now")
        case Pin():
            return _("“%(title)s” in place %(place)d") % {"title": title_of(rule.product), "place": rule.place}
        case Exclude():
            name = title_of(int(rule.name)) if rule.by == Group.PRODUCT else rule.name
            return _EXCLUSIONS[rule.by]() % {"name": name}
        case Boost():
            return _PUSHES[rule.push]() % {"name": rule.vendor, "much": strength_word(rule.strength)}
        case Limit():
            return _limit(rule) % {"most": rule.most}
        case NotBought():
            return ngettext(
                "Nothing that the shopper bought in the last %(days)d day, unless it is due again",
                "Nothing that the shopper bought in the last %(days)d days, unless it is due again",
                rule.days,
            ) % {"days": rule.days}
        case Corridor():
            return _("Prices from %(low)d%% to %(high)d%% of the price of the product beside it") % {
                "low": rule.low,
                "high": rule.high,
            }


def _limit(rule: Limit) -> str:
    if rule.by == Group.VENDOR:
        return ngettext("At most %(most)d product of one vendor", "At most %(most)d products of one vendor", rule.most)
    return ngettext("At most %(most)d product of one category", "At most %(most)d products of one category", rule.most)


_EXCLUSIONS: Mapping[Group, Callable[[], str]] = {
    Group.PRODUCT: lambda: _("Never “%(name)s”"),
    Group.CATEGORY: lambda: _("Nothing of the category “%(name)s”"),
    Group.VENDOR: lambda: _("Nothing of the vendor “%(name)s”"),
}

_PUSHES: Mapping[Push, Callable[[], str]] = {
    Push.MARGIN: lambda: _("Products with a high margin come %(much)s higher"),
    Push.OVERSTOCK: lambda: _("Products whose stock lasts more than six months come %(much)s higher"),
    Push.NEW: lambda: _("Products of the last 30 days come %(much)s higher"),
    Push.VENDOR: lambda: _("Products of the vendor “%(name)s” come %(much)s higher"),
}

_CAUTIONS: Mapping[str, Callable[[Mapping[str, object]], str]] = {
    "all_boosts": lambda _params: _(
        "All four boosts pull at once, so none of them decides any more. Keep the one or two that matter."
    ),
    "pool_empty": lambda _params: _("No product is left to show. Take an exclusion away."),
    "pool_small": lambda params: ngettext(
        "Only %(count)d product is left to show. Take an exclusion away.",
        "Only %(count)d products are left to show. Take an exclusion away.",
        int(str(params["count"])),
    ),
    "corridor_narrow": lambda _params: _(
        "Beside %(percent)d%% of the products, fewer than %(least)d others lie between these prices. Widen them."
    ),
    "pins_one_place": lambda _params: _(
        "Several products are pinned to place %(place)d: one stands there, the others behind it. Give each its own."
    ),
    "pin_gone": lambda _params: _("A pinned product is not in the catalogue any more. Take the pin away."),
    "pin_excluded": lambda _params: _(
        "“%(title)s” is pinned and excluded, so it is not shown. Take the pin or the exclusion away."
    ),
    "pin_sold_out": lambda _params: _(
        "“%(title)s” is pinned and cannot be bought now. While that is so, others stand in its place."
    ),
}
