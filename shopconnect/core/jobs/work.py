"""Work in the background: rows are the truth, the broker is a hint.

A kind of work is a function of (shop id, subject id), marked with `work`. `add_due` writes a Due row in the caller's
transaction and wakes a worker on commit; a worker leases rows, one at a time or a batch, and deletes each when its work
is done. A lease is short and renewed while the work lasts, so that a killed worker's rows are soon free. What a dead
worker, a lost message or an absent broker leaves behind, the sweep queues again. So each kind must leave the same world
when it runs twice, or two at once.

A batch is for kinds with many rows of little work each, such as a mail to each recipient. It is one lease, known by its
end, and takes one place of the shop's share; but each row of it is run, deleted or failed by itself, and an attempt
counts from when the row's own work begins.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from celery import Task
from django.db import DatabaseError, connection, transaction
from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from shopconnect.core.clock import now
from shopconnect.core.jobs import broker
from shopconnect.core.jobs.beat import beat_each
from shopconnect.core.jobs.queues import IN_FLIGHT_A_SHOP, LIMIT_SECONDS, PACES, Queue, task_on
from shopconnect.core.models import Due, Slot
from shopconnect.core.observability import metrics
from shopconnect.core.observability.log import get_logger
from shopconnect.core.pace import at_pace
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
    """One kind of work: its name, its queue, how many rows are leased at once, the function, and its Celery task."""

    kind: str
    queue: Queue
    batch: int
    body: Callable[[ShopId, int], None]
    task: Task


_kinds: dict[str, Work] = registry({})


def kinds() -> dict[str, Work]:
    """Return each kind of work by name."""
    return dict(_kinds)


def work(
    *, kind: str, queue: Queue, batch: int = 1
) -> Callable[[Callable[[ShopId, int], None]], Callable[[ShopId, int], None]]:
    """Mark a function of (shop id, subject id) as the work of a kind, done on a queue within that queue's limit.

    A batch above 1 is for work of a second or so a row: rows that wait in a batch wait for those before them.
    """

    def decorate(body: Callable[[ShopId, int], None]) -> Callable[[ShopId, int], None]:
        @task_on(f"work.{kind}", queue)
        def run(shop_id: int) -> None:
            run_due(ShopId(shop_id), kind)

        _kinds[kind] = Work(kind=kind, queue=queue, batch=batch, body=body, task=run)
        return body

    return decorate


_ADD = """
INSERT INTO core_due (shop_id, kind, subject_id, due_at, attempts, asked, error)
SELECT shop_id, %s, %s, due_at, 0, 1, '' FROM unnest(%s::bigint[], %s::timestamptz[]) AS asked (shop_id, due_at)
ON CONFLICT (shop_id, kind, subject_id) DO UPDATE SET
    due_at = least(core_due.due_at, excluded.due_at), again_at = least(core_due.again_at, excluded.due_at),
    asked = core_due.asked + 1, attempts = 0, parked_at = NULL
"""


_DROP = "DELETE FROM core_due WHERE shop_id = %s AND kind = %s AND subject_id = %s AND lease_until IS NULL"


def add_due(kind: str, subject_id: int, at: datetime | None = None) -> None:
    """Ask for work on a row of the shop in scope, now or at a time; asking while it runs has it done again then.

    The row is held until the scope ends: who asks for several of a kind does so by their ids, so that two who ask for
    the same never wait for each other.
    """
    shop_id, due_at = current_shop(), at or now()
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [kind, subject_id, [shop_id], [due_at]])
    if due_at <= now():
        # Somebody waits for a chat's answer, so only floods (webhooks, syncs) are held to one wake a second.
        broker.wake(_kinds[kind].task, shop_id, throttled=_kinds[kind].queue != Queue.CHAT)


def postpone(kind: str, subject_id: int, seconds: float) -> None:
    """Ask for work in some seconds and have it begin then, where the next sweep would come later."""
    add_due(kind, subject_id, now() + timedelta(seconds=seconds))
    if seconds < SWEEP_SECONDS:
        broker.wake_later(_kinds[kind].task, current_shop(), seconds)


def drop_due(kind: str, subject_id: int) -> None:
    """Let go of work of the shop in scope that this very transaction has done, unless a worker has it in hands."""
    with connection.cursor() as cursor:
        cursor.execute(_DROP, [current_shop(), kind, subject_id])


def is_awaited(kind: str) -> bool:
    """Say whether work of a kind waits in the shop in scope, or is being done."""
    return Due.objects.filter(shop_id=current_shop(), kind=kind, parked_at=None).exists()


def add_due_each(kind: str, due_at: Mapping[ShopId, datetime]) -> None:
    """Ask for work of many shops, all or none, each at its own time; outside any scope. The sweep wakes who does it."""
    shop_ids = sorted(due_at)  # so that two who ask for the same never wait for each other
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [kind, 0, shop_ids, [due_at[shop_id] for shop_id in shop_ids]])


@contextmanager
def done_here(shop_id: ShopId, kind: str, subject_id: int) -> Iterator[None]:
    """Do a row's work in this process: what was asked before it began needs no worker once it ends well."""
    rows = Due.objects.filter(shop_id=shop_id, kind=kind, subject_id=subject_id)
    count = rows.values_list("asked", flat=True).first() or 0
    yield
    rows.filter(asked=count, lease_until=None).delete()


