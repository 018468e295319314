"""Tasks of the orders room."""

from shopconnect.core.jobs.fire_and_forget import fire_and_forget
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.tenancy.context import ShopId
from shopconnect.orders import histories


@fire_and_forget(name=histories.FILL, queue=Queue.HOOKS)
def fill_histories(shop_id: ShopId) -> None:
    """Fill what endpoints asked for of signed-in customers; a second run finds nothing asked for."""
    histories.fill_histories(shop_id)
