"""What is forgotten once its time is over, in shops that stand on a platform, or stood there.

A shop that was brought in from files is left alone: its rows are the merchant's own copy, who decides how long it is
kept. Chats and invitations are forgotten by their own rooms, wherever a shop stands.
"""

import time
from datetime import datetime, timedelta

from shopconnect.core.clock import now
from shopconnect.core.jobs.spread import place_in
from shopconnect.core.jobs.work import add_due
from shopconnect.core.security import personal_data
from shopconnect.core.security.personal_data import PersonalData
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import shops_of_platforms

WORK_KIND, NO_SUBJECT = "forget_persons", 0
BATCH_ROWS, TURN_SECONDS, SPREAD_MINUTES = 5_000, 60.0, 24 * 60


def ask_forgetting(day: datetime) -> int:
    """Have workers look at each shop of a platform once a day, spread over it by a stable hash; returns how many."""
    count = 0
    for count, shop_id in enumerate(shops_of_platforms(), start=1):  # noqa: B007
        minute = place_in(shop_id, SPREAD_MINUTES)
        with shop_scope(shop_id):
            add_due(WORK_KIND, NO_SUBJECT, at=day + timedelta(minutes=minute))
    return count


def forget_persons(shop_id: ShopId) -> int:
    """Forget what the register keeps no longer, some rows a transaction; returns how many rows it touched.

    Goes on later where TURN_SECONDS did not do; a second run finds nothing.
    """
    forgotten, ends = 0, time.monotonic() + TURN_SECONDS
    for entry in personal_data.registered().values():
        while count := _forget_some(shop_id, entry):
            forgotten += count
            if time.monotonic() > ends:
                with shop_scope(shop_id):
                    add_due(WORK_KIND, NO_SUBJECT)
                return forgotten
    return forgotten


def _forget_some(shop_id: ShopId, entry: PersonalData) -> int:
    if entry.forget is None or entry.retention_days is None:
        return 0
    with shop_scope(shop_id):
        return entry.forget(now() - timedelta(days=entry.retention_days), BATCH_ROWS)
