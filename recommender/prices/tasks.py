"""Tasks of the room: proposals each night and when asked, approved and tested prices on their way to the platform."""

from datetime import datetime

from recommender.prices.proposals import learning, writing
from recommender.prices.testing import turning
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.timetable import each_slot
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId


@work(kind="learn_prices", queue=Queue.LEARN)
def learn_prices(shop_id: ShopId, subject_id: int) -> None:
    """Make a shop's price proposals anew; a second run stores the same again."""
    learning.learn_price_proposals(shop_id)


@work(kind="write_prices", queue=Queue.SYNC)
def write_prices(shop_id: ShopId, subject_id: int) -> None:
    """Ask the platform for approved prices that are due; a second run asks for none twice."""
    writing.write_prices(shop_id)


@work(kind="turn_prices", queue=Queue.SYNC)
def turn_prices(shop_id: ShopId, subject_id: int) -> None:
    """Ask the platform for the tested prices whose turn it is; a second run asks for none twice."""
    turning.turn_prices(shop_id)


@each_slot("price", seconds=3600)
def price(slot: datetime) -> None:
    """Ask for the nightly proposals of the shops whose hour it is."""
    learning.ask_proposals_of(slot.hour)
