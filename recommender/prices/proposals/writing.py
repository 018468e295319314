"""Approved prices go to the platform by the outbox, as many as the merchant's limits let through, and are followed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from recommender.prices.models import PriceProposal
from recommender.prices.outbox_kind import decided_price, subject_of, write_decision
from recommender.prices.proposals.stored import price_settings, read_proposed
from recommender.prices.proposals.types import PriceSettings, ProposalState
from recommender.prices.types import KIND
from shopconnect.catalog.selectors import find_product, list_variants
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.jobs.work import add_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.outbox import ask_change
from shopconnect.sync.selectors import find_changes_of_keys
from shopconnect.sync.types import ChangeState, OutboxSummary

WRITE_KIND, NO_SUBJECT = "write_prices", 0
LOOK_AGAIN, TRY_AGAIN = timedelta(minutes=1), timedelta(hours=1)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def write_prices(shop_id: ShopId) -> None:
    """Follow what was asked of the platform, and ask for what is due within the limits; run twice it asks once."""
    with shop_scope(shop_id):
        settings = price_settings()
        waiting = PriceProposal.objects.select_for_update().order_by("due_at", "id")
        rows = list(waiting.filter(state__in=[ProposalState.APPROVED, ProposalState.SCHEDULED]))
        for row in rows:
            if row.asked_at is not None:
                _follow(row)
        due = [row for row in rows if row.asked_at is None and row.due_at is not None and row.due_at <= now()]
        for row in [] if settings.is_stopped else due[: _room(settings)]:
            _ask(row)
        _come_back(rows)


def changes_of(row: PriceProposal) -> list[OutboxSummary]:
    """Return what was asked of the platform for a proposal the last time it was sent, by variant."""
    return find_changes_of_keys(KIND, keys_of(row))


def keys_of(row: PriceProposal) -> list[str]:
    """Return the keys of what is asked for a proposal this time."""
    return [_key(row, place) for place in range(len(read_proposed(row.details).variants))]


def _follow(row: PriceProposal) -> None:
    """See what became of a proposal's changes: written once the platform took any, refused where it took none."""
    changes = changes_of(row)
    if any(change.state == ChangeState.WAITING for change in changes):
        return
    done = [change.finished_at for change in changes if change.state == ChangeState.DONE and change.finished_at]
    if done:
        row.state, row.written_at = ProposalState.WRITTEN, max(done)
    else:
        row.state, row.ended_at = ProposalState.REFUSED, now()
    row.save(update_fields=["state", "written_at", "ended_at"])


def _room(settings: PriceSettings) -> int:
    """Return how many more prices may change now."""
    asked = PriceProposal.objects.filter(asked_at__isnull=False)
    today, week = (asked.filter(asked_at__gt=now() - since).count() for since in (DAY, WEEK))
    return max(min(settings.daily_limit - int(today), settings.weekly_limit - int(week)), 0)


def _ask(row: PriceProposal) -> None:
    """Have the platform set a proposal's prices; refused where any is another one by now than when it was made."""
    found = read_proposed(row.details)
    product = find_product(found.product_public_id)
    current = {one.external_id: one for one in list_variants(product.id)} if product and not product.deleted_at else {}
    moved = [one for one in found.variants if one.price != one.before]
    is_same = all(one.external_id in current and current[one.external_id].price_amount == one.before for one in moved)
    if product is None or not moved or not is_same:
        row.state, row.ended_at = ProposalState.REFUSED, now()
        row.save(update_fields=["state", "ended_at"])
        return
    row.round += 1
    try:
        with transaction.atomic():
            for place, one in enumerate(found.variants):
                if one.price == one.before:
                    continue
                decision = decided_price(product, current[one.external_id], one.price)
                key, subject = _key(row, place), subject_of(decision)
                ask_change(KIND, write_decision(decision), key=key, subject=subject, actor_id=row.decided_by_id)
    except Refusal:  # a change of the same price is on its way, and goes first
        row.due_at = now() + TRY_AGAIN
        row.save(update_fields=["due_at"])
        return
    row.state, row.asked_at = ProposalState.APPROVED, now()
    row.save(update_fields=["state", "asked_at", "round"])


def _come_back(rows: Sequence[PriceProposal]) -> None:
    """Look again soon while the platform is asked, else when the next one is due or the limits may let one through."""
    open_rows = [row for row in rows if row.state in (ProposalState.APPROVED, ProposalState.SCHEDULED)]
    if open_rows:
        add_due(WRITE_KIND, NO_SUBJECT, min(_moment(row) for row in open_rows))


def _moment(row: PriceProposal) -> datetime:
    if row.asked_at is not None:
        return now() + LOOK_AGAIN
    return row.due_at if row.due_at is not None and row.due_at > now() else now() + TRY_AGAIN


def _key(row: PriceProposal, place: int) -> str:
    return f"proposal-{row.public_id}-{row.round}-{place}"
