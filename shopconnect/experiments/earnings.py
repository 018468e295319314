"""What each arm earned: sums of visitors and of orders become figures with intervals. Run in a shop's scope."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, inf, sqrt
from zoneinfo import ZoneInfo

from shopconnect.core.clock import now, today
from shopconnect.experiments.engine.duration import units_needed
from shopconnect.experiments.engine.intervals import Estimate, lift, ratio
from shopconnect.experiments.engine.soundness import sample_ratio
from shopconnect.experiments.engine.sums import UnitSums, estimates_of
from shopconnect.experiments.history.arms import ArmSums, Contrast, arms_of
from shopconnect.experiments.history.days import ComparisonHistory, history_of
from shopconnect.experiments.history.returns import Returns
from shopconnect.experiments.purchases import ConfirmedPurchase, courses_of_visitors, purchases_of_visitors
from shopconnect.experiments.selectors import config_of_shop, first_counted_day, summed_tallies
from shopconnect.experiments.services import hold_out_percent, is_b, is_held_out
from shopconnect.experiments.types import (
    LEAST_BUYERS,
    START_PERCENT,
    Comparison,
    ExperimentConfig,
    ExperimentSummary,
    Figure,
    FigureName,
    Results,
)
from shopconnect.orders.selectors import armed_orders, count_chosen
from shopconnect.orders.types import ArmedOrder
from shopconnect.shops.selectors import shop_profile

BEFORE, REPEAT_WITHIN = timedelta(days=28), timedelta(days=60)
LEAST_DAYS, UNSOUND_AT = 14, 0.001
EFFECTS = (5, 10)  # percent
Purchases = Sequence[ConfirmedPurchase]


@dataclass(frozen=True, slots=True)
class WeighedContrast:
    """How two arms compare, how that came day by day, and after how long the visitors of each came back."""

    comparison: Comparison
    history: ComparisonHistory
    returns: list[Returns]


@dataclass(frozen=True, slots=True)
class Weighing:
    """What the arms of a shop earned until now, and the days of what was compared."""

    results: Results
    hold_out: WeighedContrast | None
    experiment: WeighedContrast | None


def work_out(config: ExperimentConfig | None = None) -> Weighing:
    """Work out what the arms of the shop in scope earned until now."""
    config, currency = config or config_of_shop(), shop_profile().currency
    since, percent = _since(config), hold_out_percent(config)
    counts = summed_tallies(since.date(), "arm") if since else {}
    requests = {arm: tally.requests - tally.excess for (arm,), tally in counts.items()}
    # Capital letters are of visitors, small ones of pages without consent, of which the arms' comparison says nothing.
    covered = sum(requests.get(arm, 0) for arm in "ABH") / (sum(requests.values()) or 1)
    hold_out = experiment = pages = None
    if since and percent:
        hold_out = _weigh(_hold_out_contrast(config, percent, since), currency)
        pages = _of_pages(armed_orders(since, currency), since, percent)
    if config.experiment is not None and config.experiment.is_live(now()):
        experiment = _weigh(_experiment_contrast(config, config.experiment), currency)
    results = Results(
        made_at=now(),
        currency=currency,
        covered=covered,
        hold_out=hold_out.comparison if hold_out else None,
        experiment=experiment.comparison if experiment else None,
        pages=pages,
        days=_days_needed(currency, percent),
    )
    return Weighing(results, hold_out, experiment)


def _since(config: ExperimentConfig) -> datetime | None:
    """Return from when the hold-out's share held; the share that a shop begins with, from the first day counted."""
    if config.hold_out is not None and config.hold_out.is_live(now()):
        return config.hold_out.started_at
    if config.hold_out is not None:
        return config.hold_out.ends_at
    first = first_counted_day()
    return datetime.fromisoformat(f"{first.isoformat()}T00:00:00+00:00") if first else None


