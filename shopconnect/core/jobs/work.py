"""Work in the background: rows are the truth, the broker is a hint.

A kind of work is a function of (shop id, subject id), marked with `work`. `add_due` writes a Due row in the caller's
transaction and wakes a worker on commit; a worker leases rows one by one and deletes each when its work is done. A
lease is short and renewed while the work lasts, so that a killed worker's row is soon free. What a dead worker, a lost
message or an absent broker leaves behind, the sweep queues again. So each kind must leave the same world when
it runs twice, or two at once.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import Task
from django.db import DatabaseError, connection, transaction
from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from shopconnect.core.clock import now
from shopconnect.core.jobs import broker
from shopconnect.core.jobs.beat import beat_each
from shopconnect.core.jobs.queues import IN_FLIGHT_A_SHOP, LIMIT_SECONDS, Queue, task_on
from shopconnect.core.models import Due, Slot
from shopconnect.core.observability import metrics
from shopconnect.core.observability.log import get_logger
from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId, current_shop

log = get_logger(__name__)


ROWS_A_TURN, MOST_ATTEMPTS, WOKEN_A_SWEEP = 10, 8, 5000


# Three renewals to a lease, so that one that fails loses nothing.
LEASE_SECONDS, RENEW_SECONDS = 90, 30


PARKED = timedelta(hours=6)
SWEEP_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One kind of work: its name, its queue, the function, and the Celery task that does it."""

    kind: str
    queue: Queue
    body: Callable[[ShopId, int], None]
    task: Task


_kinds: dict[str, Work] = registry({})


def kinds() -> dict[str, Work]:
    """Return each kind of work by name."""
    return dict(_kinds)


def work(*, kind: str, queue: Queue) -> Callable[[Callable[[ShopId, int], None]], Callable[[ShopId, int], None]]:
    """Mark a function of (shop id, subject id) as the work of a kind, done on a queue within that queue's limit."""

    def decorate(body: Callable[[ShopId, int], None]) -> Callable[[ShopId, int], None]:
        @task_on(f"work.{kind}", queue)
        def run(shop_id: int) -> None:
            run_due(ShopId(shop_id), kind)

        _kinds[kind] = Work(kind=kind, queue=queue, body=body, task=run)
        return body

    return decorate


def add_due(kind: str, subject_id: int, at: datetime | None = None) -> None:
    """Ask for work on a row of the shop in scope, now or at a time; asking while it runs has it done again then.

    The row is held until the scope ends: who asks for several of a kind does so by their ids, so that two who ask for
    the same never wait for each other.
    """
    shop_id, due_at = current_shop(), at or now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_due (shop_id, kind, subject_id, due_at, attempts, asked, error) "
            "VALUES (%s, %s, %s, %s, 0, 1, '') ON CONFLICT (shop_id, kind, subject_id) DO UPDATE SET "
            "due_at = least(core_due.due_at, excluded.due_at), again_at = least(core_due.again_at, excluded.due_at), "
            "asked = core_due.asked + 1, attempts = 0, parked_at = NULL",
            [shop_id, kind, subject_id, due_at],
        )
    if due_at <= now():
        # Somebody waits for a chat's answer, so only floods (webhooks, syncs) are held to one wake a second.
        broker.wake(_kinds[kind].task, shop_id, throttled=_kinds[kind].queue != Queue.CHAT)


@contextmanager
def done_here(shop_id: ShopId, kind: str, subject_id: int) -> Iterator[None]:
    """Do a row's work in this process: what was asked before it began needs no worker once it ends well."""
    rows = Due.objects.filter(shop_id=shop_id, kind=kind, subject_id=subject_id)
    count = rows.values_list("asked", flat=True).first() or 0
    yield
    rows.filter(asked=count, lease_until=None).delete()


def run_due(shop_id: ShopId, kind: str) -> None:
    """Do what is due of one kind for one shop, a few rows a turn, then go to the end of the queue for the rest.

    A row has one go a turn: long work that asks for itself again, slice by slice, lets others in between.
    """
    queue, had = _kinds[kind].queue, list[int]()
    # A third of the limit, so that the last row begun has two thirds of it left.
    ends = time.monotonic() + LIMIT_SECONDS[queue] / 3
    for _turn in range(ROWS_A_TURN):
        row = lease(shop_id, kind, but=had)
        if row is None and not had:
            return  # others have the shop's share in hand, and wake the rest when they are done
        if row is not None:
            _run(_kinds[kind], row)
            had.append(row.pk)
        if row is None or time.monotonic() > ends:
            break
    _wake_rest(shop_id, queue)


def lease(shop_id: ShopId, kind: str, but: Sequence[int] = ()) -> Due | None:
    """Take one due row for a while, or none: nothing else is due, or the shop has its share of the queue in flight."""
    queue, moment = _kinds[kind].queue, now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            # One at a time a shop and queue, or two workers would both count the share before either has taken its row.
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [shop_id % 2**31, queue.value])
        rows = Due.objects.filter(shop_id=shop_id, parked_at=None)
        if rows.filter(kind__in=_same_queue(queue), lease_until__gt=moment).count() >= IN_FLIGHT_A_SHOP[queue]:
            return None
        row = rows.filter(_free(moment), kind=kind, due_at__lte=moment, attempts__lt=MOST_ATTEMPTS)
        found = row.exclude(pk__in=but).order_by("due_at", "id").select_for_update(skip_locked=True).first()
        if found is not None:
            found.lease_until = _lease_end(queue)
            found.attempts += 1
            found.again_at = None
            found.save(update_fields=["lease_until", "attempts", "again_at"])
        return found


