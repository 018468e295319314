"""Doors of the dashboard's background work."""

from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId
from shopconnect.dashboard import exports


@work(kind=exports.MAKE, queue=Queue.SYNC)
def make_export(shop_id: ShopId, subject_id: int) -> None:
    """Write a whole shop into a file; a second run finds it made."""
    exports.make_export(shop_id, subject_id)


@work(kind=exports.DROP, queue=Queue.SYNC)
def drop_export(shop_id: ShopId, subject_id: int) -> None:
    """Remove the file of an export whose time is over; a second run finds it removed."""
    exports.drop_export(shop_id, subject_id)
