"""Tasks of the room: forecasts, each night and when asked."""

from datetime import datetime

from recommender.stock import learning
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.timetable import each_slot
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId


@work(kind="learn_stock", queue=Queue.LEARN)
def learn_stock(shop_id: ShopId, subject_id: int) -> None:
    """Make a shop's forecasts anew; a second run stores the same again."""
    learning.learn_stock(shop_id)


@each_slot("forecast", seconds=3600)
def forecast(slot: datetime) -> None:
    """Ask for the nightly forecasts of the shops whose hour it is."""
    learning.ask_forecasts_of(slot.hour)
