"""The guard: a shelf that fails or is empty more than it was, or a trial that does harm, falls back by itself."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from shopconnect.core.clock import now
from shopconnect.core.tenancy import current_shop
from shopconnect.experiments.engine.assignment import lowest_share
from shopconnect.experiments.models import Experiment, Fallback
from shopconnect.experiments.selectors import summed_tallies
from shopconnect.experiments.services import plans
from shopconnect.experiments.types import EVERY_SHELF, Because, ExperimentKind, ShelfTally
from shopconnect.shops.notices import tell_owners
from shopconnect.shops.types import NoticeKind

DAYS_BEFORE, TIMES, LEAST_REQUESTS = 7, 2.0, 50
ERRORS_AT, EMPTIES_AT = 0.05, 0.3  # shares below which nothing is said, whatever was before


def look_at_rates() -> list[str]:
    """Have each shelf fall back that fails or is empty surely more than TIMES as often as in the week before.

    Returns the shelves that fell. Of the hold-out nothing is counted here: it is empty on purpose.
    """
    today = now().date()
    rows = summed_tallies(today - timedelta(days=DAYS_BEFORE), "day", "shelf", "arm")
    shown = [row for row in rows.values() if row.arm not in ("H", "h")]
    fallen = []
    for shelf in sorted({row.shelf for row in shown}):
        because = _trouble([row for row in shown if row.shelf == shelf], today)
        if because is not None and _fall(shelf, because):
            fallen.append(shelf)
    return fallen


def stop_harm() -> None:
    """Have every shelf show the simple rule, since those who see what was learnt surely buy less than the hold-out."""
    _fall(EVERY_SHELF, Because.HARM)


def stop_trial() -> bool:
    """End the trial that runs, since B surely earns less than A; everybody gets A again."""
    rows = Experiment.objects.filter(ended_at=None).exclude(kind=ExperimentKind.HOLD_OUT)
    public_ids = list(rows.values_list("public_id", flat=True))
    if not rows.update(ended_at=now(), ended_because=Because.HARM):
        return False
    tell_owners(NoticeKind.TRIAL_ENDED, {}, key=f"trial-{public_ids[0]}")
    transaction.on_commit(plans.forget)
    return True


def _trouble(rows: Iterable[ShelfTally], today: date) -> Because | None:
    """Return what is surely worse today than in the days before, or None."""
    now_, before = [0, 0, 0], [0, 0, 0]
    for row in rows:
        sums = now_ if row.day == today.isoformat() else before
        for place, count in enumerate((row.requests, row.errors, row.empties)):
            sums[place] += count
    for place, (because, floor) in enumerate(((Because.ERRORS, ERRORS_AT), (Because.EMPTIES, EMPTIES_AT)), start=1):
        usual = before[place] / before[0] if before[0] else 0.0
        if now_[0] >= LEAST_REQUESTS and lowest_share(now_[place], now_[0]) > max(floor, TIMES * usual):
            return because
    return None


def _fall(shelf: str, because: Because) -> bool:
    row, made = Fallback.objects.get_or_create(shelf=shelf, defaults={"because": because, "at": now()})
    if made:
        tell_owners(NoticeKind.SHELF_FELL, {"because": because}, key=f"fell-{current_shop()}-{row.pk}")
        transaction.on_commit(plans.forget)
    return bool(made)
