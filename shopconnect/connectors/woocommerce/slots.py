"""How many calls a shop bears at once: it often stands on a small machine, and serves its shoppers from there."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

MOST_AT_ONCE = 2


class CallSlots(Protocol):
    """The calls that one shop has under way, whoever makes them."""

    def hold(self, seconds: float) -> AbstractContextManager[object] | None:
        """Take a place for so many seconds at most, until it is given back; None where all are taken."""
        ...


class FreeSlots:
    """For who makes one call after the other and is alone with the shop."""

    def hold(self, seconds: float) -> AbstractContextManager[object] | None:
        """See CallSlots."""
        return nullcontext()


SlotsOf = Callable[[str], CallSlots]
