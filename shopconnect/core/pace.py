"""How the work at hand treats what is scarce, such as a platform's rationed answers: said by whoever runs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum


class Pace(StrEnum):
    """PROMPT never sleeps, for others wait behind it; USUAL may; BACKGROUND may, and leaves half to all others."""

    PROMPT = "prompt"
    USUAL = "usual"
    BACKGROUND = "background"


_pace: ContextVar[Pace] = ContextVar("pace", default=Pace.USUAL)


def current_pace() -> Pace:
    """Return the pace of the work at hand."""
    return _pace.get()


@contextmanager
def at_pace(pace: Pace) -> Iterator[None]:
    """Do work at a pace."""
    token = _pace.set(pace)
    try:
        yield
    finally:
        _pace.reset(token)
