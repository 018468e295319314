"""What a proposal says of itself: each rule, what is expected at both prices, and what its variants cost then."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from recommender.prices.engine.choosing import PriceCase, PriceChoice, PricePoints
from recommender.prices.engine.endings import PriceEndings
from recommender.prices.engine.learning import LearntPrices
from recommender.prices.types import (
    Between,
    ElasticitySummary,
    LimitEffect,
    NoPriceProposal,
    NoProposalReason,
    PriceGain,
    PriceGoal,
    PriceLimit,
    PriceOutlook,
    PricingRules,
    ProposedPrice,
    VariantPrice,
)
from shopconnect.catalog.types import PricedVariant, ProductRow

CENTS = Decimal(100)


@dataclass(frozen=True, slots=True)
class PriceableProduct:
    """A product that may get a price: its row in what was learnt, its variants, the points that rules left, its goal
    and for how many days it is judged."""

    row: int
    product: ProductRow
    family: Sequence[PricedVariant]
    case: PriceCase
    points: PricePoints
    goal: PriceGoal
    days: int


def proposed_price(
    one: PriceableProduct, choice: PriceChoice, learnt: LearntPrices, endings: PriceEndings, rules: PricingRules
) -> ProposedPrice:
    """Return the price chosen for a product, with what every rule did."""
    product, case, left = one.product, one.case, one.points
    price = amount_of(choice.cents)
    limits = [
        LimitEffect(
            limit=PriceLimit(count.name),
            points_before=count.before,
            points_after=count.after,
            amount=None if count.cents is None else amount_of(count.cents),
        )
        for count in left.counts
    ]
    allowed, reference = len(left.cents) - 1, amount_of(case.reference)
    after = min(reference, price)
    limits += [
        LimitEffect(
            limit=PriceLimit.REFERENCE,
            points_before=allowed,
            points_after=allowed,
            amount=after,
            changed_choice=choice.is_by_reference,
        ),
        LimitEffect(limit=PriceLimit.CAUTION, points_before=allowed, points_after=1, amount=price),
    ]
    variants, parity = family_prices(product, one.family, choice.cents, endings, rules)
    return ProposedPrice(
        product_id=product.id,
        product_public_id=product.public_id,
        title=product.title,
        currency=product.currency,
        elasticity=_elasticity(learnt, one.row),
        now=outlook_at(product.price_amount, choice.now, 100),
        proposed=outlook_at(price, choice.then, 100),
        gain=PriceGain(low=choice.gain / 100, middle=choice.usual_gain / 100, high=choice.high_gain / 100),
        reference=reference,
        reference_after=after,
        limits=(*limits, *parity),
        variants=variants,
        goal=one.goal,
        days=one.days,
    )


def family_prices(
    product: ProductRow, family: Sequence[PricedVariant], cents: int, endings: PriceEndings, rules: PricingRules
) -> tuple[tuple[VariantPrice, ...], list[LimitEffect]]:
    """Return what each variant's price becomes: the product's where it was that, else as far from it as before."""
    found = []
    before = cents_of(product.price_amount)
    for one in family:
        now = cents_of(one.price)
        moved = endings.nearest(round(now * cents / before)) if rules.has_parity else now
        then = cents if now == before else moved
        least = float(one.cost or 0) * 100 * (1 + rules.tax_share)
        # Never below its own cost: then its price stays.
        found.append(
            VariantPrice(external_id=one.external_id, before=one.price, price=amount_of(then if then >= least else now))
        )
    others = [one for one in found if one.before != product.price_amount]
    if not others:
        return tuple(found), []
    moved = sum(one.price != one.before for one in others)
    effect = LimitEffect(limit=PriceLimit.PARITY, points_before=len(others), points_after=moved)
    return tuple(found), [effect]


def outlook_at(price: Decimal, found: Sequence[Sequence[float]], part: int) -> PriceOutlook:
    """Return units, revenue and margin at a price, amounts told in so many parts of the currency's unit."""
    units, revenue, margin = found
    return PriceOutlook(
        price=price, units=between(units, 1), revenue=between(revenue, part), margin=between(margin, part)
    )


def between(found: Sequence[float], part: int = 1) -> Between:
    """Return a mean and the ends of its interval, told in so many parts of a unit."""
    mean, low, high = (float(value) / part for value in found)
    return Between(mean=mean, low=low, high=high)


def _elasticity(learnt: LearntPrices, row: int) -> ElasticitySummary:
    mean, low, high = learnt.elasticity(row)
    return ElasticitySummary(
        value=Between(mean=mean, low=low, high=high), weeks=learnt.weeks(row), prices=learnt.prices(row)
    )


def no_proposal(product: ProductRow, reason: NoProposalReason, learnt: LearntPrices, row: int) -> NoPriceProposal:
    """Return why a product has no proposal."""
    return NoPriceProposal(
        product_id=product.id,
        product_public_id=product.public_id,
        title=product.title,
        reason=reason,
        weeks=learnt.weeks(row),
        prices=learnt.prices(row),
    )


def cents_of(amount: Decimal) -> int:
    """Return an amount in hundredths."""
    return round(amount * CENTS)


def amount_of(cents: int) -> Decimal:
    """Return the amount of so many hundredths."""
    return Decimal(cents) / CENTS
