"""Events on their way in: the view puts batches into the shop's stream in Redis, a worker moves them into the table.

The view asks no database. Each shop has a stream and a share of what may wait, so that one shop's flood fills no other
shop's; what comes beyond the share is counted and shown to the merchant. A stream is emptied only after the rows are
committed, and a row is known by (shop, day, id), so a batch that is moved twice, or by two workers at once, leaves the
same world.
"""

import json
import time
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.db import DataError, IntegrityError
from redis import Redis
from redis.exceptions import ConnectionError as RedisAway

from shopconnect.connectors.types import ConsentDraft, EventDraft
from shopconnect.core.cache.breaker import Breaker
from shopconnect.core.cache.redis import RedisError, client, shop_key
from shopconnect.core.clock import now, read_time, write_time
from shopconnect.core.observability import metrics
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.bulk import ask_sql, run_sql
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events import statements
from shopconnect.events.services import add_lost, store_events
from shopconnect.orders.histories import drop_histories
from shopconnect.privacy import selectors as privacy
from shopconnect.privacy.services import store_consents
from shopconnect.shops.selectors import shop_exists

log = get_logger(__name__)

SHOPS = "events:shops"  # whose stream may hold something
MOST_WAITING = 50_000  # batches, of all shops
BATCHES_A_TURN, TURN_SECONDS, WAIT_SECONDS = 200, 9.0, 2.0
_breaker = Breaker()


class Full(RedisAway):
    """As many batches of the shop wait as its share is: what came now would only push out what waits."""


def stream_key(shop_id: ShopId) -> str:
    """Return under which key of Redis the batches of a shop wait."""
    return shop_key(shop_id, "events")


def lost_key(shop_id: ShopId) -> str:
    """Return under which key of Redis stands how many events of a shop were lost since the last turn, by day."""
    return shop_key(shop_id, "events-lost")


def keep_batch(shop_id: ShopId, drafts: Sequence[EventDraft]) -> None:
    """Put a batch into the shop's stream; raises RedisError when that cannot be done now, and the batch is lost then.

    Shops share what may wait alike, and leave a share for whoever comes next.
    """
    if _breaker.is_open:
        raise RedisAway("Redis failed a moment ago.")
    try:
        redis = client()
        asked = redis.pipeline(transaction=False)
        asked.xlen(stream_key(shop_id))
        asked.scard(SHOPS)
        waiting, shops = asked.execute()
        is_full = waiting >= MOST_WAITING // (shops + 1)
        pipe = redis.pipeline(transaction=False)
        if is_full:
            pipe.hincrby(lost_key(shop_id), now().date().isoformat(), len(drafts))
        else:
            pipe.xadd(stream_key(shop_id), {"events": json.dumps([_written(draft) for draft in drafts])})
        pipe.sadd(SHOPS, int(shop_id))
        pipe.execute()
    except RedisError:
        _breaker.trip()
        raise
    if is_full:
        metrics.count_lost_events("quota", len(drafts))
        raise Full("The shop's share of what may wait is full.")


def move_batches() -> int:
    """Move what waits into the table, some of each shop in turn, oldest first; returns how many events were new."""
    new, redis, ends = 0, client(WAIT_SECONDS), time.monotonic() + TURN_SECONDS
    while time.monotonic() < ends and (shops := cast("set[bytes]", redis.smembers(SHOPS))):
        new += sum(_move_some(redis, shop_id) for shop_id in sorted(ShopId(int(raw)) for raw in shops))
    return new


def _move_some(redis: Redis, shop_id: ShopId) -> int:
    """Move the oldest batches of a shop, and what was counted as lost; returns how many events were new."""
    new, entries = 0, _oldest(redis, shop_id)
    if entries:
        new = _move(shop_id, [[_read(event) for event in json.loads(fields[b"events"])] for _, fields in entries])
        redis.xdel(stream_key(shop_id), *[name for name, _ in entries])
    _count_lost(redis, shop_id)
    if not redis.xlen(stream_key(shop_id)):
        redis.srem(SHOPS, int(shop_id))
        if redis.xlen(stream_key(shop_id)):  # a batch came in between
            redis.sadd(SHOPS, int(shop_id))
    return new


