"""Prices proposed from a shop's own orders, and the reason where there is none."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from recommender.prices.measuring import evaluate_prices
from recommender.prices.services import propose_prices
from recommender.prices.types import NoProposalReason, PlannedReduction, PriceGoal, PriceLimit, PricingRules
from recommender.stock.buying import store_item_terms
from recommender.stock.types import ItemTerms
from shopconnect.catalog.gaps import catalogue_gaps
from shopconnect.catalog.selectors import iter_priced_variants, list_products
from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import LineDraft, OrderDraft, OrderKind, ProductDraft, VariantDraft
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.services import store_orders
from tests.makers import make_shop

pytestmark = pytest.mark.django_db

PRICES = (Decimal("10.90"), Decimal("9.90"), Decimal("8.90"), Decimal("10.90"))
MUGS = ("red", "blue", "green", "white")
MOST, ELASTICITY = 60.0, -0.4


def product(name: str, cost: str | None) -> ProductDraft:
    known = None if cost is None else Decimal(cost)
    return ProductDraft(external_id=name, title=name, price=PRICES[0], currency="EUR", category=("Mugs",), cost=known)


def line(name: str, price: Decimal, chance: np.random.Generator) -> LineDraft:
    units = chance.poisson(MOST * float(price / PRICES[0]) ** ELASTICITY)
    return LineDraft(name, Decimal(int(units)), price, Decimal(0))


@pytest.fixture
def shop() -> ShopId:
    """Sixty weeks of mugs at three prices, one of them without a cost, and of one whose price never moved."""
    shop, today, chance = make_shop(), now(), np.random.default_rng(4)
    with shop_scope(shop):
        sizes = (
            VariantDraft(external_id="small", price=PRICES[0], cost=Decimal(3)),
            VariantDraft(external_id="large", price=Decimal("21.90"), cost=Decimal(6)),
        )
        mugs = [product(name, "3.00") for name in (*MUGS, "still")]
        store_products([replace(mugs[0], variants=sizes), *mugs[1:], product("costless", None)])
        store_orders(
            [
                OrderDraft(
                    external_id=str(week),
                    kind=OrderKind.ORDER,
                    placed_at=today - timedelta(days=7 * week + 3),
                    currency="EUR",
                    lines=(
                        line("still", PRICES[0], chance),
                        *(line(name, PRICES[(week + at) % 4], chance) for at, name in enumerate((*MUGS, "costless"))),
                    ),
                )
                for week in range(60)
            ]
        )
    return shop


def test_each_product_has_a_price_with_all_its_rules_or_the_reason_why_it_has_none(shop):
    found = propose_prices(shop)
    reasons = {one.title: one.reason for one in found.without}
    assert reasons == {"costless": NoProposalReason.NO_COST, "still": NoProposalReason.LITTLE_MOVEMENT}
    assert {one.title for one in found.proposals} == set(MUGS)
    for one in found.proposals:
        assert one.proposed.price == Decimal("11.90")  # the only higher one within a tenth that ends as theirs do
        assert one.gain.high > one.gain.middle > one.gain.low > 0
        assert one.proposed.margin.mean > one.now.margin.mean
        assert one.elasticity.value.low <= ELASTICITY <= one.elasticity.value.high
        assert one.elasticity.prices == 3
        assert {effect.limit for effect in one.limits} >= set(PriceLimit) - {PriceLimit.PARITY}
        assert one.reference_after == one.reference


def test_sizes_at_other_prices_keep_their_distance(shop):
    found = {one.title: one for one in propose_prices(shop).proposals}
    prices = {one.external_id: (one.before, one.price) for one in found["red"].variants}
    assert prices == {"small": (PRICES[0], Decimal("11.90")), "large": (Decimal("21.90"), Decimal("23.90"))}
    assert PriceLimit.PARITY in {effect.limit for effect in found["red"].limits}
    assert PriceLimit.PARITY not in {effect.limit for effect in found["blue"].limits}


def test_a_cost_that_the_merchant_names_for_orders_of_stock_is_the_cost_of_prices_too(shop):
    with shop_scope(shop):
        costless = next(row for row in list_products() if row.title == "costless")
        red = next(row for row in list_products() if row.title == "red")
    store_item_terms(shop, 1, costless.public_id, "", ItemTerms(cost_amount=Decimal("2.50")))
    store_item_terms(shop, 1, red.public_id, "small", ItemTerms(cost_amount=Decimal("3.50")))
    with shop_scope(shop):
        store_products([product("costless", None)])  # the platform says the same again
        assert {one.external_id: one.cost for one in iter_priced_variants()}["small"] == Decimal("3.5")
        assert next(row.cost for row in list_products() if row.title == "costless") == Decimal("2.5")
        assert catalogue_gaps().without_cost == 0
    found = propose_prices(shop)
    assert NoProposalReason.NO_COST not in {one.reason for one in found.without}
    store_item_terms(shop, 1, costless.public_id, "", ItemTerms())  # what the platform says holds again: nothing
    assert NoProposalReason.NO_COST in {one.reason for one in propose_prices(shop).without}


@pytest.mark.parametrize(("days", "is_frozen"), [(10, True), (60, False)])
def test_a_planned_reduction_freezes_falls_in_the_thirty_days_before(shop, days, is_frozen):
    red = next(one for one in propose_prices(shop).proposals if one.title == "red")
    planned = PlannedReduction(
        starts_on=now().date() + timedelta(days=days), percent=Decimal(20), products=frozenset([red.product_id])
    )
    for proposal in propose_prices(shop, PricingRules(planned=(planned,))).proposals:
        freeze = next(effect for effect in proposal.limits if effect.limit == PriceLimit.FREEZE)
        assert (freeze.points_after < freeze.points_before) == (is_frozen and proposal.title == "red")


def test_clearing_needs_a_date_to_come_and_a_stock(shop):
    with pytest.raises(Refusal):
        propose_prices(shop, PricingRules(goal=PriceGoal.CLEARING))
    found = propose_prices(shop, PricingRules(goal=PriceGoal.CLEARING, clear_by=now().date() + timedelta(days=30)))
    assert {one.title for one in found.without if one.reason == NoProposalReason.NO_STOCK} == set(MUGS)


def test_a_goal_is_for_the_products_that_it_names_and_the_others_aim_at_profit(shop):
    by_title = {one.title: one for one in propose_prices(shop, PricingRules()).proposals}
    assert {one.goal for one in by_title.values()} == {PriceGoal.PROFIT}
    aimed = frozenset([by_title["red"].product_id])
    found = {
        one.title: one for one in propose_prices(shop, PricingRules(goal=PriceGoal.REVENUE, aimed=aimed)).proposals
    }
    assert {title for title, one in found.items() if one.goal == PriceGoal.REVENUE} == {"red"}
    red = found["red"]
    expected = red.proposed.revenue.mean - red.now.revenue.mean
    assert red.gain.low < expected < red.gain.high
    assert found["blue"].gain == by_title["blue"].gain


def test_prices_are_measured_beside_the_simple_rules_and_too_little_is_said(shop):
    found = evaluate_prices(shop)
    assert found["products"] == len(MUGS) + 1
    assert set(found["models"]) == {"none", "minus_one", "ols", "level", "hierarchical", "served"}
    assert found["served"] in found["models"]
    assert found["models"]["served"] == found["models"][found["served"]]
    with pytest.raises(Refusal):
        evaluate_prices(make_shop())
    with pytest.raises(Refusal):
        evaluate_prices(shop, train_weeks=5)
