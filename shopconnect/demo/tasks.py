"""Tasks of the demo room."""

from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId
from shopconnect.demo import people
from shopconnect.demo.conversations.services import KIND, make_conversations


@work(kind="remove_demo", queue=Queue.SYNC)
def remove_demo(shop_id: ShopId, subject_id: int) -> None:
    """Remove an invented shop with all that is in it; a second run finds nothing."""
    people.remove_demo_shop(shop_id)


@work(kind=KIND, queue=Queue.LEARN)
def make_talks(shop_id: ShopId, subject_id: int) -> None:
    """Give an invented shop its conversations; the subject means nothing."""
    make_conversations(shop_id, people.find_agents())
