"""Reasons as sentences: each key has its words here, in English, and in French in the locale files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommender.products.data.engine.recency import EPOCH
from recommender.products.serving.engine.ranking import LIFTED, PINNED, Recommendation
from shopconnect.privacy.types import Reason
from shopconnect.ui.dates import date_format

MOST_REASONS, LEAST_ORDERS = 3, 2
OFTEN = 3  # times that somebody bought a thing
NAMED_KINDS = ("category", "vendor")


@dataclass(slots=True)
class ReasonContext:
    """The names that reasons tell: the product beside which a pick stands, the one viewed before it, and the place.

    `categories` is what the levels of the pick's category are called in the reader's language.
    """

    anchor: str = ""
    viewed: str = ""
    place: str = ""
    categories: Mapping[str, str] = field(default_factory=dict)


def reasons_of(item: Recommendation, context: ReasonContext) -> tuple[Reason, ...]:
    """Return why a product was picked, heaviest first, each with its part of the score.

    A part that no sentence can tell truthfully (a pair seen in one order) gives no reason, however much it weighs.
    """
    found = [
        *_from_the_shop(item),
        *_from_orders(item, context.anchor),
        *_from_sales(item, context.place),
        *_from_likeness(item, context),
        *_from_the_visit(item, context.viewed),
        *_from_what_was_bought(item),
        *_from_the_catalog(item),
    ]
    if not found:
        found = [_plainest(item, context.anchor)]
    return tuple(sorted(found, key=lambda reason: -reason.weight)[:MOST_REASONS])


def _plainest(item: Recommendation, anchor: str) -> Reason:
    """Return what can be said where no part says enough: that a product sells, or that nobody bought it yet."""
    if anchor and item.orders_with_anchor:
        return Reason(key="goes_with", weight=item.score, params={"title": anchor, "count": item.orders_with_anchor})
    if item.sold_ever:
        return Reason(key="popular", weight=item.score, params={"count": item.sold_ever})
    return Reason(key="explore", weight=item.score)


def reason_keys() -> list[str]:
    """Return the key of each reason that there are words for."""
    return sorted(_SENTENCES)


def sentence_of(reason: Reason, language: str, *, shows_counts: bool = True) -> str:
    """Return a reason in a language; raises KeyError without words.

    Where counts are not shown, it does not say on how many orders it rests.
    """
    numbers = tuple([(name, value) for name, value in reason.params.items() if isinstance(value, int)])
    return _words_of(reason.key, numbers, language, shows_counts) % reason.params


@lru_cache(maxsize=20_000)
def _words_of(key: str, numbers: tuple[tuple[str, int], ...], language: str, shows_counts: bool) -> str:
    """Return a sentence before names are put into it; looking it up costs more than all else that a reason costs."""
    words = _SENTENCES[key] if shows_counts else _UNCOUNTED.get(key, _SENTENCES[key])
    with translation.override(language):
        return words(dict(numbers))


def sentences_of(reasons: Sequence[Reason], language: str, *, shows_counts: bool = True) -> tuple[str, ...]:
    """Return reasons in a language, in their order."""
    return tuple([sentence_of(reason, language, shows_counts=shows_counts) for reason in reasons])


@lru_cache(maxsize=100)
def this_product(language: str) -> str:
    """Return what a reason calls the product beside which it stands."""
    with translation.override(language):
        return _("this product")


def _together(params: Mapping[str, object]) -> str:
    return ngettext(
        "Bought together with %(title)s in %(count)d order",
        "Bought together with %(title)s in %(count)d orders",
        int(str(params["count"])),
    )


def _trend(params: Mapping[str, object]) -> str:
    return ngettext(
        "In %(count)d order over the last 14 days",
        "In %(count)d orders over the last 14 days",
        int(str(params["count"])),
    )


def _week(params: Mapping[str, object]) -> str:
    return ngettext(
        "In %(count)d order over the last 7 days", "In %(count)d orders over the last 7 days", int(str(params["count"]))
    )


def _week_place(params: Mapping[str, object]) -> str:
    return ngettext(
        "In %(count)d order over the last 7 days: %(name)s",
        "In %(count)d orders over the last 7 days: %(name)s",
        int(str(params["count"])),
    )


def _popular(params: Mapping[str, object]) -> str:
    return ngettext("In %(count)d order so far", "In %(count)d orders so far", int(str(params["count"])))


def _due(params: Mapping[str, object]) -> str:
    return ngettext(
        "Usually bought again after %(days)d day", "Usually bought again after %(days)d days", int(str(params["days"]))
    )


def _bought_often(params: Mapping[str, object]) -> str:
    return ngettext(
        "You’ve bought this %(count)d time", "You’ve bought this %(count)d times", int(str(params["count"]))
    )


def _new(params: Mapping[str, object]) -> str:
    day = date_format(EPOCH + timedelta(days=int(str(params["day"]))), "DATE_FORMAT")
    return _("New since %(date)s").replace("%(date)s", day)


_SENTENCES: Mapping[str, Callable[[Mapping[str, object]], str]] = {
    "together": _together,
    "trend": _trend,
    "bought_before": lambda _params: _("You’ve bought this before"),
    "bought_often": _bought_often,
    "due": _due,
    "viewed": lambda _params: _("Because you viewed %(title)s"),
    "recent": lambda _params: _("You viewed it"),
    "week": _week,
    "week_place": _week_place,
    "new": _new,
    "sale": lambda _params: _("%(percent)d%% below its lowest price in the previous 30 days"),
    "explore": lambda _params: _("Shown to give products without sales a chance"),
    "popular": _popular,
    "pinned": lambda _params: _("Chosen by the shop"),
    "lifted": lambda _params: _("Boosted by the shop"),
    "alike": lambda _params: _("Popular with customers who chose %(title)s"),
    "like_you": lambda _params: _("Popular with customers who buy what you buy"),
    "similar": lambda _params: _("Similar to %(title)s"),
    "goes_with": lambda _params: _("Goes with %(title)s"),
    "same_category": lambda _params: _("Also in %(name)s"),
    "same_vendor": lambda _params: _("Also from %(name)s"),
    "same_word": lambda _params: _("Similar name"),
    "same_text": lambda _params: _("Similar description"),
    "same_tag": lambda _params: _("Same type of product"),
    "same_price": lambda _params: _("Similar price"),
}

# What takes the place of a sentence with a number of orders in a shop that shows none.
_UNCOUNTED: Mapping[str, Callable[[Mapping[str, object]], str]] = {
    "together": lambda _params: _("Bought together with %(title)s"),
    "trend": lambda _params: _("Bought in the last 14 days"),
    "week": lambda _params: _("Bought in the last 7 days"),
    "week_place": lambda _params: _("Bought in the last 7 days: %(name)s"),
    "popular": lambda _params: _("Previously bought in this shop"),
    "bought_often": lambda _params: _("You buy this often"),
}


def _from_the_shop(item: Recommendation) -> list[Reason]:
    """Tell what the merchant's rules did, for it is no shopper's taste."""
    return [Reason(key=name, weight=item.signals[name]) for name in (PINNED, LIFTED) if item.signals.get(name, 0) > 0]


def _from_orders(item: Recommendation, anchor_title: str) -> list[Reason]:
    weight = item.signals.get("together", 0)
    if weight <= 0 or item.orders_with_anchor < LEAST_ORDERS:
        return []
    return [Reason(key="together", weight=weight, params={"title": anchor_title, "count": item.orders_with_anchor})]


def _from_sales(item: Recommendation, place: str) -> list[Reason]:
    week = item.signals.get("week", 0.0) + item.signals.get("country", 0.0)
    if week > 0 and item.sold_this_week:
        key, params = ("week_place", {"name": place}) if place else ("week", {})
        return [Reason(key=key, weight=week, params={**params, "count": item.sold_this_week})]
    if item.signals.get("trend", 0) > 0 and item.sold_lately:
        return [Reason(key="trend", weight=item.signals["trend"], params={"count": item.sold_lately})]
    if item.signals.get("popular", 0) > 0 and item.sold_ever:
        return [Reason(key="popular", weight=item.signals["popular"], params={"count": item.sold_ever})]
    return []


def _from_the_visit(item: Recommendation, viewed: str) -> list[Reason]:
    found = [Reason(key="recent", weight=item.signals["recent"])] if "recent" in item.signals else []
    if viewed and item.signals.get("viewed", 0) > 0:
        found.append(Reason(key="viewed", weight=item.signals["viewed"], params={"title": viewed}))
    return found


def _from_what_was_bought(item: Recommendation) -> list[Reason]:
    found = []
    if item.signals.get("like", 0) > 0 and item.chosen_with_anchor:
        count = {"count": item.chosen_with_anchor}
        found.append(Reason(key="like_you", weight=item.signals["like"], params=count))
    if item.signals.get("again", 0) > 0:
        found.append(_bought_before(item.signals["again"], item.times_bought))
    if item.signals.get("due", 0) > 0 and item.usual_days:
        found.append(Reason(key="due", weight=item.signals["due"], params={"days": item.usual_days}))
    return found


def _bought_before(weight: float, times: int) -> Reason:
    if times < OFTEN:
        return Reason(key="bought_before", weight=weight)
    return Reason(key="bought_often", weight=weight, params={"count": times})


def _from_the_catalog(item: Recommendation) -> list[Reason]:
    """Tell what stands in the catalog: since when a product is there, and what it cost before."""
    found = []
    if "new" in item.signals:
        found.append(Reason(key="new", weight=item.signals["new"], params={"day": int(item.created_day)}))
    if "sale" in item.signals and item.percent_off:
        found.append(Reason(key="sale", weight=item.signals["sale"], params={"percent": item.percent_off}))
    if "explore" in item.signals:
        found.append(Reason(key="explore", weight=item.signals["explore"]))
    return found


def _from_likeness(item: Recommendation, context: ReasonContext) -> list[Reason]:
    """Split LightFM's part into the named features that both share, and what the same buyers' choices add."""
    weight = item.signals.get("similar", 0)
    if weight <= 0 or not context.anchor:
        return []
    if not item.is_related_item:  # near by all that is known of both, of which nobody can say what is whose
        return [Reason(key="similar", weight=weight, params={"title": context.anchor})]
    named: dict[tuple[str, str], float] = {}
    for name, share in item.shared:
        kind, _colon, value = name.partition(":")
        told = context.categories.get(value, value) if kind == "category" else value
        reason = (f"same_{kind}", told if kind in NAMED_KINDS else "")
        named[reason] = named.get(reason, 0.0) + share
    found = [Reason(key=key, weight=share, params={"name": value}) for (key, value), share in named.items()]
    rest = weight - sum(named.values())
    if rest > 0 and item.chosen_with_anchor:
        params = {"title": context.anchor, "count": item.chosen_with_anchor}
        found.append(Reason(key="alike", weight=rest, params=params))
    elif rest > 0 and not found:
        found.append(Reason(key="similar", weight=rest, params={"title": context.anchor}))
    return found
