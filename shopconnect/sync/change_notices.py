"""What webhooks notice at, as the inbox keeps it: small objects that name their kind."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from shopconnect.connectors.base import (
    BulkDone,
    Changed,
    ChangeNotice,
    CustomersMerged,
    Deleted,
    PrivacyRequested,
    ScopesChanged,
    SeenElsewhere,
    Uninstalled,
)

KINDS: Mapping[str, type[ChangeNotice]] = {
    "changed": Changed,
    "deleted": Deleted,
    "customers_merged": CustomersMerged,
    "uninstalled": Uninstalled,
    "scopes_changed": ScopesChanged,
    "bulk_done": BulkDone,
    "privacy_requested": PrivacyRequested,
    "seen_elsewhere": SeenElsewhere,
}
_NAMES = {kind: name for name, kind in KINDS.items()}
_READERS: Mapping[str, TypeAdapter[ChangeNotice]] = {name: TypeAdapter(kind) for name, kind in KINDS.items()}

Written = Mapping[str, Any]


def write_notices(notices: Iterable[ChangeNotice]) -> list[Written]:
    """Return notices as JSON can hold them."""
    return [{"is": _NAMES[type(notice)], **asdict(notice)} for notice in notices]


def read_notices(written: Iterable[Written]) -> tuple[ChangeNotice, ...]:
    """Return what was written; raises KeyError or ValueError for what is no notice."""
    return tuple(_READERS[one["is"]].validate_python({k: v for k, v in one.items() if k != "is"}) for one in written)
