"""Background work of chat quality."""

from __future__ import annotations

from datetime import datetime

from chatbot.console.quality.services import KIND, keep_days
from shopconnect.core.jobs.beat import DAY_SECONDS
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.timetable import each_slot
from shopconnect.core.jobs.work import add_due, work
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import all_shops


@work(kind=KIND, queue=Queue.LEARN)
def keep_chat_days(shop_id: ShopId, subject_id: int) -> None:
    """Keep what was counted of a shop's conversations; the subject means nothing."""
    keep_days(shop_id)


@each_slot("chat_days", seconds=DAY_SECONDS)
def chat_days(slot: datetime) -> None:
    """Once a day, have each shop's conversations counted before they are erased."""
    for shop_id in all_shops():
        with shop_scope(shop_id):
            add_due(KIND, 0)
