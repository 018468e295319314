"""Queues of background work, and the limits of each."""

from collections.abc import Callable
from enum import StrEnum

from celery import Task, shared_task

from shopconnect.core.pace import Pace
from shopconnect.core.registries import registry


class Queue(StrEnum):
    """Where work waits; a full queue never starves another."""

    HOOKS = "hooks"
    CHAT = "chat"
    SYNC = "sync"
    SEND = "send"
    LOAD = "load"
    LEARN = "learn"
    COMPOSE = "compose"


# Both LOAD and LEARN take hours at most; who sends files waits at their page, and not behind a training.
LIMIT_SECONDS = {
    Queue.HOOKS: 30,
    Queue.CHAT: 30,
    Queue.SYNC: 300,
    Queue.SEND: 300,
    Queue.LOAD: 7200,
    Queue.LEARN: 7200,
    Queue.COMPOSE: 60,
}


# Whoever waits in a queue of short work waits for all before it, so none of that may sleep.
PACES = {
    Queue.HOOKS: Pace.PROMPT,
    Queue.CHAT: Pace.PROMPT,
    Queue.SYNC: Pace.BACKGROUND,
    Queue.SEND: Pace.USUAL,
    Queue.LOAD: Pace.USUAL,
    Queue.LEARN: Pace.BACKGROUND,
    Queue.COMPOSE: Pace.USUAL,
}


IN_FLIGHT_A_SHOP = {
    Queue.HOOKS: 2,
    Queue.CHAT: 4,
    Queue.SYNC: 1,
    Queue.SEND: 1,
    Queue.LOAD: 1,
    Queue.LEARN: 1,
    Queue.COMPOSE: 1,
}


_queues: dict[str, str] = registry({})  # by the name of the Celery task


def find_queue(name: str, *_: object, **__: object) -> str | None:
    """Return where a task of ours waits, by its name: Celery's router, in whatever process sends it."""
    return _queues.get(name)


def task_on(name: str, queue: Queue) -> Callable[[Callable[..., None]], Task]:
    """Return what makes a function a Celery task that waits in a queue and has that queue's limit."""
    _queues[name], limit = queue.value, LIMIT_SECONDS[queue]
    decorate: Callable[[Callable[..., None]], Task] = shared_task(
        name=name, time_limit=limit, soft_time_limit=limit - limit // 10
    )
    return decorate
