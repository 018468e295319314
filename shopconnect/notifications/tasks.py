"""Tasks of the notifications room."""

from datetime import datetime

from shopconnect.core.jobs.beat import DAY_SECONDS
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.timetable import each_slot
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId
from shopconnect.notifications import addresses, notices


@work(kind="mail_notice", queue=Queue.SEND, batch=25)
def mail_notice(shop_id: ShopId, subject_id: int) -> None:
    """Send a notice by e-mail; a second run finds it sent."""
    notices.mail_notice(shop_id, subject_id)


@each_slot("addresses", seconds=DAY_SECONDS)
def forget_addresses(slot: datetime) -> None:
    """Once a day, forget addresses whose link nobody followed in time."""
    addresses.forget_unconfirmed_everywhere()