def run_due(shop_id: ShopId, kind: str) -> None:
    """Do what is due of one kind for one shop, a few rows or one batch a turn, then go to the end of the queue.

    A row has one go a turn: long work that asks for itself again, slice by slice, lets others in between.
    """
    work_kind, had = _kinds[kind], list[int]()
    # A third of the limit, so that the last row begun has two thirds of it left.
    ends, rest = time.monotonic() + LIMIT_SECONDS[work_kind.queue] / 3, [kind]
    while kind in rest and len(had) < ROWS_A_TURN and time.monotonic() <= ends:
        rows = lease(shop_id, kind, most=work_kind.batch, but=had)
        if not rows:
            break
        had += [row.pk for row in rows]
        _run_batch(work_kind, rows, ends)
        rest = _due_kinds(shop_id, work_kind.queue)
    if had:  # otherwise others have the shop's share in hand, and wake the rest when they are done
        for waiting in rest:
            broker.wake(_kinds[waiting].task, shop_id, throttled=False)


_FREE = """
SELECT * FROM core_due WHERE %s > (
    SELECT count(DISTINCT lease_until) FROM core_due
    WHERE shop_id = %s AND kind = ANY(%s) AND parked_at IS NULL AND lease_until > %s)
AND shop_id = %s AND kind = %s AND parked_at IS NULL AND due_at <= %s AND attempts < %s
AND (lease_until IS NULL OR lease_until <= %s) AND id <> ALL(%s::bigint[])
ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED
"""


def lease(shop_id: ShopId, kind: str, most: int = 1, but: Sequence[int] = ()) -> list[Due]:
    """Take due rows for a while, all until the same moment; a lease is one place of the shop's share of the queue.

    None where nothing else is due, or where the shop has its share in flight.
    """
    queue, moment = _kinds[kind].queue, now()
    # What is leased alone begins at once: its attempt is counted with the lease, and that of others as each begins.
    begun = {"attempts": F("attempts") + 1, "again_at": None} if most == 1 else {}
    with transaction.atomic():
        with connection.cursor() as cursor:
            # One at a time a shop and queue, or two workers would both count the share before either has taken its row.
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [shop_id % 2**31, queue.value])
        share = [IN_FLIGHT_A_SHOP[queue], shop_id, _same_queue(queue), moment]
        free = [shop_id, kind, moment, MOST_ATTEMPTS, moment, list(but), most]
        taken, lease_end = _untried_together(list(Due.objects.raw(_FREE, share + free))), _lease_end(queue)
        if taken:
            Due.objects.filter(pk__in=[row.pk for row in taken]).update(lease_until=lease_end, **begun)
    for row in taken:
        row.lease_until = lease_end
        row.attempts += 1 if begun else 0
    return taken


def _untried_together(rows: list[Due]) -> list[Due]:
    """Return the first row alone if it was tried before: one that ends its worker keeps no others waiting twice."""
    if rows and rows[0].attempts:
        return rows[:1]
    return [row for row in rows if not row.attempts]


def _free(moment: datetime) -> Q:
    return Q(lease_until=None) | Q(lease_until__lte=moment)


def _lease_end(queue: Queue) -> datetime:
    return now() + timedelta(seconds=min(LIMIT_SECONDS[queue] + 5, LEASE_SECONDS))


def _same_queue(queue: Queue) -> list[str]:
    return [kind.kind for kind in _kinds.values() if kind.queue == queue]


def _due_kinds(shop_id: ShopId, queue: Queue) -> list[str]:
    """Return the kinds of which the shop has something due, and in nobody's hands, on a queue."""
    moment = now()
    rest = Due.objects.filter(_free(moment), shop_id=shop_id, parked_at=None, due_at__lte=moment)
    return list(rest.filter(kind__in=_same_queue(queue)).values_list("kind", flat=True).distinct())


