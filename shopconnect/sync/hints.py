"""What hooks hint at, as the inbox keeps it: small objects that name their kind."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from shopconnect.connectors.base import BulkDone, Gone, Hint, PrivacyWish, ScopesChanged, Touched, Uninstalled

KINDS: Mapping[str, type[Hint]] = {
    "touched": Touched,
    "gone": Gone,
    "uninstalled": Uninstalled,
    "scopes_changed": ScopesChanged,
    "bulk_done": BulkDone,
    "privacy_wish": PrivacyWish,
}
_NAMES = {kind: name for name, kind in KINDS.items()}
_READERS: Mapping[str, TypeAdapter[Hint]] = {name: TypeAdapter(kind) for name, kind in KINDS.items()}

Written = Mapping[str, Any]


def write_hints(hints: Iterable[Hint]) -> list[Written]:
    """Return hints as JSON can hold them."""
    return [{"is": _NAMES[type(hint)], **asdict(hint)} for hint in hints]


def read_hints(written: Iterable[Written]) -> tuple[Hint, ...]:
    """Return what was written; raises KeyError or ValueError for what is no hint."""
    return tuple(_READERS[one["is"]].validate_python({k: v for k, v in one.items() if k != "is"}) for one in written)
