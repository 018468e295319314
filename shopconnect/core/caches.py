"""What a process remembers, in one place: each cache registers how it is emptied, and all are emptied together.

What only repeats a function of its arguments (lru_cache on text, numbers or files that ship with us) need not register.
"""

import inspect
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakMethod

_T = TypeVar("_T", bound=Callable[[], object])

_resets: list[Callable[[], object]] = []
_methods: set[WeakMethod[Callable[[], object]]] = set()  # of objects, which may go: nobody is kept alive by this


def register(reset: _T) -> _T:
    """Have a cache emptied with all others, by a function or by a method of the object that holds it."""
    if inspect.ismethod(reset):
        _methods.add(WeakMethod(reset, _methods.discard))
    else:
        _resets.append(reset)
    return reset


def registered() -> list[Callable[[], object]]:
    """Return how each cache that there is at this moment is emptied."""
    return [*_resets, *(reset for method in list(_methods) if (reset := method()) is not None)]


def reset_all() -> None:
    """Have this process remember nothing, as if it had just begun."""
    for reset in registered():
        reset()
