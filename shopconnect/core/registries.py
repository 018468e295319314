"""What rooms enter below them, in one place: each registry is made here, and all are put back together."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any, TypeVar

_T = TypeVar("_T", bound=dict[Any, Any] | list[Any])

_registries: list[Any] = []


def registry(entries: _T) -> _T:
    """Have a registry, a dict or a list that rooms enter themselves in, put back with all others."""
    _registries.append(entries)
    return entries


@contextmanager
def put_back() -> Iterator[None]:
    """Forget afterwards whatever is entered meanwhile in a registry, and know again what was taken out of it."""
    before = [(entries, copy(entries)) for entries in _registries]
    try:
        yield
    finally:
        for entries, known in before:
            entries.clear()
            if isinstance(entries, dict):
                entries.update(known)
            else:
                entries.extend(known)
