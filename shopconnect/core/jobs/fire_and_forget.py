"""Work without a row: where a message is lost, whoever misses the work asks for it again."""

from collections.abc import Callable

from celery import Task

from shopconnect.core.jobs import broker
from shopconnect.core.jobs.queues import Queue, task_on
from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId

_tasks: dict[str, Task] = registry({})


def fire_and_forget(*, name: str, queue: Queue) -> Callable[[Callable[[ShopId], None]], Callable[[ShopId], None]]:
    """Mark a function of a shop's id as work without a row: where a message is lost, whoever misses it sends again.

    It is for views that ask no database, and leaves the same world when it runs twice, or two at once.
    """

    def decorate(body: Callable[[ShopId], None]) -> Callable[[ShopId], None]:
        @task_on(f"fire_and_forget.{name}", queue)
        def run(shop_id: int) -> None:
            body(ShopId(shop_id))

        _tasks[name] = run
        return body

    return decorate


def send(name: str, shop_id: ShopId) -> None:
    """Wake a worker for work without a row, at most once a second for a shop; asks no database."""
    broker.wake(_tasks[name], shop_id)


def names() -> frozenset[str]:
    """Return the names of work without a row."""
    return frozenset(_tasks)
