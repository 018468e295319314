"""Background work of Shopify's room."""

from datetime import datetime

from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.timetable import each_slot
from shopconnect.core.jobs.work import work
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.platforms.shopify import pixel
from shopconnect.platforms.shopify.versions import find_version_warning

log = get_logger(__name__)


@work(kind=pixel.PIXEL_KIND, queue=Queue.SEND)
def switch_on_pixel(shop_id: ShopId, subject_id: int) -> None:
    """Switch our web pixel on in a shop; a second run gives it the same settings. The subject means nothing."""
    pixel.switch_on_pixel(shop_id)


@each_slot("shopify_version", seconds=24 * 3600)
def shopify_version(slot: datetime) -> None:
    """Note in the log each day that the version of Shopify's API ends within a quarter."""
    if warning := find_version_warning():
        log.warning("api_version_ends", detail=warning)
