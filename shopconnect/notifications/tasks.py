"""Doors of the notifications room's background work."""

from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId
from shopconnect.notifications import notices


@work(kind="mail_notice", queue=Queue.SEND)
def mail_notice(shop_id: ShopId, subject_id: int) -> None:
    """Send a notice by e-mail; a second run finds it sent."""
    notices.mail_notice(shop_id, subject_id)
