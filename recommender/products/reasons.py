"""Reasons as sentences: each key has its words here, in English, and in French in the locale files."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommender.products.engine.serving import Pick
from shopconnect.privacy.types import Reason

MOST_REASONS, LEAST_ORDERS = 3, 2
NAMED_KINDS = ("category", "vendor")


def reasons_of(pick: Pick, anchor_title: str) -> tuple[Reason, ...]:
    """Return why a product was picked, heaviest first, each with its part of the score.

    A part that no sentence can tell truthfully (a pair seen in one order) gives no reason, however much it weighs.
    """
    found = [*_from_orders(pick, anchor_title), *_from_sales(pick), *_from_likeness(pick, anchor_title)]
    if pick.signals.get("again", 0) > 0:
        found.append(Reason(key="bought_before", weight=pick.signals["again"]))
    if not found:
        found = [
            Reason(key="goes_with" if anchor_title else "popular", weight=pick.score, params={"title": anchor_title})
        ]
    return tuple(sorted(found, key=lambda reason: -reason.weight)[:MOST_REASONS])


def sentence_of(reason: Reason) -> str:
    """Return a reason in the active language; raises KeyError for a key that has no words."""
    return _SENTENCES[reason.key](reason.params) % reason.params


def sentences_of(reasons: Sequence[Reason]) -> tuple[str, ...]:
    """Return reasons in the active language, in their order."""
    return tuple(sentence_of(reason) for reason in reasons)


def _together(params: Mapping[str, object]) -> str:
    return ngettext(
        "Bought together with %(title)s in %(count)d order",
        "Bought together with %(title)s in %(count)d orders",
        int(str(params["count"])),
    )


def _trend(params: Mapping[str, object]) -> str:
    return ngettext(
        "In %(count)d order of the last 14 days",
        "In %(count)d orders of the last 14 days",
        int(str(params["count"])),
    )


_SENTENCES: Mapping[str, Callable[[Mapping[str, object]], str]] = {
    "together": _together,
    "trend": _trend,
    "bought_before": lambda _params: _("You bought it before"),
    "popular": lambda _params: _("Often bought in this shop"),
    "alike": lambda _params: _("Chosen by the same customers as %(title)s"),
    "like_you": lambda _params: _("Chosen by customers who buy what you buy"),
    "goes_with": lambda _params: _("Goes with %(title)s"),
    "same_category": lambda _params: _("Also in %(name)s"),
    "same_vendor": lambda _params: _("Also from %(name)s"),
    "same_word": lambda _params: _("Has a similar name"),
    "same_price": lambda _params: _("In the same price range"),
}


def _from_orders(pick: Pick, anchor_title: str) -> list[Reason]:
    weight = pick.signals.get("together", 0)
    if weight <= 0 or pick.orders_with_anchor < LEAST_ORDERS:
        return []
    return [Reason(key="together", weight=weight, params={"title": anchor_title, "count": pick.orders_with_anchor})]


def _from_sales(pick: Pick) -> list[Reason]:
    if pick.signals.get("popular", -1) >= 0:
        return [Reason(key="popular", weight=pick.signals["popular"])]
    if pick.signals.get("trend", 0) <= 0 or not pick.sold_lately:
        return []
    return [Reason(key="trend", weight=pick.signals["trend"], params={"count": pick.sold_lately})]


def _from_likeness(pick: Pick, anchor_title: str) -> list[Reason]:
    """Split LightFM's part into the named features that both share, and what the same buyers' choices add."""
    weight = pick.signals.get("similar", 0)
    if weight <= 0:
        return []
    if not anchor_title:
        return [Reason(key="like_you", weight=weight)]
    named: dict[tuple[str, str], float] = {}
    for name, share in pick.shared:
        kind, _colon, value = name.partition(":")
        told = (f"same_{kind}", value if kind in NAMED_KINDS else "")
        named[told] = named.get(told, 0.0) + share
    found = [Reason(key=key, weight=share, params={"name": value}) for (key, value), share in named.items()]
    rest = weight - sum(named.values())
    if rest > 0:
        found.append(Reason(key="alike", weight=rest, params={"title": anchor_title}))
    return found
