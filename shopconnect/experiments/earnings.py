"""What each arm earned: sums of visitors and of orders become figures with intervals. Run in a shop's scope."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import ceil, inf, sqrt

from shopconnect.core.clock import now
from shopconnect.experiments.engine.duration import units_needed
from shopconnect.experiments.engine.intervals import Estimate, adjusted_ratios, lift, ratio
from shopconnect.experiments.engine.soundness import sample_ratio
from shopconnect.experiments.purchases import (
    ConfirmedPurchase,
    VisitorSums,
    iter_since,
    purchases_of_visitors,
    sums_of_visitors,
)
from shopconnect.experiments.selectors import config_of_shop, first_counted_day, summed_tallies
from shopconnect.experiments.services import hold_out_percent, is_b, is_held_out
from shopconnect.experiments.types import (
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
LEAST_BUYERS, LEAST_DAYS, UNSOUND_AT = 50, 14, 0.001  # in each arm, below which nothing is said
EFFECTS = (5, 10)  # percent
Purchases = Sequence[ConfirmedPurchase]
Visitors = Sequence[VisitorSums]


def work_out(config: ExperimentConfig | None = None) -> Results:
    """Return what the arms of the shop in scope earned until now."""
    config, currency = config or config_of_shop(), shop_profile().currency
    since, percent = _since(config), hold_out_percent(config)
    counts = summed_tallies(since.date(), "arm") if since else {}
    requests = {arm: tally.requests for (arm,), tally in counts.items()}
    # Capital letters are of visitors, small ones of pages without consent, of which the arms' comparison says nothing.
    covered = sum(requests.get(arm, 0) for arm in "ABH") / (sum(requests.values()) or 1)
    hold_out = experiment = pages = None
    if since and percent:
        letter, shares = _held_out_by(config, percent), (100 - percent, percent)
        hold_out = _compare("A", "H", since, currency, letter, shares, is_untreated_before(since))
        pages = _of_pages(armed_orders(since, currency), since)
    if config.experiment is not None and config.experiment.is_live(now()):
        experiment = _of_experiment(config, config.experiment, currency)
    return Results(
        made_at=now(),
        currency=currency,
        covered=covered,
        hold_out=hold_out,
        experiment=experiment,
        pages=pages,
        days=_days_needed(currency, percent),
    )


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


def _of_experiment(config: ExperimentConfig, experiment: ExperimentSummary, currency: str) -> Comparison:
    held_out = _held_out_by(config, hold_out_percent(config))

    def letter(visitor: str) -> str:
        return "" if held_out(visitor) == "H" else "B" if is_b(config, experiment, visitor) else "A"

    return _compare(
        "B",
        "A",
        experiment.started_at,
        currency,
        letter,
        (experiment.percent, 100 - experiment.percent),
        has_past=True,  # before it, both arms were shown the same
    )


def is_untreated_before(since: datetime) -> bool:
    """Say whether nobody was held out before a moment: what the arms spent while they differed is an outcome."""
    first = first_counted_day()
    return first is None or first >= since.date()


def _compare(
    arm: str,
    base: str,
    since: datetime,
    currency: str,
    letter: Callable[[str], str],
    shares: tuple[int, int],
    has_past: bool,
) -> Comparison:
    purchases = purchases_of_visitors(since - BEFORE, currency)
    rows = sums_of_visitors(since, purchases, shop_profile().timezone)
    # By the hash again and not by what a browser or an order says of itself: a claim moves no figure.
    letters = {row.visitor: letter(row.visitor) for row in rows}
    visitors = tuple([row for row in rows if letters[row.visitor] == one] for one in (arm, base))
    bought = list(iter_since(purchases, since))
    by_arm = tuple([one for one in bought if letters.get(one.visitor) == of] for of in (arm, base))
    covered = min(1.0, sum(map(len, by_arm)) / max(count_chosen(since, currency), 1))
    treated, control = visitors
    return Comparison(
        arm=arm,
        base=base,
        since=since,
        visits=sum(row.visits for row in treated),
        base_visits=sum(row.visits for row in control),
        is_sound=sample_ratio([len(treated), len(control)], shares) >= UNSOUND_AT,
        orders_covered=covered,
        figures=(*_of_visitors(visitors, covered, has_past), *_of_orders(by_arm, covered)),
    )


def _of_visitors(arms: Sequence[Visitors], covered: float, has_past: bool) -> list[Figure]:
    """Return the figures of visitors; each counts once, for how often they come is an outcome too."""
    enough = min(sum(row.buying_visits > 0 for row in arm) for arm in arms) >= LEAST_BUYERS
    visits = [[row.visits for row in arm] for arm in arms]
    spent = [([row.spent for row in arm], [1.0] * len(arm)) for arm in arms]
    net = [([row.net for row in arm], [1.0] * len(arm)) for arm in arms]
    before = [[row.spent_before if has_past else 0.0 for row in arm] for arm in arms]
    buying = [[row.buying_visits for row in arm] for arm in arms]
    return [
        _figure(FigureName.REVENUE, adjusted_ratios(spent, before), covered, enough),
        _figure(FigureName.NET, [ratio(*one) for one in net], covered, enough),
        _figure(FigureName.CONVERSION, [ratio(*one) for one in zip(buying, visits)], covered, enough),
    ]


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


def _of_pages(orders: Sequence[ArmedOrder], since: datetime) -> Figure | None:
    """Return revenue by shelf asked for, of pages and days without an id, day by day; None where there are none."""
    requests = summed_tallies(since.date(), "day", "arm")
    sums: dict[tuple[str, str], float] = {}
    for row in orders:
        key = (row.placed_at.date().isoformat(), row.arm)
        sums[key] = sums.get(key, 0.0) + row.total
    days = sorted({day for day, arm in requests if arm in "ah"})
    if not days:
        return None
    found = []
    # Units are days and not pages: what happens on one day goes together.
    for treated in (("a", "b"), ("h",)):
        bought = [sum(sums.get((day, arm), 0.0) for arm in treated) for day in days]
        requests_by_day = [
            sum(requests[day, arm].requests for arm in treated if (day, arm) in requests) for day in days
        ]
        found.append(ratio(bought, requests_by_day))
    share = sum(tally.requests for (_, arm), tally in requests.items() if arm in "abh")
    whole = sum(tally.requests for tally in requests.values()) or 1
    return _figure(FigureName.PAGES, found, share / whole, len(days) >= LEAST_DAYS)


def _figure(name: FigureName, estimates: Sequence[Estimate], covered: float, enough: bool) -> Figure:
    treated, control = estimates
    found = lift(treated, control)
    known = enough and found.high < inf
    return Figure(
        name=name,
        value=treated.value,
        base=control.value,
        covered=covered,
        low=found.low if known else None,
        middle=found.middle if known else None,
        high=found.high if known else None,
    )


def _days_needed(currency: str, percent: int) -> dict[tuple[int, int], int]:
    """Return in how many days an effect is seen, by (share held out, effect), from the visitors of the last four weeks.

    Their spread is that of whole visitors: who comes again buys again, and visits are no independent draws.
    """
    since = now() - BEFORE
    rows = sums_of_visitors(since, purchases_of_visitors(since, currency), shop_profile().timezone)
    spent = ratio([row.spent for row in rows], [1.0] * len(rows))
    spread = spent.error * sqrt(spent.units) / spent.value if spent.value else 0.0
    return {
        (share, effect): ceil(units_needed(spread, share / 100, effect / 100) * BEFORE.days / max(len(rows), 1))
        for share in sorted({percent, START_PERCENT} - {0})
        for effect in EFFECTS
    }
