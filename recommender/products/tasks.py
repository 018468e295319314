"""Tasks of the room: learning, each week and when asked, and adding what came since, every few minutes."""

from datetime import datetime

from recommender.products import services
from recommender.products.data import catalogue
from recommender.products.evaluation import exposure_report as reports
from recommender.products.evaluation import replay as replays
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.timetable import each_slot
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId


@work(kind="train_products", queue=Queue.LEARN)
def train_products(shop_id: ShopId, subject_id: int) -> None:
    """Learn a shop's suggestions anew; a second run learns the same again, and readers see one or the other whole."""
    services.train_for_queue(shop_id)


@work(kind="add_to_products", queue=Queue.LEARN)
def add_to_products(shop_id: ShopId, subject_id: int) -> None:
    """Put what came since into a shop's model; a second run finds nothing to add."""
    services.add_to_model(shop_id)


@work(kind="save_catalogue", queue=Queue.SYNC)
def save_catalogue(shop_id: ShopId, subject_id: int) -> None:
    """Write what a shop's shelves show anew; a second run writes the same."""
    catalogue.save_catalogue(shop_id)


@work(kind=replays.KIND, queue=Queue.SYNC)
def replay_rules(shop_id: ShopId, subject_id: int) -> None:
    """Replay a draft of rules on the last weeks; a second run finds it done."""
    replays.replay_rules(shop_id, subject_id)


@work(kind="report_exposure", queue=Queue.LEARN)
def report_exposure(shop_id: ShopId, subject_id: int) -> None:
    """Write what a shop's shelves show this week; a second run writes it again in the same place."""
    reports.report_exposure(shop_id)


@each_slot("learn", seconds=3600)
def learn(slot: datetime) -> None:
    """Ask for the weekly training of the shops whose hour it is."""
    services.ask_trainings_of(slot.hour)


@each_slot("add", seconds=300)
def add(slot: datetime) -> None:
    """Ask for what came since to be added, in shops that have something."""
    services.ask_additions()
