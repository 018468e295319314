"""Background work of the console."""

from __future__ import annotations

from chatbot.console.inbox import tickets
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId


@work(kind=tickets.KIND, queue=Queue.CHAT)
def tend_ticket(shop_id: ShopId, ticket_id: int) -> None:
    """Return what was left alone to the queue, and wake what was snoozed."""
    tickets.tend_ticket(shop_id, ticket_id)