def _free(moment: datetime) -> Q:
    return Q(lease_until=None) | Q(lease_until__lte=moment)


def _lease_end(queue: Queue) -> datetime:
    return now() + timedelta(seconds=min(LIMIT_SECONDS[queue] + 5, LEASE_SECONDS))


def _same_queue(queue: Queue) -> list[str]:
    return [kind.kind for kind in _kinds.values() if kind.queue == queue]


def _wake_rest(shop_id: ShopId, queue: Queue) -> None:
    """Wake what the shop has due on a queue whose share has just become free: one message for the one that ends."""
    moment = now()
    rest = Due.objects.filter(_free(moment), shop_id=shop_id, parked_at=None, due_at__lte=moment)
    for kind in rest.filter(kind__in=_same_queue(queue)).values_list("kind", flat=True).distinct():
        broker.wake(_kinds[kind].task, shop_id, throttled=False)


class _Hold:
    """A row in a worker's hands: a thread renews its lease while the work lasts."""

    def __init__(self, row: Due, queue: Queue) -> None:
        self._row, self._queue, self._ended = row, queue, threading.Event()
        self._thread = threading.Thread(target=self._renew, name=f"lease-{row.pk}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _renew(self) -> None:
        while not self._ended.wait(RENEW_SECONDS):
            until = _lease_end(self._queue)
            try:
                if _held(self._row).update(lease_until=until):
                    self._row.lease_until = until
            except DatabaseError as error:
                log.warning("lease_not_renewed", kind=self._row.kind, error=type(error).__name__)
            finally:
                connection.close()


def _held(row: Due) -> QuerySet[Due]:
    """Return the row as long as it is ours: who leased it after us has another end of the lease."""
    return Due.objects.filter(pk=row.pk, lease_until=row.lease_until)


def _run(kind: Work, row: Due) -> None:
    started, outcome = time.monotonic(), "done"
    try:
        with _Hold(row, kind.queue):
            kind.body(ShopId(row.shop_id), row.subject_id)
    except Exception as error:  # all background work passes here: the row keeps the failure and is tried again
        log.exception("work_failed", kind=kind.kind, shop_id=row.shop_id, subject_id=row.subject_id)
        outcome = _keep_failure(row, type(error).__name__)
    else:
        # Asked again meanwhile: the row stays, and is due again.
        if not _held(row).filter(asked=row.asked).delete()[0]:
            _held(row).update(lease_until=None, due_at=Coalesce("again_at", "due_at"))
    metrics.count_work(kind.kind, outcome, time.monotonic() - started)


def _keep_failure(row: Due, error: str) -> str:
    """Write the failure down and say what comes of the row: tried again after a growing wait, or parked."""
    gives_up = row.attempts >= MOST_ATTEMPTS
    wait = timedelta(seconds=min(600, 5 * 2**row.attempts))
    failure = {"lease_until": None, "due_at": now() + wait, "error": error[:200]}
    if not _held(row).filter(asked=row.asked).update(**failure, parked_at=now() if gives_up else None):
        _held(row).update(**failure)
        return "failed"
    return "parked" if gives_up else "failed"


beat_each("core.sweep", SWEEP_SECONDS)


@task_on("core.sweep", Queue.HOOKS)
def sweep() -> None:
    """Queue again whatever is due and in nobody's hands, oldest first; the minute beat's work.

    Drops the timetable's old slots.
    """
    moment = now()
    # Perhaps a disk was full or a server away for hours: what is parked gets a try every PARKED, and none is given up.
    Due.objects.filter(parked_at__lte=moment - PARKED).update(parked_at=None, attempts=MOST_ATTEMPTS - 1)
    free = Due.objects.filter(_free(moment), parked_at=None)
    _park_lost(free.filter(attempts__gte=MOST_ATTEMPTS), moment)
    waiting = free.filter(due_at__lte=moment, kind__in=list(_kinds)).values_list("shop_id", "kind")
    oldest_first = waiting.annotate(oldest=Min("due_at")).order_by("oldest", "shop_id", "kind")
    for shop_id, kind, _oldest in oldest_first[:WOKEN_A_SWEEP]:
        broker.wake(_kinds[kind].task, shop_id)
    Slot.objects.filter(slot__lt=moment - timedelta(days=2)).delete()


def _park_lost(rows: QuerySet[Due], moment: datetime) -> None:
    """Park work that ends each worker it is given to, for it fails in no other way; what is being asked for may live.

    Rows that somebody holds are left out, so that this never waits for one who waits for a row of ours.
    """
    with transaction.atomic():
        lost = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
        Due.objects.filter(pk__in=lost).update(parked_at=moment, lease_until=None, error="WorkerLost")


def count_due() -> dict[str, dict[str, int]]:
    """Return how much work waits and how much is parked, by kind, over all shops; for the health pages."""
    rows = Due.objects.values("kind").annotate(all=Count("id"), parked=Count("parked_at"))
    return {
        "waiting": {row["kind"]: row["all"] - row["parked"] for row in rows},
        "parked": {row["kind"]: row["parked"] for row in rows if row["parked"]},
    }


def oldest_due_seconds() -> float:
    """Return how long the oldest work in nobody's hands has been due, over all shops; 0 when nothing waits."""
    moment = now()
    waiting = Due.objects.filter(_free(moment), parked_at=None, due_at__lte=moment)
    oldest = waiting.aggregate(oldest=Min("due_at"))["oldest"]
    return (moment - oldest).total_seconds() if oldest else 0.0
