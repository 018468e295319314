"""What the page of results shows: sentences and intervals to draw, from what the trials know."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shopconnect.core.money import Money
from shopconnect.dashboard.templatetags.show import change, share
from shopconnect.experiments.types import Comparison, Figure, FigureName, Results, ShelfTally

WIDTH, MOST = 100.0, 1.0  # of a drawing, and the change (100 %) at its ends where intervals are wide
OF_MONEY = {FigureName.REVENUE, FigureName.NET, FigureName.ORDER, FigureName.MARGIN, FigureName.PAGES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfRow:
    """How often a shelf was asked for, and which shares of that were empty, failed, or were followed."""

    title: str
    requests: int
    empty: str
    failed: str
    clicks: str


def rows_of(found: Comparison, currency: str) -> list[Row]:
    """Return the figures of a comparison as rows."""
    return [row_of(figure, currency) for figure in found.figures]


def row_of(figure: Figure, currency: str) -> Row:
    """Return one figure as a row; the interval is drawn around the middle, where both arms are alike."""
    low, high = figure.low or 0.0, figure.high or 0.0
    whole = max(abs(low), min(abs(high), MOST), 0.05)
    left, right = (WIDTH / 2 * (1 + max(min(one / whole, 1), -1)) for one in (low, high))
    return Row(
        title=title_of(figure.name), value=_written(figure, figure.value, currency),
        base=_written(figure, figure.base, currency), finding=finding_of(figure), covered=share(figure.covered),
        tone="good" if low > 0 else "bad" if high < 0 else "", is_known=figure.is_known, left=left,
        width=max(right - left, 0.5),
    )  # fmt: skip


def title_of(name: FigureName) -> str:
    """Return what a figure is called."""
    return {
        FigureName.REVENUE: _("Revenue per visit"),
        FigureName.NET: _("Revenue per visit, refunds deducted"),
        FigureName.CONVERSION: _("Visits that end in an order"),
        FigureName.ORDER: _("Value of an order, refunds deducted"),
        FigureName.UNITS: _("Units in an order"),
        FigureName.MARGIN: _("Margin of an order"),
        FigureName.REPEAT: _("Buyers who order again within 60 days"),
        FigureName.PAGES: _("Revenue per row of suggestions asked for"),
    }[name]


def finding_of(figure: Figure) -> str:
    """Return what a figure says in a sentence."""
    if figure.low is None or figure.high is None or figure.middle is None:
        return _("Not yet known")
    bounds = {"low": change(figure.low), "high": change(figure.high), "middle": change(figure.middle)}
    if figure.low <= 0 <= figure.high:
        return _("No difference can be seen yet: between %(low)s and %(high)s") % bounds
    return _("%(middle)s, between %(low)s and %(high)s") % bounds


def headline_of(results: Results | None) -> tuple[str, str]:
    """Return what the results say in one sentence, and its tone: good, bad, warning or none."""
    found = results.hold_out if results else None
    revenue = found.figure(FigureName.REVENUE) if found else None
    if found is None or revenue is None or revenue.low is None or revenue.high is None or revenue.middle is None:
        return _("It is not yet known what suggestions bring in."), ""
    if not found.is_sound:
        return _("The groups did not come out as meant, so no figure of this period holds."), "warning"
    words = {"middle": share(abs(revenue.middle)), "low": change(revenue.low), "high": change(revenue.high)}
    if revenue.low > 0:
        said = _("A visit with suggestions brings in %(middle)s more than one without, between %(low)s and %(high)s.")
        return said % words, "good"
    if revenue.high < 0:
        said = _("A visit with suggestions brings in %(middle)s less than one without, between %(low)s and %(high)s.")
        return said % words, "bad"
    said = _("No difference in revenue can be seen yet: with suggestions it is between %(low)s and %(high)s a visit.")
    return said % words, ""


def shelf_title(shelf: str) -> str:
    """Return what a row of suggestions is called."""
    return {
        "beside": _("Beside a product"), "similar": _("Similar"), "together": _("Bought together"),
        "cart": _("Completes the cart"), "for-you": _("For you"), "viewed": _("Because you viewed"),
        "again": _("Buy again"), "recent": _("Recently viewed"), "trending": _("Trending"), "new": _("New"),
        "sale": _("On sale"), "": _("Every row"),
    }.get(shelf, shelf)  # fmt: skip


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
            title=shelf_title(shelf), requests=asked, empty=share(empty / asked), failed=share(failed / asked),
            clicks=share(clicks / known) if known else "–",
        )
        for shelf, (asked, empty, failed, clicks, known) in sums.items()
        if asked
    ]  # fmt: skip


def _written(figure: Figure, number: float, currency: str) -> str:
    if figure.name in OF_MONEY:
        amount = Decimal(number).quantize(Decimal("0.01"))
        return Money(amount=amount, currency=currency).written(get_language() or "en")
    if figure.name == FigureName.UNITS:
        return str(number_format(number, decimal_pos=2))
    return share(number)
