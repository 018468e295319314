"""Verbs of whoever tests prices: start, stop; and what the pages show."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from recommender.prices.engine.switchback import draw_arms
from recommender.prices.models import PriceProposal, PriceTest
from recommender.prices.proposals.deciding import refuse_unless_writable
from recommender.prices.proposals.stored import find_night, price_settings
from recommender.prices.proposals.types import UNDER_WAY
from recommender.prices.selectors import can_write_prices
from recommender.prices.testing.stored import read_testable, summaries_of_tests, write_design
from recommender.prices.testing.turning import NO_SUBJECT, TURN_KIND, end_test
from recommender.prices.testing.types import (
    PricePair,
    PriceTestDesign,
    PriceTestPage,
    PriceTestPlan,
    PriceTestState,
    PriceTestSummary,
)
from recommender.prices.types import TestableProduct
from shopconnect.catalog.selectors import list_variants
from shopconnect.core.clock import known_timezone, now, today
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.jobs.work import add_due
from shopconnect.core.security.crypto import random_public_id
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.audit import note
from shopconnect.shops.installs import find_install
from shopconnect.shops.selectors import shop_profile

SHOWN, MOST_AT_ONCE = 100, 20
WEEK, SEEDS = 7, 2**32


def price_test_page(shop_id: ShopId, language: str) -> PriceTestPage:
    """Return a shop's tests, the newest first, and what could be tested."""
    with shop_scope(shop_id):
        profile = shop_profile()
        rows = PriceTest.objects.select_related("product").order_by("-id")[:SHOWN]
        return PriceTestPage(
            tests=tuple(summaries_of_tests(rows, language)),
            testable=read_testable(language),
            can_write=can_write_prices(find_install()),
            is_stopped=price_settings().is_stopped,
            has_looked=find_night() is not None,
            currency=profile.currency,
            zone=profile.timezone,
        )


def find_test(shop_id: ShopId, public_id: int, language: str) -> PriceTestSummary:
    """Return a test; raises Missing where the shop has none such."""
    with shop_scope(shop_id):
        found = summaries_of_tests(PriceTest.objects.select_related("product").filter(public_id=public_id), language)
    if not found:
        raise Missing(_("This price test no longer exists."))
    return found[0]


def list_tests(shop_id: ShopId, after_id: int, limit: int, language: str) -> list[PriceTestSummary]:
    """Return a page of tests by id."""
    with shop_scope(shop_id):
        rows = PriceTest.objects.select_related("product").filter(id__gt=after_id).order_by("id")
        return summaries_of_tests(rows[:limit], language)


def iter_tests(shop_id: ShopId, language: str) -> Iterator[PriceTestSummary]:
    """Yield all tests by id, a batch in a scope at a time."""
    last = 0
    while found := list_tests(shop_id, last, SHOWN, language):
        yield from found
        last = found[-1].id


def start_tests(shop_id: ShopId, user_id: int, plan: PriceTestPlan) -> int:
    """Begin tests tomorrow, each product's blocks drawn by itself; returns how many.

    Raises Refusal: stopped, cannot_write, not_testable (sold at another price by now, reduced, or under way already).
    """
    with shop_scope(shop_id):
        refuse_unless_writable()
        wanted = [one for one in read_testable("") if one.product_public_id in set(plan.products)][:MOST_AT_ONCE]
        busy = PriceProposal.objects.filter(state__in=list(UNDER_WAY)).values_list("product_id", flat=True)
        taken = set(busy)
        wanted = [one for one in wanted if one.product_id not in taken and _is_as_found(one)]
        if not wanted:
            sentence = _("Select at least one product that is still sold at the price shown, and not reduced.")
            raise Refusal("not_testable", sentence)
        zone, group = known_timezone(shop_profile().timezone), random_public_id()
        starts_on, currency = today(zone) + timedelta(days=1), shop_profile().currency
        for one in wanted:
            PriceTest.objects.create(
                group=group,
                product_id=one.product_id,
                first_amount=one.price,
                other_amount=one.other,
                currency=currency,
                design=write_design(_design(one, plan, starts_on)),
                state=PriceTestState.RUNNING,
                started_by_id=user_id,
                made_at=now(),
            )
        # What was proposed for them goes: two reasons would move one price.
        PriceProposal.objects.filter(state="proposed", product_id__in=[one.product_id for one in wanted]).delete()
        note(user_id, "started_price_tests", str(len(wanted)))
        add_due(TURN_KIND, NO_SUBJECT)
        return len(wanted)


def stop_test(shop_id: ShopId, user_id: int, public_id: int) -> None:
    """End a test; its first price is put back. Raises Missing, and Refusal(over)."""
    with shop_scope(shop_id):
        row = PriceTest.objects.select_for_update().filter(public_id=public_id).first()
        if row is None:
            raise Missing(_("This price test no longer exists."))
        if row.state != PriceTestState.RUNNING:
            raise Refusal("over", _("This price test is already over."))
        end_test(row, PriceTestState.STOPPED)
        note(user_id, "stopped_price_test", row.product.title)


def _is_as_found(one: TestableProduct) -> bool:
    """Say whether a product's prices are what they were when it was found, and no reduction is announced."""
    current = {row.external_id: row for row in list_variants(one.product_id)}
    return bool(one.variants) and all(
        pair.external_id in current
        and current[pair.external_id].price_amount == pair.before
        and current[pair.external_id].compare_at_amount is None
        for pair in one.variants
    )


def _design(one: TestableProduct, plan: PriceTestPlan, starts_on: date) -> PriceTestDesign:
    seed, lengths = random_public_id() % SEEDS, plan.block.days
    pairs = max(plan.weeks * WEEK // (2 * sum(lengths)), 2)
    return PriceTestDesign(
        seed=seed,
        block=plan.block,
        starts_on=starts_on,
        arms=draw_arms(seed, pairs, len(lengths)),
        variants=[
            PricePair(external_id=pair.external_id, first=pair.before, other=pair.price)
            for pair in one.variants
            if pair.price != pair.before
        ],
        cost=one.cost,
        tax_share=one.tax_share,
    )
