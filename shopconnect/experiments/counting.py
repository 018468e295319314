"""Counts on their way in: what the widgets' gateway noted in Redis is moved into the table, each batch once.

A shop's counts are renamed before they are read, so that nothing is added to what is being moved, and bear the name of
their batch. The rows and that name are written in one transaction; Redis forgets the batch after it. Whoever dies in
between finds the batch again, and the row says that it was written. What was empty or failed comes with the hour and a
mark of the network that saw it, which is another every day and which many share (widgets/visitors.py): of one network a
few a day count, so that no address decides alone.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import LiteralString, cast

from redis import Redis
from redis.exceptions import ResponseError

from shopconnect.core.cache.redis import client
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import add_due
from shopconnect.core.security.crypto import random_token
from shopconnect.core.tenancy.bulk import run_sql
from shopconnect.core.tenancy.context import ShopId, current_shop
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments import statements
from shopconnect.experiments.guard import look_at_rates
from shopconnect.experiments.models import Report, ShelfTrouble
from shopconnect.experiments.selectors import TALLIED
from shopconnect.experiments.types import ShelfTally, Trouble
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.widgets.counts import TOUCHED, noted_key

WEIGH_KIND, NO_SUBJECT = "weigh_results", 0
EACH = timedelta(hours=1)  # between two weighings of what the arms earned
SHOPS_A_TURN, WAIT_SECONDS = 10_000, 1.0
BATCH = b"batch"
MOST_OF_A_NETWORK, KEPT_DAYS = 5, 2  # troubles of a network that count of a day's, a shelf's and an arm's; rows of them
FORGET_BATCH = "if redis.call('hget', KEYS[1], 'batch') == ARGV[1] then return redis.call('del', KEYS[1]) end"


def move_counts() -> int:
    """Move what was noted since the last minute into the rows; returns of how many shops. Raises RedisError."""
    redis, moved = client(WAIT_SECONDS), 0
    for raw in cast("list[bytes]", redis.spop(TOUCHED, SHOPS_A_TURN)) or []:
        shop_id = ShopId(int(raw))
        # Twice, for the first may be what a worker that died left behind.
        moved += _move(redis, shop_id) | _move(redis, shop_id)
    return moved


def ask_weighing(shop_id: ShopId) -> None:
    """Have what the arms of the shop in scope earned worked out; the id is that of the scope."""
    add_due(WEIGH_KIND, NO_SUBJECT)


def store_tallies(tallies: Iterable[ShelfTally], statement: LiteralString = statements.SET_COUNTS) -> int:
    """Store counts in place of those of the same day, shelf and arm; run in a shop's scope."""
    rows = sorted(tallies)
    columns = {f"{name}s": [getattr(row, name) for row in rows] for name in ("day", "arm")}
    columns |= {name: [getattr(row, name) for row in rows] for name in TALLIED}
    return run_sql(statement, shop=current_shop(), shelves=[row.shelf for row in rows], **columns) if rows else 0


def store_troubles(rows: Iterable[Trouble]) -> None:
    """Add what came since, and bring the sums by day, shelf and arm to what counts of it."""
    added = sorted(rows)
    if not added:
        return
    columns = dict(zip(Trouble._fields, map(list, zip(*added))))
    run_sql(statements.ADD_TROUBLES, shop=current_shop(), **columns)
    days, shelves, arms = zip(*sorted({(row.day, row.shelf, row.arm) for row in added}))
    run_sql(
        statements.SUM_TROUBLES,
        shop=current_shop(),
        most=MOST_OF_A_NETWORK,
        days=list(days),
        shelves=list(shelves),
        arms=list(arms),
    )
    ShelfTrouble.objects.filter(day__lt=now().date() - timedelta(days=KEPT_DAYS)).delete()


def _move(redis: Redis, shop_id: ShopId) -> bool:
    key = f"{noted_key(shop_id)}:moving"
    with suppress(ResponseError):  # nothing was noted
        redis.renamenx(noted_key(shop_id), key)
    if not redis.exists(key):
        return False
    redis.hsetnx(key, BATCH.decode(), random_token(12))
    noted = cast("dict[bytes, bytes]", redis.hgetall(key))
    batch = noted.pop(BATCH).decode()
    if keys_of_shop(shop_id, KeyKind.WIDGET):  # else it is being erased
        with shop_scope(shop_id):
            _add_once(batch, {field.decode(): int(count) for field, count in noted.items()})
    redis.eval(FORGET_BATCH, 1, key, batch)
    return True


def _add_once(batch: str, noted: Mapping[str, int]) -> None:
    Report.objects.get_or_create()
    report = Report.objects.select_for_update().get()
    if report.batch == batch:
        return
    store_tallies(_tallies(noted), statements.ADD_COUNTS)
    store_troubles(_troubles(noted))
    report.batch = batch
    report.save(update_fields=["batch"])
    look_at_rates()
    add_due(WEIGH_KIND, NO_SUBJECT, at=now() + EACH)


def _troubles(noted: Mapping[str, int]) -> list[Trouble]:
    """Return what was noted with the hour and the mark of a network: "day|shelf|arm|kind@hour@mark"."""
    found = []
    for field, count in noted.items():
        place, _, what = field.rpartition("|")
        kind, *seen = what.split("@")
        if seen:
            (day, shelf, arm), (hour, network) = place.split("|"), seen
            found.append(Trouble(day, shelf, arm, kind, int(hour), network, count))
    return found


def _tallies(noted: Mapping[str, int]) -> list[ShelfTally]:
    places = sorted({field.rpartition("|")[0] for field in noted})
    found = []
    for place in places:
        day, shelf, arm = place.split("|")
        found.append(ShelfTally(day, shelf, arm, *(noted.get(f"{place}|{what}", 0) for what in TALLIED)))
    return found
