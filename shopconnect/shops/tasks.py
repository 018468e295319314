"""Doors of the shops room's background work."""

from datetime import datetime

from shopconnect.core.tasks import Queue, each_slot, work
from shopconnect.core.tenancy import ShopId
from shopconnect.shops import demo, erasure, notices, plans, retention, usage

DAY_SECONDS = 86_400


@work(kind="mail_notice", queue=Queue.SEND)
def mail_notice(shop_id: ShopId, subject_id: int) -> None:
    """Send a notice by e-mail; a second run finds it sent."""
    notices.mail_notice(shop_id, subject_id)


@work(kind="remove_demo", queue=Queue.SYNC)
def remove_demo(shop_id: ShopId, subject_id: int) -> None:
    """Remove an invented shop with all that is in it; a second run finds nothing."""
    demo.remove_demo_shop(shop_id)


@work(kind=erasure.WORK_KIND, queue=Queue.SYNC)
def erase_shop(shop_id: ShopId, subject_id: int) -> None:
    """Erase a shop that left long ago, or go on with what began; a second run finds nothing."""
    erasure.erase_when_due(shop_id)


@each_slot("forget", seconds=DAY_SECONDS)
def forget(slot: datetime) -> None:
    """Once a day, forget sign-ins, sessions and invitations whose time is over."""
    retention.forget_what_is_over()


@work(kind=plans.WORK_KIND, queue=Queue.SYNC)
def read_plan(shop_id: ShopId, subject_id: int) -> None:
    """Ask what a shop pays for; a second run finds the same."""
    plans.read_plan(shop_id)


@each_slot("plans", seconds=DAY_SECONDS)
def ask_plans(slot: datetime) -> None:
    """Once a day, ask what each shop of a platform pays for."""
    plans.ask_plans()


@each_slot("usage", seconds=60, queue=Queue.HOOKS)
def write_usage(slot: datetime) -> None:
    """Each minute, write down what shops used."""
    usage.write_usage()
