"""A shop's night of prices: what was written is watched, proposals are made anew, and what is allowed goes out."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from recommender.prices.models import PriceNight, PriceProposal
from recommender.prices.promotions.judging import judge_promotions
from recommender.prices.promotions.planning import keep_plans
from recommender.prices.promotions.stored import planned_reductions, products_in_promotion
from recommender.prices.proposals.stored import price_settings, write_proposed
from recommender.prices.proposals.types import UNDER_WAY, PriceSettings, ProposalState
from recommender.prices.proposals.watching import watch_prices
from recommender.prices.proposals.writing import WRITE_KIND
from recommender.prices.proposing import learn_shop, proposals_of
from recommender.prices.reading import named_products, read_prices
from recommender.prices.services import USUAL_TAX
from recommender.prices.testing.measuring import measure_tests
from recommender.prices.testing.stored import products_under_test, write_testable
from recommender.prices.testing.turning import TURN_KIND
from recommender.prices.types import PlannedReduction, PriceGoal, PricingRules, ProposedPrice, ShopProposals
from shopconnect.core.clock import known_timezone, now, today
from shopconnect.core.jobs.spread import place_in
from shopconnect.core.jobs.work import add_due
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import all_shops, shop_profile
from shopconnect.shops.types import ShopProfileSummary

log = get_logger(__name__)

WORK_KIND, NO_SUBJECT = "learn_prices", 0
NIGHT_HOURS = 6
REST_DAYS = 28  # in which a product is left alone once a price was rejected or rolled back
MODEL_VERSION = "hierarchical-1"
PERCENT = 100


def learn_price_proposals(shop_id: ShopId) -> None:
    """Watch what was written, tested and promoted, and make proposals and plans of promotions anew.

    A second run on a day stores the same again.

    Reads in a scope, computes outside any, and stores all in one transaction.
    """
    watch_prices(shop_id)
    measure_tests(shop_id)
    judge_promotions(shop_id)
    with shop_scope(shop_id):
        settings, profile = price_settings(), shop_profile()
        day = today(known_timezone(profile.timezone))
        rules = _aimed(rules_of(settings, profile, planned_reductions(day)), settings, day)
    shop = read_prices(shop_id)
    known = learn_shop(shop)
    found = proposals_of(shop, known, rules, day)
    with shop_scope(shop_id):
        _keep_night(found)
        _keep_proposals(() if settings.is_stopped else found.proposals, day)
        keep_plans(shop, known, rules.tax_share, day)
        _approve_allowed(settings)
        add_due(WRITE_KIND, NO_SUBJECT)
        add_due(TURN_KIND, NO_SUBJECT)
    log.info("prices_proposed", shop_id=shop_id, proposals=len(found.proposals), weeks=found.weeks)


def rules_of(
    settings: PriceSettings, profile: ShopProfileSummary, planned: tuple[PlannedReduction, ...]
) -> PricingRules:
    """Return a merchant's settings and planned promotions as rules."""
    tax = 0.0 if profile.prices_include_tax is False else USUAL_TAX
    return PricingRules(
        largest_step=settings.largest_step / PERCENT,
        least_margin=settings.least_margin / PERCENT,
        ceiling=settings.ceiling / PERCENT,
        tax_share=tax if settings.tax is None else settings.tax / PERCENT,
        freeze_days=settings.freeze_days,
        endings=settings.endings,
        has_parity=settings.has_parity,
        planned=planned,
        competitor_share=None if settings.competitor_percent is None else settings.competitor_percent / PERCENT,
    )


def _aimed(rules: PricingRules, settings: PriceSettings, day: date) -> PricingRules:
    """Return rules with the merchant's goal and the products it is for; once its date is over all aim at profit."""
    if settings.clear_by is not None and settings.goal == PriceGoal.CLEARING and settings.clear_by <= day:
        return rules
    aimed = frozenset(named_products(settings.goal_words)) if settings.goal_words else None
    return replace(rules, goal=settings.goal, clear_by=settings.clear_by, aimed=aimed)


