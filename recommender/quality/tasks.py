"""Tasks of the room: the lights are noted each night, and after a load."""

from datetime import datetime

from recommender.quality import services
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.timetable import each_slot
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId


@work(kind="note_lights", queue=Queue.SYNC)
def note_lights(shop_id: ShopId, subject_id: int) -> None:
    """Note the colours of a shop's lights; a second run finds nothing to write."""
    services.note_lights(shop_id)


@each_slot("lights", seconds=3600)
def lights(slot: datetime) -> None:
    """Ask for the nightly note of the shops whose hour it is."""
    services.ask_notes_of(slot.hour)