def _count_lost(redis: Redis, shop_id: ShopId) -> None:
    pipe = redis.pipeline(transaction=True)
    pipe.hgetall(lost_key(shop_id))
    pipe.delete(lost_key(shop_id))
    found = pipe.execute()[0]
    if found and shop_exists(shop_id):
        with shop_scope(shop_id):
            add_lost({date.fromisoformat(day.decode()): int(count) for day, count in found.items()})


def store_choice(
    shop_id: ShopId, visitor: str, is_given: bool, source: str, at: datetime | None = None, customer: str = ""
) -> None:
    """Store a visitor's yes or no to being remembered.

    A name that was refused is never allowed again, for a yes may arrive after the no that followed it: whoever
    changes their mind gets a new name. A no parts the visitor from the customers they signed in as, and what shelves
    know of those and of the `customer` who is signed in now is dropped.
    """
    word = ConsentDraft(
        visitor=visitor, customer="", purpose=privacy.ANALYTICS, is_given=is_given, at=at or now(), source=source
    )
    with shop_scope(shop_id):
        _hold_choices(shop_id)
        if is_given and privacy.withdrawn_visitors(among=[visitor]):
            return
        store_consents([word])
        if not is_given:
            parted = [name for (name,) in ask_sql(statements.PART_VISITOR, shop_id, visitor)]
            drop_histories([customer, *parted])


def _oldest(redis: Redis, shop_id: ShopId) -> list[tuple[bytes, dict[bytes, bytes]]]:
    return cast("list[tuple[bytes, dict[bytes, bytes]]]", redis.xrange(stream_key(shop_id), count=BATCHES_A_TURN))


def _move(shop_id: ShopId, batches: Sequence[Sequence[EventDraft]]) -> int:
    """Store one shop's batches; one that the table does not take is lost by itself, is counted, and stops no other."""
    drafts = [draft for batch in batches for draft in batch]
    try:
        return _store(shop_id, drafts)
    except (IntegrityError, DataError) as error:
        log.warning("events_dropped", shop_id=shop_id, batches=len(batches), error=type(error).__name__)
    if not shop_exists(shop_id):  # it was erased meanwhile
        return 0
    if len(batches) > 1:
        return sum(_move(shop_id, [batch]) for batch in batches)
    metrics.count_lost_events("refused", len(drafts))
    with shop_scope(shop_id):
        add_lost({now().date(): len(drafts)})
    return 0


def _store(shop_id: ShopId, drafts: Sequence[EventDraft]) -> int:
    """Store one shop's events, but those of visitors who took their yes back while the events were on their way."""
    with shop_scope(shop_id):
        _hold_choices(shop_id)
        withdrawn = set(privacy.withdrawn_visitors(among={draft.visitor for draft in drafts}))
        allowed = [draft for draft in drafts if draft.visitor not in withdrawn]
        return store_events(allowed).new if allowed else 0


def _hold_choices(shop_id: ShopId) -> None:
    """Have choices and events of a shop wait for each other until the scope ends, so that no event slips past a no."""
    run_sql(statements.HOLD_CHOICES, shop_id % 2**31)


def _written(draft: EventDraft) -> list[Any]:
    return [
        str(draft.id),
        draft.name,
        write_time(draft.at),
        draft.visit,
        draft.visitor,
        draft.customer,
        draft.product,
        draft.products,
        draft.query,
        draft.page,
        draft.source,
        draft.medium,
        draft.campaign,
        None if draft.value is None else str(draft.value),
        draft.currency,
        draft.order,
        draft.checkout,
        draft.shelf,
        draft.model,
        draft.reasons,
    ]


def _read(row: list[Any]) -> EventDraft:
    identity, name, at, visit, visitor, customer, product, products, *rest = row
    query, page, source, medium, campaign, value, currency, order, checkout, shelf, model, reasons = rest
    return EventDraft(
        id=UUID(identity),
        name=name,
        at=read_time(at),
        visit=visit,
        visitor=visitor,
        customer=customer,
        product=product,
        products=tuple(products),
        query=query,
        page=page,
        source=source,
        medium=medium,
        campaign=campaign,
        value=None if value is None else Decimal(value),
        currency=currency,
        order=order,
        checkout=checkout,
        shelf=shelf,
        model=model,
        reasons=tuple(reasons),
    )
