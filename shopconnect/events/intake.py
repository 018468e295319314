"""Events on their way in: the view puts batches into one stream of Redis, a worker moves them into the table.

The view asks no database. The stream is emptied only after the rows are committed, and a row is known by (shop, day,
id), so a batch that is moved twice, or by two workers at once, leaves the same world.
"""

import json
import time
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, cast
from uuid import UUID

from django.db import DataError, IntegrityError
from redis import Redis
from redis.exceptions import ConnectionError as RedisAway

from shopconnect.connectors.types import ConsentDraft, EventDraft
from shopconnect.core.cache.breaker import Breaker
from shopconnect.core.cache.redis import RedisError, client
from shopconnect.core.clock import now, read_time, write_time
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.bulk import ask_sql, run_sql
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events import statements
from shopconnect.events.services import store_events
from shopconnect.orders.histories import drop_histories
from shopconnect.privacy import selectors as privacy
from shopconnect.privacy.services import store_consents

log = get_logger(__name__)

STREAM = "events:incoming"
MOST_WAITING, BATCHES_A_TURN, TURN_SECONDS, WAIT_SECONDS = 50_000, 200, 9.0, 2.0
_breaker = Breaker()


class Full(RedisAway):
    """As many batches wait as we keep: nobody moves them, and what came now would only push out what waits."""


def keep_batch(shop_id: ShopId, drafts: Sequence[EventDraft]) -> None:
    """Put a batch into the stream; raises RedisError when that cannot be done now, and the batch is lost then."""
    if _breaker.is_open:
        raise RedisAway("Redis failed a moment ago.")
    try:
        redis = client()
        if redis.xlen(STREAM) >= MOST_WAITING:
            raise Full("The stream of events is full.")
        redis.xadd(STREAM, {"shop": int(shop_id), "events": json.dumps([_written(draft) for draft in drafts])})
    except RedisError:
        _breaker.trip()
        raise


def move_batches() -> int:
    """Move what waits in the stream into the table, oldest first; returns how many events were new."""
    new, redis, ends = 0, client(WAIT_SECONDS), time.monotonic() + TURN_SECONDS
    while time.monotonic() < ends and (entries := _oldest(redis)):
        batches = sorted(
            ((ShopId(int(fields[b"shop"])), fields[b"events"]) for _, fields in entries), key=lambda one: one[0]
        )
        for shop_id, of_shop in groupby(batches, key=lambda one: one[0]):
            new += _move(shop_id, [_read(event) for _, events in of_shop for event in json.loads(events)])
        redis.xdel(STREAM, *[name for name, _ in entries])
    return new


def store_choice(
    shop_id: ShopId, visitor: str, is_given: bool, source: str, at: datetime | None = None, customer: str = ""
) -> None:
    """Store a visitor's yes or no to being remembered.

    A no parts the visitor from the customers they signed in as, and what shelves know of those and of the `customer`
    who is signed in now is dropped.
    """
    word = ConsentDraft(
        visitor=visitor, customer="", purpose=privacy.ANALYTICS, is_given=is_given, at=at or now(), source=source
    )
    with shop_scope(shop_id):
        _hold_choices(shop_id)
        store_consents([word])
        if not is_given:
            parted = [name for (name,) in ask_sql(statements.PART_VISITOR, shop_id, visitor)]
            drop_histories([customer, *parted])


def _oldest(redis: Redis) -> list[tuple[bytes, dict[bytes, bytes]]]:
    return cast("list[tuple[bytes, dict[bytes, bytes]]]", redis.xrange(STREAM, count=BATCHES_A_TURN))


def _move(shop_id: ShopId, drafts: Sequence[EventDraft]) -> int:
    """Store one shop's events, but those of visitors who took their yes back while the events were on their way."""
    try:
        with shop_scope(shop_id):
            _hold_choices(shop_id)
            withdrawn = set(privacy.withdrawn_visitors(among={draft.visitor for draft in drafts}))
            allowed = [draft for draft in drafts if draft.visitor not in withdrawn]
            return store_events(allowed).new if allowed else 0
    except (IntegrityError, DataError) as error:  # the shop was erased meanwhile; others must not wait for it
        log.warning("events_dropped", shop_id=shop_id, error=type(error).__name__)
        return 0


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
        draft.shelf,
        draft.model,
        draft.reasons,
    ]


def _read(row: list[Any]) -> EventDraft:
    identity, name, at, visit, visitor, customer, product, products, *rest = row
    query, page, source, medium, campaign, value, currency, order, shelf, model, reasons = rest
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
        shelf=shelf,
        model=model,
        reasons=tuple(reasons),
    )
