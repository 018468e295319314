"""Doors of the privacy room's background work."""

from shopconnect.core.tasks import Queue, work
from shopconnect.core.tenancy import ShopId
from shopconnect.privacy import requests


@work(kind=requests.FULFIL, queue=Queue.SYNC)
def fulfil_request(shop_id: ShopId, subject_id: int) -> None:
    """Do what a person, or a shop that left, asks under the law; a second run finds it done."""
    requests.fulfil_request(shop_id, subject_id)


@work(kind=requests.DROP, queue=Queue.SYNC)
def drop_file(shop_id: ShopId, subject_id: int) -> None:
    """Remove the file of what was held of a person once its time is over; a second run finds it removed."""
    requests.drop_file(shop_id, subject_id)
