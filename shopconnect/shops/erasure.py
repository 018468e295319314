"""The removal of a whole shop: of one that left its platform, by its wish or after a month, and of an invented one.

First all access is closed for good: nobody installs, signs in or asks while it goes. Then its rows go in slices,
so that a large shop holds no transaction for long; the shop itself goes last. Whoever dies meanwhile is gone on with.
"""

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import LiteralString
from zoneinfo import ZoneInfo

from django.db import connection

from shopconnect.core.artefacts import store
from shopconnect.core.cache.redis import RedisError, forget_shop
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import add_due
from shopconnect.core.observability.log import get_logger
from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.models import Shop, ShopKey
from shopconnect.shops.selectors import departed_at, shop_profile

log = get_logger(__name__)

WORK_KIND, NO_SUBJECT = "erase_shop", 0
RETENTION = timedelta(days=30)
SLICE_ROWS, TURN_SECONDS = 20_000, 60.0
SLICE, REST = "SELECT public.erase_shop_slice(%s, %s)", "SELECT public.erase_shop(%s)"

_planned: dict[str, Callable[[ShopId, date], None]] = registry({})
_shut: dict[str, Callable[[ShopId], None]] = registry({})


def after_planning(name: str, listener: Callable[[ShopId, date], None]) -> None:
    """Have a function called, in the shop's scope, when it is settled on which day of the shop's a shop is erased."""
    _planned[name] = listener


def when_shut(name: str, listener: Callable[[ShopId], None]) -> None:
    """Have a function take away, in the shop's scope and one transaction, a way into a shop that is being erased.

    It may be called more than once for a shop.
    """
    _shut[name] = listener


def plan_erasure(shop_id: ShopId) -> None:
    """Have a shop that left erased once RETENTION is over; run in the shop's scope."""
    ends = now() + RETENTION
    add_due(WORK_KIND, NO_SUBJECT, at=ends)
    day = ends.astimezone(ZoneInfo(shop_profile().timezone)).date()
    for listener in _planned.values():
        listener(shop_id, day)


def erase_when_due(shop_id: ShopId) -> None:
    """Erase a shop that left more than RETENTION ago, or whose erasing began; any other is left alone."""
    with shop_scope(shop_id):
        departed = departed_at()
        is_shut = not ShopKey.objects.filter(shop_id=shop_id).exists()
        # It came back meanwhile, and left again.
        if departed is not None and departed + RETENTION > now() and not is_shut:
            add_due(WORK_KIND, NO_SUBJECT, at=departed + RETENTION)
            return
    erase_shop(shop_id)


def erase_shop(shop_id: ShopId) -> int:
    """Erase a shop: rows, files, what was learnt, keys; returns how many rows went. A second run finds nothing.

    A shop that lives is left alone, also one that was installed again a moment ago. A large one is gone on with by a
    worker, once TURN_SECONDS are over.
    """
    if not _close_access(shop_id):
        return 0
    gone, ends = 0, time.monotonic() + TURN_SECONDS
    while slice_rows := _erase_rows(shop_id, SLICE, SLICE_ROWS):
        gone += slice_rows
        if time.monotonic() > ends:
            return gone
    _remove_files(shop_id)  # before the last rows: nobody would know of them any more
    gone += _erase_rows(shop_id, REST)
    _remove_files(shop_id)  # what a worker wrote meanwhile
    log.info("shop_erased", shop_id=shop_id, rows=gone)
    return gone


def _close_access(shop_id: ShopId) -> bool:
    """Take away all by which a shop is found and entered; returns whether it is one to be erased.

    The shop's row is held, as it is by who installs it, so that only one of the two happens.
    """
    with shop_scope(shop_id):
        shop = Shop.objects.select_for_update().filter(pk=shop_id).first()
        if shop is None or not (shop.is_demo or departed_at()):
            return False
        ShopKey.objects.filter(shop_id=shop_id).delete()
        for listener in _shut.values():
            listener(shop_id)
        add_due(WORK_KIND, NO_SUBJECT, at=now() + timedelta(seconds=TURN_SECONDS))
    return True


def _erase_rows(shop_id: ShopId, function: LiteralString, *values: int) -> int:
    with shop_scope(shop_id), connection.cursor() as cursor:
        cursor.execute(function, [shop_id, *values])
        return int(cursor.fetchone()[0])


def _remove_files(shop_id: ShopId) -> None:
    store.erase(shop_id)
    try:
        forget_shop(shop_id)
    except RedisError as error:  # its keys end by themselves
        log.warning("keys_left", shop_id=shop_id, error=type(error).__name__)
