"""What a merchant does next in a shop: each room enters its steps here, from its AppConfig.ready."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from shopconnect.accounts.types import Role
from shopconnect.core.registries import registry


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """One thing to do; `url` leads there, and `action` is what its button says, "" for "Start".

    Nobody is reminded of what is optional. What `recurs` is no part of setting a shop up.
    """

    title: str
    explanation: str
    url: str
    done: bool
    is_optional: bool = False
    recurs: bool = False
    action: str = ""


ReadStep = Callable[[], NextStep | None]

_steps: dict[str, tuple[int, frozenset[Role], ReadStep]] = registry({})


def register_next_step(name: str, read: ReadStep, roles: Collection[Role], *, order: int) -> None:
    """Enter something to do for members with some roles; the lowest `order` comes first.

    `read` is called in the shop's scope, and returns None where there is nothing of the kind to do.
    """
    _steps[name] = order, frozenset(roles), read


def next_steps(role: Role) -> list[NextStep]:
    """Return what there is to do, and what of it is done, for a role in the shop in scope, in order."""
    read = [read() for _, roles, read in sorted(_steps.values(), key=lambda one: one[0]) if role in roles]
    return [step for step in read if step is not None]