class _Lease:
    """Rows in a worker's hands: a thread renews the lease of those not yet ended; those not begun are given back."""

    def __init__(self, kind: Work, rows: Sequence[Due]) -> None:
        self._waiting = {row.pk: row for row in rows}
        self._current: Due | None = None
        self._kind, self._until = kind, rows[0].lease_until
        self._ended = threading.Event()
        # A row is ours by the end of its lease: nobody may look for it by that end while the end is being moved.
        self._moving = threading.Lock()
        self._thread = threading.Thread(target=self._renew, name=f"lease-{rows[0].pk}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._move_end(list(self._waiting), None)

    def begin(self, row: Due) -> bool:
        """Begin a row's work: its attempt counts from now; says whether the row is still ours.

        What kills its worker is blamed, and what only waited is not.
        """
        is_ours = self._kind.batch == 1 or self._count_attempt(row)
        del self._waiting[row.pk]
        self._current = row if is_ours else None
        return is_ours

    def _count_attempt(self, row: Due) -> bool:
        with self._moving, transaction.atomic():
            held = self._held([row.pk]).select_for_update().first()
            if held is not None:
                # What was asked while the row waited is done by this very run.
                row.asked, row.attempts, row.again_at = held.asked, held.attempts + 1, None
                row.save(update_fields=["attempts", "again_at"])
        return held is not None

    def end(self, row: Due) -> None:
        """Delete a row whose work is done, or free it: asked again meanwhile, it stays and is due again."""
        with self._moving:
            held = self._held([row.pk])
            if not held.filter(asked=row.asked).delete()[0]:
                held.update(lease_until=None, due_at=Coalesce("again_at", "due_at"))
            self._current = None

    def fail(self, row: Due, error: str) -> str:
        """Write the failure down and say what comes of the row: tried again after a growing wait, or parked."""
        gives_up = row.attempts >= MOST_ATTEMPTS
        wait = timedelta(seconds=min(600, 5 * 2**row.attempts))
        failure = {"lease_until": None, "due_at": now() + wait, "error": error[:200]}
        with self._moving:
            held = self._held([row.pk])
            self._current = None
            if not held.filter(asked=row.asked).update(**failure, parked_at=now() if gives_up else None):
                held.update(**failure)
                return "failed"
        return "parked" if gives_up else "failed"

    def _held(self, ids: Sequence[int]) -> QuerySet[Due]:
        """Return those of some rows that are still ours: who leased one after us has another end of the lease."""
        return Due.objects.filter(pk__in=ids, lease_until=self._until)

    def _renew(self) -> None:
        while not self._ended.wait(RENEW_SECONDS):
            try:
                with self._moving:
                    until = _lease_end(self._kind.queue)
                    self._move_end([*self._waiting, *([self._current.pk] if self._current else [])], until)
                    self._until = until
            except DatabaseError as error:
                log.warning("lease_not_renewed", kind=self._kind.kind, error=type(error).__name__)
            finally:
                connection.close()

    def _move_end(self, ids: Sequence[int], until: datetime | None) -> None:
        """Have the lease of some rows end at another time, all at once or none.

        They are locked in the order in which askers ask, or each could wait for a row that the other has.
        """
        if not ids:
            return
        with transaction.atomic():
            held = self._held(ids).order_by("subject_id").select_for_update().values_list("pk", flat=True)
            Due.objects.filter(pk__in=list(held)).update(lease_until=until)


def _run_batch(kind: Work, rows: Sequence[Due], ends: float) -> None:
    """Do leased rows one after the other until the turn's time is over; what one of them comes to harms no other."""
    with _Lease(kind, rows) as leased:
        for row in rows:
            if time.monotonic() > ends:
                return
            if leased.begin(row):
                _run(kind, row, leased)


def _run(kind: Work, row: Due, leased: _Lease) -> None:
    started, outcome = time.monotonic(), "done"
    try:
        with at_pace(PACES[kind.queue]):
            kind.body(ShopId(row.shop_id), row.subject_id)
    except Exception as error:  # all background work passes here: the row keeps the failure and is tried again
        log.exception("work_failed", kind=kind.kind, shop_id=row.shop_id, subject_id=row.subject_id)
        outcome = leased.fail(row, type(error).__name__)
    else:
        leased.end(row)
    metrics.count_work(kind.kind, outcome, time.monotonic() - started)


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
