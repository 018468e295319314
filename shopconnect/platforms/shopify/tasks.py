"""Background work of Shopify's room."""

from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId
from shopconnect.platforms.shopify import pixel


@work(kind=pixel.PIXEL_KIND, queue=Queue.SEND)
def switch_on_pixel(shop_id: ShopId, subject_id: int) -> None:
    """Switch our web pixel on in a shop; a second run gives it the same settings. The subject means nothing."""
    pixel.switch_on_pixel(shop_id)
