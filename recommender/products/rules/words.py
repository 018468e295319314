"""Rules in words: each kind, what is risky, and what one version has that another has not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommender.products.data.artefacts import load_catalogue
from recommender.products.data.catalogue import category_in, title_of
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
from shopconnect.core.tenancy.context import ShopId
from shopconnect.ui.dates import date_format


@dataclass(frozen=True, slots=True)
class RuleNames:
    """What sentences call a product, by its public id, and a category, by what the shop calls it."""

    product: Callable[[int], str] = str
    category: Callable[[str], str] = str


def rule_names(shop_id: ShopId, language: str) -> RuleNames:
    """Return what a shop's products and categories are called in a language; no database."""
    catalogue = load_catalogue(shop_id)
    return RuleNames(
        product=lambda public_id: title_of(shop_id, public_id, language),
        category=lambda name: category_in(catalogue, name, language).replace(" > ", " › "),
    )


def shelf_name(shelf: Shelf) -> str:
    """Return what a shelf is called on the merchant's pages: as shoppers read it."""
    return heading_of(shelf)


def strength_word(strength: Strength) -> str:
    """Return by how much a boost lifts, as it stands in a sentence."""
    return {Strength.SLIGHT: _("slightly"), Strength.CLEAR: _("clearly"), Strength.STRONG: _("strongly")}[strength]


def sentence_of_rule(rule: Rule, names: RuleNames) -> str:
    """Return a rule in the active language."""
    sentence = _sentence(rule, names)
    if rule.shelf is not None:
        sentence = _("%(rule)s, only on “%(shelf)s”") % {"rule": sentence, "shelf": shelf_name(rule.shelf)}
    if rule.beside_product:
        words = {"rule": sentence, "title": names.product(rule.beside_product)}
        sentence = _("%(rule)s, on the page of “%(title)s” only") % words
    if rule.beside_category:
        sentence = _("%(rule)s, in the category “%(name)s” only") % {
            "rule": sentence,
            "name": names.category(rule.beside_category),
        }
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


def difference_of(before: Sequence[Rule], after: Sequence[Rule], names: RuleNames) -> tuple[str, ...]:
    """Return in the active language what came in and what went out from one set of rules to another."""
    came = [_("Added: %(rule)s") % {"rule": sentence_of_rule(one, names)} for one in after if one not in before]
    went = [_("Removed: %(rule)s") % {"rule": sentence_of_rule(one, names)} for one in before if one not in after]
    return (*came, *went)


def sentence_of_caution(caution: Caution, names: RuleNames) -> str:
    """Return what is risky, and what to do, in the active language; raises KeyError for a key without words."""
    params = dict(caution.params)
    if "product" in params:
        params["title"] = names.product(int(str(params["product"])))
    sentence = _CAUTIONS[caution.key](params) % params
    shelf = params.get("shelf")
    if not isinstance(shelf, Shelf):
        return sentence
    return _("On “%(shelf)s”: %(said)s") % {"shelf": shelf_name(shelf), "said": sentence}


def _sentence(rule: Rule, names: RuleNames) -> str:
    match rule:
        case InStock():
            return _("Only products in stock")
        case Pin():
            return _("“%(title)s” pinned to slot %(place)d") % {
                "title": names.product(rule.product),
                "place": rule.place,
            }
        case Exclude():
            return _EXCLUSIONS[rule.by]() % {"name": _excluded(rule, names)}
        case Boost():
            return _PUSHES[rule.push]() % {"name": rule.vendor, "much": strength_word(rule.strength)}
        case Limit():
            return _limit(rule) % {"most": rule.most}
        case NotBought():
            return ngettext(
                "No products the shopper bought in the last %(days)d day, unless they’re due to be bought again",
                "No products the shopper bought in the last %(days)d days, unless they’re due to be bought again",
                rule.days,
            ) % {"days": rule.days}
        case Corridor():
            return _("Prices from %(low)d%% to %(high)d%% of the price of the product being viewed") % {
                "low": rule.low,
                "high": rule.high,
            }


def _excluded(rule: Exclude, names: RuleNames) -> str:
    if rule.by == Group.PRODUCT:
        return names.product(int(rule.name))
    return names.category(rule.name) if rule.by == Group.CATEGORY else rule.name


def _limit(rule: Limit) -> str:
    if rule.by == Group.VENDOR:
        return ngettext("At most %(most)d product per brand", "At most %(most)d products per brand", rule.most)
    return ngettext("At most %(most)d product per category", "At most %(most)d products per category", rule.most)


_EXCLUSIONS: Mapping[Group, Callable[[], str]] = {
    Group.PRODUCT: lambda: _("“%(name)s” excluded"),
    Group.CATEGORY: lambda: _("Category “%(name)s” excluded"),
    Group.VENDOR: lambda: _("Brand “%(name)s” excluded"),
}

_PUSHES: Mapping[Push, Callable[[], str]] = {
    Push.MARGIN: lambda: _("High-margin products %(much)s boosted"),
    Push.OVERSTOCK: lambda: _("Products with more than six months of stock %(much)s boosted"),
    Push.NEW: lambda: _("Products added in the last 30 days %(much)s boosted"),
    Push.VENDOR: lambda: _("Products from the brand “%(name)s” %(much)s boosted"),
}

_CAUTIONS: Mapping[str, Callable[[Mapping[str, object]], str]] = {
    "all_boosts": lambda _params: _(
        "With all four boosts active, they cancel each other out. Keep the one or two that matter most."
    ),
    "pool_empty": lambda _params: _("No products are left to show. Remove an exclusion."),
    "pool_small": lambda params: ngettext(
        "Only %(count)d product is left to show. Remove an exclusion.",
        "Only %(count)d products are left to show. Remove an exclusion.",
        int(str(params["count"])),
    ),
    "stock_empty": lambda _params: _("No products are in stock, so there’s nothing to show."),
    "stock_small": lambda params: ngettext(
        "Only %(count)d product is in stock, so there’s little to show.",
        "Only %(count)d products are in stock, so there’s little to show.",
        int(str(params["count"])),
    ),
    "corridor_narrow": lambda _params: _(
        "For %(percent)d%% of products, fewer than %(least)d others fall within this price range. Widen it."
    ),
    "pins_one_place": lambda _params: _(
        "Several products are pinned to slot %(place)d: one appears there and the others "
        "after it. Give each its own slot."
    ),
    "pin_gone": lambda _params: _("A pinned product is no longer in the catalogue. Remove the pin."),
    "pin_excluded": lambda _params: _(
        "“%(title)s” is both pinned and excluded, so it isn’t shown. Remove the pin or the exclusion."
    ),
    "pin_sold_out": lambda _params: _(
        "“%(title)s” is pinned but can’t be bought right now. Until it can, other products take its slot."
    ),
}
