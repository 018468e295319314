"""Background work of WooCommerce's room."""

from datetime import datetime

from shopconnect.core.jobs.timetable import each_slot
from shopconnect.platforms.woocommerce import services


@each_slot("woocommerce_approvals", seconds=3600)
def woocommerce_approvals(slot: datetime) -> None:
    """Remove the keys that nobody came back for, each hour."""
    services.forget_approvals()