def _held_out_by(config: ExperimentConfig, percent: int) -> Callable[[str], str]:
    return lambda visitor: "H" if is_held_out(config, visitor, percent) else "A"


def _hold_out_contrast(config: ExperimentConfig, percent: int, since: datetime) -> Contrast:
    return Contrast(
        arm="A",
        base="H",
        since=since,
        shares=(100 - percent, percent),
        has_past=_is_untreated_before(since),
        letter=_held_out_by(config, percent),
    )


def _experiment_contrast(config: ExperimentConfig, experiment: ExperimentSummary) -> Contrast:
    held_out = _held_out_by(config, hold_out_percent(config))

    def letter(visitor: str) -> str:
        return "" if held_out(visitor) == "H" else "B" if is_b(config, experiment, visitor) else "A"

    return Contrast(
        arm="B",
        base="A",
        since=experiment.started_at,
        shares=(experiment.percent, 100 - experiment.percent),
        has_past=True,  # before it, both arms were shown the same
        letter=letter,
    )


def _is_untreated_before(since: datetime) -> bool:
    """Say whether nobody was held out before a moment: what the arms spent while they differed is an outcome."""
    first = first_counted_day()
    return first is None or first >= since.date()


def _weigh(contrast: Contrast, currency: str) -> WeighedContrast:
    since, timezone = contrast.since, shop_profile().timezone
    first = since.astimezone(ZoneInfo(timezone)).date()
    courses = courses_of_visitors(since, purchases_of_visitors(since - BEFORE, currency), timezone)
    arms = arms_of(contrast, courses, first)
    history = history_of(arms, first, today(timezone))
    return WeighedContrast(_compare(contrast, arms, currency), history, [arm.returns.written() for arm in arms])


def _compare(contrast: Contrast, arms: tuple[ArmSums, ArmSums], currency: str) -> Comparison:
    treated, control = arms
    orders = sum(len(arm.bought) for arm in arms)
    covered = min(1.0, orders / max(count_chosen(contrast.since, currency), 1))
    return Comparison(
        arm=contrast.arm,
        base=contrast.base,
        since=contrast.since,
        visits=round(treated.conversion.y),
        base_visits=round(control.conversion.y),
        is_sound=sample_ratio([treated.visitors, control.visitors], contrast.shares) >= UNSOUND_AT,
        orders_covered=covered,
        figures=(*_of_visitors(arms, covered), *_of_orders([_by_time(arm.bought) for arm in arms], covered)),
    )


def _of_visitors(arms: Sequence[ArmSums], covered: float) -> list[Figure]:
    """Return the figures of visitors; each counts once, for how often they come is an outcome too."""
    enough = min(arm.buyers for arm in arms) >= LEAST_BUYERS
    sums = {
        FigureName.REVENUE: [arm.revenue.whole() for arm in arms],
        FigureName.NET: [arm.net for arm in arms],
        FigureName.CONVERSION: [arm.conversion for arm in arms],
    }
    return [_figure(name, estimates_of(of), covered, enough) for name, of in sums.items()]


def _by_time(purchases: Purchases) -> Purchases:
    return sorted(purchases, key=lambda one: (one.order.placed_at, one.order.external_id))


def _of_orders(purchases: Sequence[Purchases], covered: float) -> list[Figure]:
    """Return the figures of orders, buyer by buyer; refunds are deducted."""
    arms = [_by_buyer(one) for one in purchases]
    enough = min(map(len, arms)) >= LEAST_BUYERS
    costs = [row.order.known_cost for one in purchases for row in one]
    shares = {FigureName.ORDER: 1.0, FigureName.UNITS: 1.0, FigureName.MARGIN: sum(costs) / (len(costs) or 1)}
    figures = []
    for column, (name, share) in enumerate(shares.items(), start=1):
        if share:
            estimates = [ratio([row[column] for row in arm], [row[0] for row in arm]) for arm in arms]
            figures.append(_figure(name, estimates, covered * share, enough))
    repeats = [_repeats(one) for one in purchases]
    enough = min(map(len, repeats)) >= LEAST_BUYERS
    figures.append(_figure(FigureName.REPEAT, [ratio(one, [1.0] * len(one)) for one in repeats], covered, enough))
    return figures


