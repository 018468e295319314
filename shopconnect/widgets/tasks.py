"""Doors of the widgets room's background work."""

from shopconnect.core.tasks import Queue, work
from shopconnect.core.tenancy import ShopId
from shopconnect.widgets import services


@work(kind=services.PIXEL_KIND, queue=Queue.SEND)
def switch_on_pixel(shop_id: ShopId, subject_id: int) -> None:
    """Switch our web pixel on in a shop; a second run gives it the same settings. The subject means nothing."""
    services.switch_on_pixel(shop_id)
