"""Doors of the shops room's background work."""

from shopconnect.core.tasks import Queue, work
from shopconnect.core.tenancy import ShopId
from shopconnect.shops import demo, notices


@work(kind="mail_notice", queue=Queue.SEND)
def mail_notice(shop_id: ShopId, subject_id: int) -> None:
    """Send a notice by e-mail; a second run finds it sent."""
    notices.mail_notice(shop_id, subject_id)


@work(kind="remove_demo", queue=Queue.SYNC)
def remove_demo(shop_id: ShopId, subject_id: int) -> None:
    """Remove an invented shop with all that is in it; a second run finds nothing."""
    demo.remove_demo_shop(shop_id)
