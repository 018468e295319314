"""Prices proposed for a shop, each with what every rule did; nothing is stored here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import exp, inf, log

from recommender.prices.engine.choosing import (
    REDUCED_WEEKS,
    Bounds,
    PriceCase,
    PriceChoice,
    allowed_points,
    choose_prices,
)
from recommender.prices.engine.endings import PriceEndings, learn_endings, named_endings
from recommender.prices.engine.learning import LearntPrices, learn_prices
from recommender.prices.engine.panel import Panel
from recommender.prices.engine.rules import PriceEffect
from recommender.prices.engine.switchback import expected_error
from recommender.prices.engine.trial import try_prices
from recommender.prices.explaining import (
    PriceableProduct,
    amount_of,
    cents_of,
    family_prices,
    no_proposal,
    proposed_price,
)
from recommender.prices.reading import ShopPrices
from recommender.prices.types import (
    NoPriceProposal,
    NoProposalReason,
    PriceGoal,
    PriceTrialSummary,
    PricingRules,
    ProductPosition,
    ShopProposals,
    TestableProduct,
)
from shopconnect.catalog.types import PricedVariant, ProductRow

WEEK = 7
TESTED_WEEKS, COUNTED_SHARE = 12, 6 / 7  # of a usual price test, and the share of its days that counts
LEAST_WEEKLY_UNITS, MOST_TESTABLE = 2.0, 50


@dataclass(frozen=True, slots=True)
class KnownPrices:
    """What a shop's weeks teach of its prices, and how far that was tried; None where too little is known."""

    learnt: LearntPrices
    trial: PriceTrialSummary | None

    def is_trusted(self, row: int) -> bool:
        """Say whether advice may rest on what is known of a product: the trial was passed, or a test speaks of it."""
        return self.learnt.is_enough(row) and (bool(self.trial and self.trial.is_passed) or self.learnt.is_tested(row))


def learn_shop(shop: ShopPrices) -> KnownPrices:
    """Learn a shop's prices, and try what is learnt on its past."""
    return KnownPrices(learn_prices(shop.panel, shop.tests), _trial(shop.panel))


def proposals_of(shop: ShopPrices, known: KnownPrices, rules: PricingRules, today: date) -> ShopProposals:
    """Return a price for each product whose cost, movement and rules allow one, and the reason for all others."""
    learnt, trial = known.learnt, known.trial
    endings = named_endings(rules.endings) if rules.endings else _endings(shop)
    bounds = _bounds(rules, rules.goal, today)
    without: list[NoPriceProposal] = []
    testable: list[TestableProduct | None] = []
    priceable = []
    for row, product in enumerate(shop.products):
        if product.deleted_at is not None or product.is_gift_card or product.currency != shop.profile.currency:
            continue
        reason = _missing(product, learnt, row, shop, rules)
        if reason is None and not known.is_trusted(row):
            reason = NoProposalReason.NOT_SURE
        if reason is not None:
            without.append(no_proposal(product, reason, learnt, row))
            if reason == NoProposalReason.LITTLE_MOVEMENT and product.available:
                case = _case(product, shop, learnt, row, rules, today)
                testable.append(_testable(product, shop, case, row, rules, bounds, endings))
            continue
        case = _case(product, shop, learnt, row, rules, today)
        points, family = allowed_points(case, bounds, endings), shop.variants.get(product.id, [])
        goal = rules.goal_of(product.id)
        priceable.append(PriceableProduct(row, product, family, case, points, goal, rules.days_of(goal, today)))
    found = []
    for one, choice in _choices(priceable, learnt, rules, today):
        if choice.cents == one.case.price or choice.gain <= 0:
            reason = NoProposalReason.NO_ROOM if len(one.points.cents) == 1 else NoProposalReason.BEST_AS_IT_IS
            without.append(no_proposal(one.product, reason, learnt, one.row))
        else:
            found.append(proposed_price(one, choice, learnt, endings, rules))
    found.sort(key=lambda proposal: -proposal.gain.low)
    return ShopProposals(
        rules=rules,
        weeks=shop.panel.weeks,
        trial=trial,
        proposals=tuple(found),
        without=tuple(without),
        testable=tuple(sorted(filter(None, testable), key=lambda one: one.error)[:MOST_TESTABLE]),
    )


def _choices(
    priceable: Sequence[PriceableProduct], learnt: LearntPrices, rules: PricingRules, today: date
) -> Iterator[tuple[PriceableProduct, PriceChoice]]:
    """Yield what is chosen for each product, those of a goal together."""
    for goal in PriceGoal:
        aimed = [one for one in priceable if one.goal == goal]
        if aimed:
            demand = learnt.demand_of([one.row for one in aimed])
            points = [one.points.cents for one in aimed]
            chosen = choose_prices([one.case for one in aimed], points, demand, _bounds(rules, goal, today))
            yield from zip(aimed, chosen, strict=True)


