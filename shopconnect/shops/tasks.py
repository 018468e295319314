"""Tasks of the shops room."""

from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops import erasure


@work(kind=erasure.WORK_KIND, queue=Queue.SYNC)
def erase_shop(shop_id: ShopId, subject_id: int) -> None:
    """Erase a shop that left long ago, or go on with what began; a second run finds nothing."""
    erasure.erase_when_due(shop_id)
