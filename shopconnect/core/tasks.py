"""Work in the background: rows are the truth, the broker is a hint.

A kind of work is a function of (shop id, subject id), marked with `work`. `add_due` writes a Due row in the caller's
transaction and wakes a worker on commit; a worker leases rows one by one and deletes each when its work is done. What
a dead worker, a lost message or an absent broker leaves behind, the minute's sweep queues again. So each kind must
leave the same world when it runs twice, or two at once.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import wraps

from celery import Task, shared_task
from django.db import connection, transaction
from django.db.models import Count, Max, Q

from shopconnect.core import broker
from shopconnect.core.clock import now
from shopconnect.core.log import get_logger
from shopconnect.core.models import Due, Slot
from shopconnect.core.tenancy import ShopId, current_shop

log = get_logger(__name__)


class Queue(StrEnum):
    """Where work waits; a full queue never starves another."""

    HOOKS = "hooks"
    CHAT = "chat"
    SYNC = "sync"
    SEND = "send"
    LEARN = "learn"


LIMIT_SECONDS = {Queue.HOOKS: 30, Queue.CHAT: 30, Queue.SYNC: 300, Queue.SEND: 300, Queue.LEARN: 7200}
IN_FLIGHT_A_SHOP = {Queue.HOOKS: 2, Queue.CHAT: 4, Queue.SYNC: 1, Queue.SEND: 1, Queue.LEARN: 1}
ROWS_A_TURN, MOST_ATTEMPTS = 10, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One kind of work: its name, its queue, the function, and the Celery task that does it."""

    kind: str
    queue: Queue
    body: Callable[[ShopId, int], None]
    task: Task


_kinds: dict[str, Work] = {}


def kinds() -> dict[str, Work]:
    """Return each kind of work by name."""
    return dict(_kinds)


def work(*, kind: str, queue: Queue) -> Callable[[Callable[[ShopId, int], None]], Callable[[ShopId, int], None]]:
    """Mark a function of (shop id, subject id) as the work of a kind, done on a queue within that queue's limit."""

    def mark(body: Callable[[ShopId, int], None]) -> Callable[[ShopId, int], None]:
        limit = LIMIT_SECONDS[queue]

        @shared_task(name=f"work.{kind}", queue=queue.value, time_limit=limit, soft_time_limit=limit - limit // 10)
        def run(shop_id: int) -> None:
            run_due(ShopId(shop_id), kind)

        _kinds[kind] = Work(kind=kind, queue=queue, body=body, task=run)
        return body

    return mark


def add_due(kind: str, subject_id: int, at: datetime | None = None) -> None:
    """Ask for work on a row of the shop in scope, now or at a time; asking again while it runs has it done again."""
    shop_id, due_at = current_shop(), at or now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_due (shop_id, kind, subject_id, due_at, attempts, asked, error) "
            "VALUES (%s, %s, %s, %s, 0, 1, '') ON CONFLICT (shop_id, kind, subject_id) DO UPDATE SET "
            "due_at = least(core_due.due_at, excluded.due_at), asked = core_due.asked + 1, attempts = 0, "
            "parked_at = NULL",
            [shop_id, kind, subject_id, due_at],
        )
    if due_at <= now():
        # Somebody waits for a chat's answer, so only floods (hooks, syncs) are held to one wake a second.
        broker.wake(_kinds[kind].task, shop_id, throttled=_kinds[kind].queue != Queue.CHAT)


def run_due(shop_id: ShopId, kind: str) -> None:
    """Do what is due of one kind for one shop, a few rows a turn, then go to the end of the queue for the rest."""
    ends = time.monotonic() + LIMIT_SECONDS[_kinds[kind].queue] / 3
    for _ in range(ROWS_A_TURN):
        row = lease(shop_id, kind)
        if row is None:
            return
        _run(_kinds[kind], row)
        if time.monotonic() > ends:
            break
    broker.wake(_kinds[kind].task, shop_id)