def ask_proposals(shop_id: ShopId) -> None:
    """Have a worker make a shop's proposals soon; asking again before it began changes nothing."""
    with shop_scope(shop_id):
        add_due(WORK_KIND, NO_SUBJECT)


def follow_load(shop_id: ShopId) -> None:
    """Have proposals follow a load that changed something; run in the shop's scope."""
    add_due(WORK_KIND, NO_SUBJECT)


def ask_proposals_of(hour: int) -> int:
    """Ask for the nightly proposals of the shops whose hour (UTC) it is; returns how many."""
    shops = [shop_id for shop_id in all_shops() if place_in(shop_id, NIGHT_HOURS) == hour]
    for shop_id in shops:
        ask_proposals(shop_id)
    return len(shops)


def _keep_night(found: ShopProposals) -> None:
    without: dict[str, list[list[Any]]] = {}
    for one in found.without:
        row = [one.product_id, str(one.product_public_id), one.title, one.weeks, one.prices]
        without.setdefault(one.reason.value, []).append(row)
    counts = {reason: len(rows) for reason, rows in without.items()}
    trial = None if found.trial is None else asdict(found.trial)
    testable = write_testable(found.testable)
    figures = {"weeks": found.weeks, "trial": trial, "counts": counts, "testable": testable}
    PriceNight.objects.update_or_create(defaults={"made_at": now(), "figures": figures, "without": without})


def _keep_proposals(found: Iterable[ProposedPrice], day: date) -> None:
    """Store what is proposed, of products about which nothing is being done; what is proposed no more goes."""
    rested = [ProposalState.REJECTED, ProposalState.ROLLED_BACK]
    recent = PriceProposal.objects.filter(state__in=rested, ended_at__gt=now() - timedelta(days=REST_DAYS))
    busy = PriceProposal.objects.filter(state__in=list(UNDER_WAY))
    left = {*busy.values_list("product_id", flat=True), *recent.values_list("product_id", flat=True)}
    left |= products_under_test() | products_in_promotion(day)
    wanted = {one.product_id: one for one in found if one.product_id not in left}
    known = PriceProposal.objects.select_for_update().filter(state=ProposalState.PROPOSED).order_by("id")
    for row in known:
        one = wanted.pop(row.product_id, None)
        if one is None:
            row.delete()
        elif row.details != write_proposed(one):
            PriceProposal.objects.filter(pk=row.pk).update(**_fields(one))
    rows = [
        PriceProposal(product_id=product_id, state=ProposalState.PROPOSED, **_fields(one))
        for product_id, one in sorted(wanted.items())
    ]
    PriceProposal.objects.bulk_create(rows, batch_size=500)


def _fields(one: ProposedPrice) -> dict[str, Any]:
    return {
        "price_amount": one.now.price,
        "proposed_amount": one.proposed.price,
        "low_gain_amount": _amount(one.gain.low),
        "gain_amount": _amount(one.gain.middle),
        "high_gain_amount": _amount(one.gain.high),
        "currency": one.currency,
        "details": write_proposed(one),
        "model_version": MODEL_VERSION,
        "made_at": now(),
    }


def _amount(number: float) -> Decimal:
    return Decimal(repr(round(number, 2)))


def _approve_allowed(settings: PriceSettings) -> None:
    """Approve what the merchant lets go out without being seen: rises, falls, or both."""
    if settings.is_stopped:
        return
    found = PriceProposal.objects.filter(state=ProposalState.PROPOSED)
    approved = {"state": ProposalState.APPROVED, "decided_at": now(), "due_at": now()}
    for row in found.only("id", "price_amount", "proposed_amount").order_by("id"):
        rises = row.proposed_amount > row.price_amount
        if settings.approves_rises if rises else settings.approves_falls:
            PriceProposal.objects.filter(pk=row.pk, state=ProposalState.PROPOSED).update(**approved)
