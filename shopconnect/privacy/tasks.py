"""Tasks of the privacy room."""

from datetime import datetime

from shopconnect.core.jobs.beat import DAY_SECONDS
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.timetable import each_slot
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId
from shopconnect.privacy import requests, retention


@work(kind=requests.FULFIL, queue=Queue.SYNC)
def fulfil_request(shop_id: ShopId, subject_id: int) -> None:
    """Do what a person, or a shop that left, asks under the law; a second run finds it done."""
    requests.fulfil_request(shop_id, subject_id)


@work(kind=requests.DROP, queue=Queue.SYNC)
def drop_file(shop_id: ShopId, subject_id: int) -> None:
    """Remove the file of what was held of a person once its time is over; a second run finds it removed."""
    requests.drop_file(shop_id, subject_id)


@work(kind=retention.WORK_KIND, queue=Queue.SYNC)
def forget_persons(shop_id: ShopId, subject_id: int) -> None:
    """Forget what a shop of a platform keeps no longer; a second run finds nothing."""
    retention.forget_persons(shop_id)


@each_slot("retention", seconds=DAY_SECONDS)
def ask_forgetting(slot: datetime) -> None:
    """Once a day, have each shop of a platform forget what is kept no longer."""
    retention.ask_forgetting(slot)