def lease(shop_id: ShopId, kind: str) -> Due | None:
    """Take one due row for the queue's time limit, or none: nothing is due, or the shop has its share in flight."""
    queue, moment = _kinds[kind].queue, now()
    same_queue = [w.kind for w in _kinds.values() if w.queue == queue]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [shop_id % 2**31, queue.value])
        rows = Due.objects.filter(shop_id=shop_id, parked_at=None)
        if rows.filter(kind__in=same_queue, lease_until__gt=moment).count() >= IN_FLIGHT_A_SHOP[queue]:
            return None
        free = Q(lease_until=None) | Q(lease_until__lte=moment)
        row = rows.filter(free, kind=kind, due_at__lte=moment).order_by("due_at", "id")
        found = row.select_for_update(skip_locked=True).first()
        if found is not None:
            found.lease_until = moment + timedelta(seconds=LIMIT_SECONDS[queue] + 5)
            found.attempts += 1
            found.save(update_fields=["lease_until", "attempts"])
        return found


def _run(kind: Work, row: Due) -> None:
    ours = Due.objects.filter(pk=row.pk, lease_until=row.lease_until)
    try:
        kind.body(ShopId(row.shop_id), row.subject_id)
    except Exception as error:  # the door of all background work: the row keeps the failure and is tried again
        log.exception("work_failed", kind=kind.kind, shop_id=row.shop_id, subject_id=row.subject_id)
        wait = timedelta(seconds=min(600, 5 * 2**row.attempts))
        ours.update(lease_until=None, due_at=now() + wait, error=type(error).__name__[:200],
                    parked_at=now() if row.attempts >= MOST_ATTEMPTS else None)  # fmt: skip
        return
    if not ours.filter(asked=row.asked).delete()[0]:
        ours.update(lease_until=None)


@shared_task(name="core.sweep", queue=Queue.HOOKS.value, time_limit=30, soft_time_limit=27)
def sweep() -> None:
    """Queue again whatever is due and in nobody's hands; the minute beat's work. Drops the timetable's old slots."""
    moment = now()
    free = Q(lease_until=None) | Q(lease_until__lte=moment)
    waiting = Due.objects.filter(free, parked_at=None, due_at__lte=moment).values_list("shop_id", "kind").distinct()
    for shop_id, kind in waiting[:5000]:
        if kind in _kinds:
            broker.wake(_kinds[kind].task, shop_id)
    Slot.objects.filter(slot__lt=moment - timedelta(days=2)).delete()


def each_slot(entry: str, seconds: int) -> Callable[[Callable[[datetime], None]], Task]:
    """Mark a function of the slot's start as an entry of the timetable, done once a slot however many beats tick."""

    def mark(body: Callable[[datetime], None]) -> Task:
        @shared_task(name=f"timetable.{entry}", queue=Queue.SYNC.value, time_limit=300, soft_time_limit=270)
        @wraps(body)
        def run() -> None:
            slot = take_slot(entry, seconds)
            if slot is not None:
                body(slot)

        return run

    return mark


def take_slot(entry: str, seconds: int) -> datetime | None:
    """Claim the running slot of an entry; None when another beat has it."""
    moment = int(now().timestamp())
    slot = datetime.fromtimestamp(moment - moment % seconds, UTC)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_slot (entry, slot) VALUES (%s, %s) ON CONFLICT DO NOTHING", [entry, slot])
        return slot if cursor.rowcount else None


@each_slot("minute", seconds=60)
def minute(slot: datetime) -> None:
    """Leave the mark by which /readyz knows that a beat is ticking."""


def last_beat() -> datetime | None:
    """Return when a beat last ticked, None when never."""
    return Slot.objects.filter(entry="minute").aggregate(last=Max("slot"))["last"]


def count_due() -> dict[str, dict[str, int]]:
    """Return how much work waits and how much is parked, by kind, over all shops; for the health pages."""
    rows = Due.objects.values("kind").annotate(all=Count("id"), parked=Count("parked_at"))
    return {
        "waiting": {row["kind"]: row["all"] - row["parked"] for row in rows},
        "parked": {row["kind"]: row["parked"] for row in rows if row["parked"]},
    }
