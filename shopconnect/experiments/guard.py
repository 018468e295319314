"""The guard: a shelf that fails or is empty more than it was, or an experiment that does harm, falls back by itself.

No address decides that: trouble counts where several networks saw it in several hours. A shelf that fell back shows
again what was learnt once the trouble is over, without anybody's doing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from shopconnect.core.clock import now, write_time
from shopconnect.core.tenancy.context import ShopId, current_shop
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments.engine.soundness import lowest_share
from shopconnect.experiments.models import Experiment, Fallback
from shopconnect.experiments.notices import EXPERIMENT_ENDED, SHELF_FELL, SHELF_LIFTED
from shopconnect.experiments.selectors import sighting_of, summed_tallies
from shopconnect.experiments.services import configs
from shopconnect.experiments.types import EVERY_SHELF, HOLD_OUT, Because, ShelfTally, Sighting
from shopconnect.notifications.notices import tell_owners

DAYS_BEFORE, TIMES, LEAST_REQUESTS = 7, 2.0, 50
ERRORS_AT, EMPTIES_AT = 0.05, 0.3  # shares below which nothing is said, whatever was before
LEAST_NETWORKS, LEAST_HOURS = 5, 3  # in which a trouble must be seen, so that no address or moment decides
QUIET = timedelta(hours=3)  # after so long without trouble a shelf shows again what was learnt
EVERYBODY, TREATED = "Aa", "Bb"


def look_at_rates() -> list[str]:
    """Have each shelf fall back that fails or is empty surely more than TIMES as often as in the week before.

    Returns the shelves that fell. Of the hold-out nothing is counted here: it is empty on purpose. B is judged
    beside A, and an experiment that makes a shelf fail or empty is ended; the shelf stays. A shelf whose trouble is
    over is lifted.
    """
    _lift_what_is_over()
    today = now().date()
    rows = summed_tallies(today - timedelta(days=DAYS_BEFORE), "day", "shelf", "arm").values()
    because = _trouble_of_b(rows, today)
    if because is not None and not _ended_since(today):
        stop_experiment(because)
    shown = [row for row in rows if row.arm in EVERYBODY]
    known = {row.shelf: row for row in Fallback.objects.all()}
    return [shelf for shelf in sorted({row.shelf for row in shown}) if _look_at(shelf, shown, known.get(shelf), today)]


def stop_harm() -> None:
    """Have every shelf show the simple rule, since those who see what was learnt surely buy less than the hold-out."""
    _fall(EVERY_SHELF, Because.HARM, None)


def end_harm() -> None:
    """Show again what was learnt on every shelf, since it cannot be said any more that it does harm."""
    for row in Fallback.objects.filter(because=Because.HARM, lifted_at=None):
        _lift(row)


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


def lift_fallback(shop_id: ShopId, shelf: str) -> None:
    """Have a shelf that fell back show what was learnt again, since an owner says so; the guard goes on looking."""
    with shop_scope(shop_id):
        for row in Fallback.objects.filter(shelf=shelf, lifted_at=None):
            _pass_over(row)


def _look_at(shelf: str, shown: Iterable[ShelfTally], known: Fallback | None, today: date) -> bool:
    """Have a shelf fall back where it is in trouble; says whether it did."""
    if known is not None and known.lifted_at is None:
        return False
    rows = [row for row in shown if row.shelf == shelf]
    seen, usual = _sum(row for row in rows if row.day == today.isoformat()), _sum(_before(rows, today))
    since = datetime.combine(today, time(), UTC)
    if known is not None and known.lifted_at is not None and known.lifted_at >= since:
        # What was counted before it was lifted is over.
        seen = [max(count - past, 0) for count, past in zip(seen, known.passed.get("counts", [0, 0, 0]))]
        since = known.lifted_at
    for because in _worse(seen, usual):
        sighting = sighting_of(because, EVERYBODY, since, shelf)
        if _is_broad(sighting):
            return _fall(shelf, because, sighting)
    return False


def _before(rows: Iterable[ShelfTally], today: date) -> Iterable[ShelfTally]:
    return (row for row in rows if row.day != today.isoformat())


def _is_broad(sighting: Sighting | None) -> bool:
    """Say whether a trouble was seen by so many networks and in so many hours that no stranger makes it up."""
    return sighting is not None and sighting.networks >= LEAST_NETWORKS and sighting.hours >= LEAST_HOURS


def _ended_since(day: date) -> bool:
    """Say whether an experiment ended since a day (UTC) began: what was counted of B on that day may be of that one."""
    rows = Experiment.objects.exclude(kind=HOLD_OUT)
    return bool(rows.filter(ended_at__gte=datetime.combine(day, time(), UTC)).exists())


def _trouble_of_b(rows: Iterable[ShelfTally], today: date) -> Because | None:
    """Return what is surely worse in B of an experiment than in A today, on any shelf, or None."""
    since = datetime.combine(today, time(), UTC)
    by_shelf: dict[str, list[ShelfTally]] = {}
    for row in rows:
        if row.day == today.isoformat() and row.arm in EVERYBODY + TREATED:
            by_shelf.setdefault(row.shelf, []).append(row)
    for shelf, of_shelf in sorted(by_shelf.items()):
        tried, beside = ([row for row in of_shelf if row.arm in arms] for arms in (TREATED, EVERYBODY))
        for because in _worse(_sum(tried), _sum(beside)):
            if _is_broad(sighting_of(because, TREATED, since, shelf)):
                return because
    return None


def _sum(rows: Iterable[ShelfTally]) -> list[int]:
    """Return requests, errors and empties of some rows together."""
    counts = [(row.requests, row.errors, row.empties) for row in rows]
    return [sum(column) for column in zip(*counts)] if counts else [0, 0, 0]


def _worse(seen: Sequence[int], usual: Sequence[int]) -> list[Because]:
    """Return what of requests, errors and empties is surely worse than usual."""
    found = []
    for place, (because, floor) in enumerate(((Because.ERRORS, ERRORS_AT), (Because.EMPTIES, EMPTIES_AT)), start=1):
        # Surely worse: the lower end of today's share must exceed twice the usual one.
        share = usual[place] / usual[0] if usual[0] else 0.0
        if seen[0] >= LEAST_REQUESTS and lowest_share(seen[place], seen[0]) > max(floor, TIMES * share):
            found.append(because)
    return found


def _fall(shelf: str, because: Because, sighting: Sighting | None) -> bool:
    seen = _written(sighting)
    row, made = Fallback.objects.get_or_create(shelf=shelf, defaults={"because": because, "at": now(), "seen": seen})
    if not made and row.lifted_at is None:
        return False
    row.because, row.at, row.seen, row.lifted_at, row.passed = because, now(), seen, None, {}
    row.save()
    params = {"because": because, **{name: str(value) for name, value in seen.items()}}
    tell_owners(SHELF_FELL, params, key=f"fell-{current_shop()}-{row.pk}-{write_time(row.at)}")
    configs.renew(current_shop())
    return True


def _written(sighting: Sighting | None) -> Mapping[str, int | str]:
    if sighting is None:
        return {}
    return {
        "count": sighting.count,
        "networks": sighting.networks,
        "first_at": write_time(sighting.first_at),
        "last_at": write_time(sighting.last_at),
    }


def _lift_what_is_over() -> None:
    """Lift each shelf that was quiet for so long: the few networks that see trouble are no trouble of the shelf."""
    for row in Fallback.objects.filter(lifted_at=None).exclude(because=Because.HARM):
        since = now() - QUIET
        if row.at > since:
            continue
        recent = sighting_of(Because(row.because), EVERYBODY, since, row.shelf)
        if recent is None or recent.networks < LEAST_NETWORKS:
            _lift(row)


def _lift(row: Fallback) -> None:
    _pass_over(row)
    tell_owners(SHELF_LIFTED, {"because": row.because}, key=f"lifted-{current_shop()}-{row.pk}-{write_time(row.at)}")


def _pass_over(row: Fallback) -> None:
    today = now().date()
    rows = summed_tallies(today, "shelf", "arm").values()
    row.lifted_at = now()
    row.passed = {"counts": _sum(one for one in rows if one.shelf == row.shelf and one.arm in EVERYBODY)}
    row.save(update_fields=["lifted_at", "passed"])
    configs.renew(current_shop())
