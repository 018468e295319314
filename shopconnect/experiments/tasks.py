"""Tasks of the experiments room."""

from datetime import datetime

from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.timetable import each_slot
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId
from shopconnect.experiments import counting, results


@work(kind=counting.WEIGH_KIND, queue=Queue.LEARN)
def weigh_results(shop_id: ShopId, subject_id: int) -> None:
    """Work out what the arms of a shop earned; a second run writes the same. The subject means nothing."""
    results.weigh_results(shop_id)


@each_slot("counts", seconds=60, queue=Queue.HOOKS)
def move_counts(slot: datetime) -> None:
    """Each minute, move what the widgets' gateway counted into the table."""
    counting.move_counts()
