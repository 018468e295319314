"""Doors of the shops room's background work."""

from shopconnect.core.tasks import Queue, work
from shopconnect.core.tenancy import ShopId
from shopconnect.shops import notices


@work(kind="mail_notice", queue=Queue.SEND)
def mail_notice(shop_id: ShopId, subject_id: int) -> None:
    """Send a notice by e-mail; a second run finds it sent."""
    notices.mail_notice(shop_id, subject_id)
