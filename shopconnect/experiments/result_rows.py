"""What the page of results shows: sentences and intervals to draw, from what the experiments know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from shopconnect.core.money import Money
from shopconnect.experiments.kinds import shelf_title
from shopconnect.experiments.results import ExcludedCounts
from shopconnect.experiments.types import LEAST_BUYERS, LONGEST_WAIT_DAYS, Figure, FigureName, Results, ShelfTally
from shopconnect.experiments.words.headlines import Headline, headline_of
from shopconnect.ui.templatetags.show import change, share
from shopconnect.widgets.types import NonShopper

WIDTH, LEAST, MOST = 100.0, 0.05, 1.0  # of a drawing, and the least and most change at its ends
OF_MONEY = {FigureName.REVENUE, FigureName.NET, FigureName.ORDER, FigureName.MARGIN, FigureName.PAGES}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """One figure as it is read: its title, both values, what it says, how much it covers, and where it is drawn."""

    title: str
    value: str
    base: str
    finding: str
    covered: str
    tone: str
    is_known: bool
    left: float
    width: float
    scale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnedSummary:
    """What suggestions earned, for the home page: in short ("" while not known), and the headline of the results.

    `missing` is how many buyers the smaller group still lacks before anything can be said.
    """

    has_begun: bool
    missing: int
    short: str
    headline: Headline


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfRow:
    """How often a shelf was asked for, and which shares of that were empty, failed, or were followed."""

    title: str
    requests: int
    empty: str
    failed: str
    clicks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UseSummary:
    """What came of all shelves together: how often they were asked for, and which shares were followed and empty."""

    requests: int
    clicks: str
    empty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedRow:
    """What counts in no figure: what it is, how much of it there was, and which share of all of its kind."""

    title: str
    count: int
    share: str


def rows_of(figures: Sequence[Figure], currency: str) -> list[FigureRow]:
    """Return figures as rows; intervals are drawn on one scale, around the middle, where both arms are alike."""
    bounds = [abs(bound) for figure in figures for bound in (figure.low, figure.high) if bound is not None]
    scale = max(LEAST, min(max(bounds, default=0.0), MOST))
    return [_row(figure, currency, scale) for figure in figures]


def _row(figure: Figure, currency: str, scale: float) -> FigureRow:
    low, high = figure.low or 0.0, figure.high or 0.0
    left, right = (WIDTH / 2 * (1 + max(min(one / scale, 1), -1)) for one in (low, high))
    return FigureRow(
        title=title_of(figure.name),
        value=_written(figure, figure.value, currency),
        base=_written(figure, figure.base, currency),
        finding=finding_of(figure),
        covered=share(figure.covered),
        tone="good" if low > 0 else "bad" if high < 0 else "",
        is_known=figure.is_known,
        left=left,
        width=max(right - left, 0.5),
        scale=share(scale),
    )


def title_of(name: FigureName) -> str:
    """Return what a figure is called."""
    return {
        FigureName.REVENUE: _("Revenue per visitor"),
        FigureName.NET: _("Revenue per visitor, net of refunds"),
        FigureName.CONVERSION: _("Visits with an order"),
        FigureName.ORDER: _("Average order value, net of refunds"),
        FigureName.UNITS: _("Units per order"),
        FigureName.MARGIN: _("Margin per order"),
        FigureName.REPEAT: _("Buyers who order again within 60 days"),
        FigureName.PAGES: _("Revenue per day, projected to all pages"),
    }[name]


def finding_of(figure: Figure) -> str:
    """Return what a figure says in a sentence."""
    if figure.low is None or figure.high is None or figure.middle is None:
        return _("Not known yet")
    bounds = {"low": change(figure.low), "high": change(figure.high), "middle": change(figure.middle)}
    if figure.low <= 0 <= figure.high:
        return _("No difference yet: %(low)s to %(high)s") % bounds
    return _("%(middle)s, between %(low)s and %(high)s") % bounds


def is_known(results: Results | None) -> bool:
    """Say whether the deciding figure has an interval that holds, and something follows from it."""
    return results is not None and results.hold_out is not None and results.hold_out.is_known


def earned_of(results: Results | None, percent: int, buyers: tuple[int, int] | None) -> EarnedSummary:
    """Return what the home page says of it: an amount only where it surely is above nought or below.

    `percent` of the visits are held out; `buyers` are those of both groups, None where no comparison runs.
    """
    headline = headline_of(results, percent)
    found = results.hold_out if results else None
    revenue = found.figure(FigureName.REVENUE) if found else None
    middle = revenue.middle if revenue and headline.tone in ("good", "bad") else None
    short = "" if middle is None else _("%(middle)s revenue per visitor") % {"middle": change(middle)}
    missing = max(0, LEAST_BUYERS - min(buyers)) if buyers else 0
    return EarnedSummary(has_begun=found is not None, missing=missing, short=short, headline=headline)


def shelf_rows(tallies: Iterable[ShelfTally]) -> list[ShelfRow]:
    """Return what was counted of each shelf, the hold-out left out: it is empty on purpose."""
    sums: dict[str, list[int]] = {}
    for one in tallies:
        held = sums.setdefault(one.shelf, [0] * 5)
        is_shown = one.arm not in ("H", "h")
        has_consent = one.arm in ("A", "B")
        counts = (one.requests, one.empties, one.errors, one.clicks, one.requests * has_consent)
        for place, count in enumerate(counts):
            held[place] += count * is_shown
    return [
        ShelfRow(
            title=shelf_title(shelf),
            requests=requests,
            empty=share(empty / requests),
            failed=share(failed / requests),
            clicks=share(clicks / known) if known else "–",
        )
        for shelf, (requests, empty, failed, clicks, known) in sums.items()
        if requests
    ]


def use_of(tallies: Iterable[ShelfTally]) -> UseSummary | None:
    """Return what came of all shelves together, None where none was asked for by who sees them."""
    shown = [one for one in tallies if one.arm not in ("H", "h")]
    requests, known = (sum(one.requests for one in shown if one.arm in arms) for arms in ("AaBb", "AB"))
    if not requests:
        return None
    clicks, empty = sum(one.clicks for one in shown), sum(one.empties for one in shown)
    return UseSummary(requests=requests, clicks=share(clicks / known) if known else "–", empty=share(empty / requests))


def excluded_rows(excluded: ExcludedCounts) -> list[ExcludedRow]:
    """Return what counts in no figure and why, where there was any."""
    requests = {
        NonShopper.ROBOT: _("Suggestions requested by bots and monitoring tools"),
        NonShopper.STAFF: _("Suggestions requested by your team"),
        NonShopper.PREVIEW: _("Suggestions requested in previews"),
    }
    orders = {
        "test": _("Test orders"),
        "cancelled": _("Cancelled orders"),
        "draft": _("Draft orders"),
        "till": _("Point-of-sale orders"),
    }
    counts = [(title, excluded.non_shopper.get(why, 0), excluded.requests) for why, title in requests.items()]
    counts += [(title, excluded.orders[why], excluded.placed) for why, title in orders.items()]
    events = excluded.lost_events + excluded.events
    counts.append((_("Shopper events lost because too many arrived at once"), excluded.lost_events, events))
    return [ExcludedRow(title=title, count=count, share=share(count / of)) for title, count, of in counts if count]


def wait_of(days: int) -> str:
    """Return how long it takes until a difference is seen, in words."""
    if days > LONGEST_WAIT_DAYS:
        return _("more than a year")
    return ngettext("%(shown)s day", "%(shown)s days", days) % {"shown": days}


def _written(figure: Figure, number: float | None, currency: str) -> str:
    if number is None:
        return "–"
    if figure.name in OF_MONEY:
        amount = Decimal(number).quantize(Decimal("0.01"))
        return Money(amount=amount, currency=currency).written(get_language() or "en")
    if figure.name == FigureName.UNITS:
        return str(number_format(number, decimal_pos=2))
    return share(number)