def _trial(panel: Panel) -> PriceTrialSummary | None:
    found = try_prices(panel)
    if found is None:
        return None
    return PriceTrialSummary(
        products=found.products,
        weeks=found.weeks,
        with_price=found.errors[PriceEffect.HIERARCHICAL],
        without_price=found.without_price,
        is_passed=found.is_passed,
    )


def _endings(shop: ShopPrices) -> PriceEndings:
    return learn_endings(cents_of(product.price_amount) for product in shop.products if product.deleted_at is None)


def _bounds(rules: PricingRules, goal: PriceGoal, today: date) -> Bounds:
    return Bounds(
        goal=goal.value,
        weeks=rules.days_of(goal, today) / WEEK,
        largest_step=rules.largest_step,
        least_margin=rules.least_margin,
        ceiling=rules.ceiling,
        tax_share=rules.tax_share,
        caution=rules.caution,
    )


def _missing(
    product: ProductRow, learnt: LearntPrices, row: int, shop: ShopPrices, rules: PricingRules
) -> NoProposalReason | None:
    if cost_of(product, shop.variants.get(product.id, [])) is None:
        return NoProposalReason.NO_COST
    if not learnt.is_enough(row):
        return NoProposalReason.LITTLE_MOVEMENT
    if rules.goal_of(product.id) == PriceGoal.CLEARING and not product.stock_level:
        return NoProposalReason.NO_STOCK
    return None


def _case(
    product: ProductRow, shop: ShopPrices, learnt: LearntPrices, row: int, rules: PricingRules, today: date
) -> PriceCase:
    position = shop.positions.get(product.id, ProductPosition())
    price = cents_of(product.price_amount)
    cost = cost_of(product, shop.variants.get(product.id, []))
    chance, depth = learnt.habit(row)
    planned = next((one for one in rules.planned if product.id in one.products), None)
    if planned is not None:
        chance, depth = 1.0, -float((1 - planned.percent / 100).ln())
    return PriceCase(
        price=price,
        cost=float(cost or 0) * 100,
        usual=price * exp(learnt.above_usual(row)),
        reference=min(price, round(100 * shop.lowest.get(product.id, inf)) if product.id in shop.lowest else price),
        stock=float(product.stock_level or 0),
        chance=chance,
        depth=depth,
        is_frozen=planned is not None and 0 <= (planned.starts_on - today).days <= rules.freeze_days,
        reduction_weeks=REDUCED_WEEKS if planned is None else planned.days / WEEK,
        competitor=_competitor_limit(position, rules),
        family=shop.families.get(product.id, (0, None)),
    )


def _competitor_limit(position: ProductPosition, rules: PricingRules) -> int | None:
    if position.competitor is None or rules.competitor_share is None:
        return None
    return int(position.competitor * 100 * Decimal(str(rules.competitor_share)))


def _testable(
    product: ProductRow,
    shop: ShopPrices,
    case: PriceCase,
    row: int,
    rules: PricingRules,
    bounds: Bounds,
    endings: PriceEndings,
) -> TestableProduct | None:
    """Return the price to test a product at, None where its rules leave none or too little of it is sold.

    The farthest one says most. A dearer one goes before: a cheaper one would lower the lowest price of thirty days.
    """
    points = allowed_points(case, bounds, endings).cents
    weekly_units = float(shop.panel.units[row, -TESTED_WEEKS:].mean())
    other = max(points) if max(points) > case.price else min(points)
    if other == case.price or weekly_units < LEAST_WEEKLY_UNITS:
        return None
    variants, _parity = family_prices(product, shop.variants.get(product.id, []), other, endings, rules)
    return TestableProduct(
        product_id=product.id,
        product_public_id=product.public_id,
        title=product.title,
        price=product.price_amount,
        other=amount_of(other),
        weekly_units=weekly_units,
        error=expected_error(weekly_units, log(other / case.price), TESTED_WEEKS // 2, COUNTED_SHARE),
        cost=cost_of(product, shop.variants.get(product.id, [])) or Decimal(0),
        tax_share=rules.tax_share,
        variants=variants,
    )


def cost_of(product: ProductRow, family: Sequence[PricedVariant]) -> Decimal | None:
    """Return the highest cost of what is sold at the product's price; None where any is not known."""
    costs = [one.cost for one in family if one.price == product.price_amount] or [product.cost]
    known = [cost for cost in costs if cost is not None]
    return max(known) if len(known) == len(costs) else None
