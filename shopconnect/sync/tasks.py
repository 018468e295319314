"""Doors of the sync room's background work."""

from shopconnect.core.tasks import Queue, work
from shopconnect.core.tenancy import ShopId
from shopconnect.sync import backfill, outbox


@work(kind=backfill.KIND, queue=Queue.SYNC)
def bring_in(shop_id: ShopId, subject_id: int) -> None:
    """Take the next step of a first bringing-in; a second run finds it taken."""
    backfill.bring_in(shop_id, subject_id)


@work(kind=outbox.KIND, queue=Queue.SEND)
def push_change(shop_id: ShopId, subject_id: int) -> None:
    """Send a change to the shop's platform; a second run finds it done."""
    outbox.push_change(shop_id, subject_id)
