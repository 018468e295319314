"""Background work of WooCommerce's room."""

from datetime import datetime

from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.timetable import each_slot
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId
from shopconnect.platforms.woocommerce import health, services


@work(kind=health.KIND, queue=Queue.SEND)
def check_health(shop_id: ShopId, subject_id: int) -> None:
    """Look how a shop fares; a second run looks again. The subject means nothing."""
    health.check(shop_id)


@each_slot("woocommerce_approvals", seconds=3600)
def woocommerce_approvals(slot: datetime) -> None:
    """Remove the keys that nobody came back for, each hour."""
    services.forget_approvals()
