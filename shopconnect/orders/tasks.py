"""Doors of the orders room's background work."""

from shopconnect.core.tasks import Queue, hinted
from shopconnect.core.tenancy import ShopId
from shopconnect.orders import histories


@hinted(name=histories.FILL, queue=Queue.HOOKS)
def fill_histories(shop_id: ShopId) -> None:
    """Fill what doors asked for of signed-in customers; a second run finds nothing asked for."""
    histories.fill_histories(shop_id)
