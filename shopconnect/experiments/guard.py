"""The guard: a shelf that fails or is empty more than it was, or an experiment that does harm, falls back by itself."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import current_shop
from shopconnect.experiments.engine.soundness import lowest_share
from shopconnect.experiments.models import Experiment, Fallback
from shopconnect.experiments.notices import EXPERIMENT_ENDED, SHELF_FELL
from shopconnect.experiments.selectors import summed_tallies
from shopconnect.experiments.services import configs
from shopconnect.experiments.types import EVERY_SHELF, HOLD_OUT, Because, ShelfTally
from shopconnect.notifications.notices import tell_owners

DAYS_BEFORE, TIMES, LEAST_REQUESTS = 7, 2.0, 50
ERRORS_AT, EMPTIES_AT = 0.05, 0.3  # shares below which nothing is said, whatever was before


def look_at_rates() -> list[str]:
    """Have each shelf fall back that fails or is empty surely more than TIMES as often as in the week before.

    Returns the shelves that fell. Of the hold-out nothing is counted here: it is empty on purpose. B is judged
    beside A, and an experiment that makes a shelf fail or empty is ended; the shelf stays.
    """
    today = now().date()
    rows = summed_tallies(today - timedelta(days=DAYS_BEFORE), "day", "shelf", "arm").values()
    shown = [row for row in rows if row.arm not in ("H", "h", "B", "b")]
    because = _trouble_of_b(rows, today)
    if because is not None and not _ended_since(today):
        stop_experiment(because)
    fallen = []
    for shelf in sorted({row.shelf for row in shown}):
        because = _trouble([row for row in shown if row.shelf == shelf], today)
        if because is not None and _fall(shelf, because):
            fallen.append(shelf)
    return fallen


def stop_harm() -> None:
    """Have every shelf show the simple rule, since those who see what was learnt surely buy less than the hold-out."""
    _fall(EVERY_SHELF, Because.HARM)


def stop_experiment(because: Because = Because.HARM) -> bool:
    """End the experiment that runs, since B surely earns less than A, or fails; everybody gets A again."""
    rows = Experiment.objects.filter(ended_at=None).exclude(kind=HOLD_OUT)
    # Read before the update, for afterwards the rows are no longer found by it.
    public_ids = list(rows.values_list("public_id", flat=True))
    if not rows.update(ended_at=now(), ended_because=because):
        return False
    tell_owners(EXPERIMENT_ENDED, {"because": because}, key=f"experiment-{public_ids[0]}")
    configs.renew(current_shop())
    return True


def _ended_since(day: date) -> bool:
    """Say whether an experiment ended since a day (UTC) began: what was counted of B on that day may be of that one."""
    rows = Experiment.objects.exclude(kind=HOLD_OUT)
    return bool(rows.filter(ended_at__gte=datetime.combine(day, time(), UTC)).exists())


def _trouble(rows: Iterable[ShelfTally], today: date) -> Because | None:
    """Return what is surely worse today than in the days before, or None."""
    by_day = {True: [0, 0, 0], False: [0, 0, 0]}
    for row in rows:
        _add(by_day[row.day == today.isoformat()], row)
    return _worse(by_day[True], by_day[False])


def _trouble_of_b(rows: Iterable[ShelfTally], today: date) -> Because | None:
    """Return what is surely worse in B of an experiment than in A today, on any shelf, or None."""
    sums: dict[tuple[str, bool], list[int]] = {}
    for row in rows:
        if row.day == today.isoformat() and row.arm in ("A", "a", "B", "b"):
            _add(sums.setdefault((row.shelf, row.arm in ("B", "b")), [0, 0, 0]), row)
    found = (_worse(sums[shelf, True], sums.get((shelf, False), [0, 0, 0])) for shelf, is_b in sorted(sums) if is_b)
    return next(filter(None, found), None)


def _add(sums: list[int], row: ShelfTally) -> None:
    for place, count in enumerate((row.requests, row.errors, row.empties)):
        sums[place] += count


def _worse(seen: Sequence[int], usual: Sequence[int]) -> Because | None:
    """Return what of requests, errors and empties is surely worse than usual, or None."""
    for place, (because, floor) in enumerate(((Because.ERRORS, ERRORS_AT), (Because.EMPTIES, EMPTIES_AT)), start=1):
        # Surely worse: the lower end of today's share must exceed twice the usual one.
        share = usual[place] / usual[0] if usual[0] else 0.0
        if seen[0] >= LEAST_REQUESTS and lowest_share(seen[place], seen[0]) > max(floor, TIMES * share):
            return because
    return None


def _fall(shelf: str, because: Because) -> bool:
    row, made = Fallback.objects.get_or_create(shelf=shelf, defaults={"because": because, "at": now()})
    if made:
        tell_owners(SHELF_FELL, {"because": because}, key=f"fell-{current_shop()}-{row.pk}")
        configs.renew(current_shop())
    return bool(made)