def _by_buyer(purchases: Purchases) -> list[list[float]]:
    """Return orders, their value, units and margin by buyer; a guest without an address is one by themselves."""
    sums: dict[object, list[float]] = {}
    for place, purchase in enumerate(purchases):
        row = purchase.order
        # Refunds make no order of their own here: totals come with them deducted.
        held = sums.setdefault(row.buyer or place, [0.0] * 4)
        for column, amount in enumerate((1.0, row.total, row.units, row.margin)):
            held[column] += amount
    return list(sums.values())


def _repeats(purchases: Purchases) -> list[float]:
    """Return 1 for each buyer of at least REPEAT_WITHIN ago who ordered again within it, else 0."""
    first: dict[str, datetime] = {}
    again: dict[str, float] = {}
    for row in (one.order for one in purchases):
        if row.buyer is None:
            continue
        if row.buyer in first:
            again[row.buyer] = max(again[row.buyer], float(row.placed_at - first[row.buyer] <= REPEAT_WITHIN))
        elif row.placed_at <= now() - REPEAT_WITHIN:
            first[row.buyer], again[row.buyer] = row.placed_at, 0.0
    return list(again.values())


def _of_pages(orders: Sequence[ArmedOrder], since: datetime, percent: int) -> Figure | None:
    """Return revenue a day of pages without an id, scaled from an arm's share to all pages; None where there are none.

    By the share of pages that each arm has by the lot of page and day, and not by how often they were asked for, which
    anybody may do at will: only orders that the platform confirmed move the figure.
    """
    days = sorted({day for day, arm in summed_tallies(since.date(), "day", "arm") if arm in "ah"})
    sums: dict[tuple[str, str], float] = {}
    for row in orders:
        key = (row.placed_at.date().isoformat(), row.arm)
        sums[key] = sums.get(key, 0.0) + row.total
    if not days:
        return None
    found = []
    # Units are days and not pages: what happens on one day goes together.
    for arms, share in (("ab", 100 - percent), ("h", percent)):
        bought = [sum(sums.get((day, arm), 0.0) for arm in arms) for day in days]
        found.append(ratio(bought, [share / 100] * len(days)))
    of_pages = sum(row.arm in "abh" for row in orders)
    covered = min(1.0, of_pages / max(count_chosen(since, shop_profile().currency), 1))
    return _figure(FigureName.PAGES, found, covered, len(days) >= LEAST_DAYS)


def _figure(name: FigureName, estimates: Sequence[Estimate], covered: float, enough: bool) -> Figure:
    treated, control = estimates
    found = lift(treated, control)
    known = enough and found.high < inf
    return Figure(
        name=name,
        value=treated.value if treated.units else None,
        base=control.value if control.units else None,
        covered=covered,
        low=found.low if known else None,
        middle=found.middle if known else None,
        high=found.high if known else None,
    )


def _days_needed(currency: str, percent: int) -> dict[tuple[int, int], int]:
    """Return in how many days an effect is seen, by (share held out, effect), from the visitors of the last four weeks.

    Their spread is that of whole visitors: who comes again buys again, and visits are no independent draws.
    """
    since, sums = now() - BEFORE, UnitSums()
    for course in courses_of_visitors(since, purchases_of_visitors(since, currency), shop_profile().timezone):
        sums.add(course.spent)
    [spent] = estimates_of([sums])
    spread = spent.error * sqrt(spent.units) / spent.value if spent.value else 0.0
    return {
        (share, effect): ceil(units_needed(spread, share / 100, effect / 100) * BEFORE.days / max(sums.units, 1))
        for share in sorted({percent, START_PERCENT} - {0})
        for effect in EFFECTS
    }
