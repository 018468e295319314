"""The price whose turn it is goes to the platform by the outbox, and the first one comes back when a test is over."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from recommender.prices.models import PriceTest
from recommender.prices.outbox_kind import decided_price, subject_of, write_decision
from recommender.prices.testing.stored import read_design
from recommender.prices.testing.types import PriceTestDesign, PriceTestState
from recommender.prices.types import KIND
from shopconnect.catalog.selectors import find_product, list_variants
from shopconnect.core.clock import known_timezone, now, today
from shopconnect.core.errors import Refusal
from shopconnect.core.jobs.work import add_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import shop_profile
from shopconnect.sync.outbox import ask_change, withdraw_asked
from shopconnect.sync.selectors import find_changes_of_keys
from shopconnect.sync.types import ChangeState

TURN_KIND, NO_SUBJECT = "turn_prices", 0
LOOK_AGAIN, TRY_AGAIN = timedelta(minutes=1), timedelta(hours=1)
DAY = timedelta(days=1)  # after which our copy of a price is the new one
OVER = -1  # in the place of a block: what is asked for when a test is over


def turn_prices(shop_id: ShopId) -> None:
    """Ask for the prices whose turn it is, and put back those of tests that are over; run twice it asks once."""
    with shop_scope(shop_id):
        zone = ZoneInfo(known_timezone(shop_profile().timezone))
        rows = PriceTest.objects.select_for_update(of=("self",)).select_related("product").order_by("id")
        moments = [_turn(row, today(str(zone)), zone) for row in rows.filter(is_restored=False)]
        coming = [moment for moment in moments if moment is not None]
        if coming:
            add_due(TURN_KIND, NO_SUBJECT, min(coming))


def end_test(row: PriceTest, state: PriceTestState) -> None:
    """End a test: what the platform was not told yet is withdrawn, and the first price is put back soon."""
    withdraw_asked(KIND, _keys(row))
    row.state, row.ended_at = state, now()
    row.save(update_fields=["state", "ended_at"])
    add_due(TURN_KIND, NO_SUBJECT)


def end_running_tests() -> int:
    """End all tests that run, by the merchant's word; returns how many."""
    running = PriceTest.objects.select_for_update().filter(state=PriceTestState.RUNNING).order_by("id")
    for row in running:
        end_test(row, PriceTestState.STOPPED)
    return len(running)


def _turn(row: PriceTest, day: date, zone: ZoneInfo) -> datetime | None:
    """Take a test's turn; returns when to look again, None once nothing is left to do."""
    design, current = read_design(row), _prices(row)
    changes = find_changes_of_keys(KIND, _keys(row))
    if any(change.state == ChangeState.WAITING for change in changes):
        return now() + LOOK_AGAIN
    is_refused = any(change.state == ChangeState.REFUSED for change in changes)
    is_replaced = any(current.get(one.external_id) not in (one.first, one.other) for one in design.variants)
    if row.state == PriceTestState.RUNNING and (is_refused or is_replaced):
        end_test(row, PriceTestState.REFUSED if is_refused else PriceTestState.REPLACED)
    if row.state == PriceTestState.RUNNING and day < design.ends_on:
        return _take(row, design, current, design.block_of(day), zone)
    return _put_back(row, design, current)


def _take(
    row: PriceTest, design: PriceTestDesign, current: Mapping[str, Decimal], block: int | None, zone: ZoneInfo
) -> datetime:
    """Ask for the price whose turn a block is; returns when to look again."""
    if block is None:
        return _midnight(design.starts_on, zone)
    arm = design.arms[block]
    wanted = [(one, one.other if arm else one.first) for one in design.variants]
    moved = {one.external_id: price for one, price in wanted if current[one.external_id] != price}
    if moved and row.asked_block != block:
        return now() + (LOOK_AGAIN if _ask(row, block, moved) else TRY_AGAIN)
    return _midnight(design.starts_on + timedelta(days=design.starts[block + 1]), zone)


def _put_back(row: PriceTest, design: PriceTestDesign, current: Mapping[str, Decimal]) -> datetime | None:
    """Ask for the first price where the other one still holds, once; a price that somebody else set stays."""
    moved = {one.external_id: one.first for one in design.variants if current.get(one.external_id) == one.other}
    if row.asked_block != OVER:
        if moved:
            return now() + (LOOK_AGAIN if _ask(row, OVER, moved) else TRY_AGAIN)
        if row.asked_at is not None and now() - row.asked_at < DAY:  # our copy of the price may be the one before
            return now() + TRY_AGAIN
    if row.state == PriceTestState.RUNNING:  # ends tonight, when its last day is measured
        return None
    row.is_restored = True
    row.save(update_fields=["is_restored"])
    return None


def _ask(row: PriceTest, block: int, wanted: Mapping[str, Decimal]) -> bool:
    """Have the platform set prices of a test's variants; False where another change of one is on its way."""
    product = find_product(row.product.public_id)
    variants = {one.external_id: one for one in list_variants(row.product_id)}
    before, row.asked_block = row.asked_block, block
    try:
        with transaction.atomic():
            for place, one in enumerate(read_design(row).variants):
                if product is None or one.external_id not in wanted:
                    continue
                decision = decided_price(product, variants[one.external_id], wanted[one.external_id])
                key, subject = f"{_stem(row)}-{place}", subject_of(decision)
                ask_change(KIND, write_decision(decision), key=key, subject=subject, actor_id=row.started_by_id)
    except Refusal:
        row.asked_block = before
        return False
    row.asked_at = now()
    row.save(update_fields=["asked_block", "asked_at"])
    return True


def _prices(row: PriceTest) -> dict[str, Decimal]:
    """Return the prices of the product's variants, nothing where it is sold no more."""
    if row.product.deleted_at is not None:
        return {}
    return {one.external_id: one.price_amount for one in list_variants(row.product_id)}


def _keys(row: PriceTest) -> list[str]:
    """Return the keys of what was asked last."""
    if row.asked_block is None:
        return []
    return [f"{_stem(row)}-{place}" for place in range(len(read_design(row).variants))]


def _stem(row: PriceTest) -> str:
    return f"price-test-{row.public_id}-{row.asked_block}"


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), zone)
