"""Tasks of the billing room."""

from datetime import datetime

from shopconnect.billing import checkout, plans, usage
from shopconnect.core.jobs.beat import DAY_SECONDS, MINUTE_SECONDS
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.timetable import each_slot
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId


@work(kind=plans.WORK_KIND, queue=Queue.SYNC)
def read_plan(shop_id: ShopId, subject_id: int) -> None:
    """Ask what a shop pays for; a second run finds the same."""
    plans.read_plan(shop_id)


@work(kind=checkout.WORK_KIND, queue=Queue.SYNC)
def end_plan(shop_id: ShopId, subject_id: int) -> None:
    """End what a shop pays for that left; a second run changes nothing."""
    checkout.end_plan(shop_id)


@each_slot("plans", seconds=DAY_SECONDS)
def ask_plans(slot: datetime) -> None:
    """Once a day, ask what each shop of a platform pays for."""
    plans.ask_plans()


@each_slot("usage", seconds=MINUTE_SECONDS, queue=Queue.HOOKS)
def write_usage(slot: datetime) -> None:
    """Each minute, write down what shops used."""
    usage.write_usage()
