"""What a comparison says in one sentence, or what to do while it says nothing; the hold-out and a test alike."""

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from shopconnect.core.clock import now
from shopconnect.experiments.types import LONGEST_WAIT_DAYS, START_PERCENT, Comparison, FigureName, Results
from shopconnect.ui.templatetags.show import change, share

WIDE = 0.2  # from one end of an interval to the other: beyond it, a difference of ten percent does not show


class Headline(NamedTuple):
    """What the results say, or what to do while they say nothing; the tone is good, bad, warning or none.

    `interval` is what is known so far in a sentence, where that is too wide to be told first; else "".
    """

    sentence: str
    tone: str = ""
    interval: str = ""


class Sentences(NamedTuple):
    """What can be said of a comparison, to be translated: revenue is `more`, `less` or neither, or nothing holds.

    `wide` is what to do where its interval is; "" while more days may narrow it.
    """

    unknown: str
    unsound: str
    more: str
    less: str
    same: str
    interval: str = gettext_noop("So far, the difference in revenue per visitor is between %(low)s and %(high)s.")
    wide: str = ""


OF_HOLD_OUT = Sentences(
    unknown=gettext_noop("It’s too early to say what suggestions bring in."),
    unsound=gettext_noop("The two groups don’t have the intended sizes, so no metric for this period is reliable."),
    more=gettext_noop(
        "A visitor with suggestions brings in %(middle)s more than one without, between %(low)s and %(high)s."
    ),
    less=gettext_noop(
        "A visitor with suggestions brings in %(middle)s less than one without, between %(low)s and %(high)s."
    ),
    same=gettext_noop("No difference in revenue yet: with suggestions, it’s between %(low)s and %(high)s per visitor."),
)
OF_TEST = Sentences(
    unknown=gettext_noop("It’s too early to say which variant brings in more."),
    unsound=gettext_noop("The two groups don’t have the intended sizes, so no metric of this test is reliable."),
    more=gettext_noop(
        "A visitor in variant B brings in %(middle)s more than one in variant A, between %(low)s and %(high)s."
    ),
    less=gettext_noop(
        "A visitor in variant B brings in %(middle)s less than one in variant A, between %(low)s and %(high)s."
    ),
    same=gettext_noop(
        "No difference in revenue yet: per visitor, variant B is between %(low)s and %(high)s of variant A."
    ),
)

OF_COMPLETED_TEST = OF_TEST._replace(
    unknown=gettext_noop("The test had too few buyers to say which variant brings in more."),
    same=gettext_noop(
        "No difference in revenue: per visitor, variant B was between %(low)s and %(high)s of variant A."
    ),
    interval=gettext_noop("The difference in revenue per visitor was between %(low)s and %(high)s."),
    wide=gettext_noop(
        "The test had too few visits to tell which variant brings in more. Go by clicks and your past orders."
    ),
)


def headline_of(results: Results | None, percent: int) -> Headline:
    """Return what the results say while `percent` of the visits are held out."""
    days = results.days.get((percent, 10), 0) if results else 0
    return _told(results.hold_out if results else None, OF_HOLD_OUT, days, percent)


def verdict_of(comparison: Comparison | None, days: int, *, is_live: bool = True) -> Headline:
    """Return what a test of half of the visits says; it shows a difference of ten percent in `days`, 0: unknown.

    One that is not live waits for a decision, and no more days will come.
    """
    return _told(comparison, OF_TEST if is_live else OF_COMPLETED_TEST, days, START_PERCENT)


def _told(found: Comparison | None, said: Sentences, days: int, percent: int) -> Headline:
    revenue = found.figure(FigureName.REVENUE) if found else None
    if found is None or revenue is None or revenue.low is None or revenue.high is None or revenue.middle is None:
        return Headline(_(said.unknown))
    if not found.is_sound:
        return Headline(_(said.unsound), "warning")
    if not found.has_weight:
        return Headline(_too_little_covered(found), "warning")
    words = {"middle": share(abs(revenue.middle)), "low": change(revenue.low), "high": change(revenue.high)}
    if revenue.low > 0:
        return Headline(_(said.more) % words, "good")
    if revenue.high < 0:
        return Headline(_(said.less) % words, "bad")
    if revenue.high - revenue.low > WIDE:
        advice = _(said.wide) if said.wide else _advice(days, found.since, percent)
        return Headline(advice, interval=_(said.interval) % words)
    return Headline(_(said.same) % words)


def _advice(days: int, since: datetime, percent: int) -> str:
    """Return what to do while nothing can be said that takes some days since a moment, 0 where nobody knows."""
    if days > LONGEST_WAIT_DAYS and percent < START_PERCENT:
        return _(
            "Too few visits for a clear result within a year. Start with half of the visits, or go by clicks and "
            "your past orders."
        )
    if days > LONGEST_WAIT_DAYS:
        return _("Too few visits for a clear result within a year. Go by clicks and your past orders.")
    more = days - (now() - since).days
    if more <= 0:
        return _("Too early to tell. For now, go by clicks and your past orders.")
    return ngettext(
        "Too early to tell: at the current number of visits, a difference of %(effect)s takes about %(shown)s more day "
        "to show. Until then, go by clicks and your past orders.",
        "Too early to tell: at the current number of visits, a difference of %(effect)s takes about %(shown)s more "
        "days to show. Until then, go by clicks and your past orders.",
        more,
    ) % {"effect": share(0.1), "shown": more}


def _too_little_covered(comparison: Comparison) -> str:
    """Return why nothing follows from a comparison: too few of the shop's orders are in it."""
    sentence = _(
        "Only %(covered)s of your orders can be matched to a visit compared here. That’s too "
        "few to draw a conclusion, so no test ends automatically and no shelf falls back to "
        "the simple rule."
    )
    return sentence % {"covered": share(comparison.orders_covered)}
