"""Background work of the console."""

from __future__ import annotations

from chatbot.console.inbox import tickets
from chatbot.console.mail import addresses, letters
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId


@work(kind=tickets.KIND, queue=Queue.CHAT)
def tend_ticket(shop_id: ShopId, ticket_id: int) -> None:
    """Return what was left alone to the queue, and wake what was snoozed."""
    tickets.tend_ticket(shop_id, ticket_id)


@work(kind=letters.KIND, queue=Queue.SEND)
def mail_reply(shop_id: ShopId, address_id: int) -> None:
    """Send what staff replied to a shopper who left an address; a second run finds it sent."""
    letters.mail_reply(shop_id, address_id)


@work(kind=addresses.FORGET_KIND, queue=Queue.SYNC)
def forget_reply_address(shop_id: ShopId, address_id: int) -> None:
    """Forget a shopper's address whose conversation has been closed for long."""
    addresses.forget_closed(shop_id, address_id)
