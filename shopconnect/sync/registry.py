"""What a folder may hold beyond a shop's own data, and who wants to know of a load; higher rooms enter themselves."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from shopconnect.connectors.base import Ability, Connection, Receipt, ResourceType
from shopconnect.core.registries import registry
from shopconnect.core.tenancy.bulk import Stored
from shopconnect.core.tenancy.context import ShopId


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncFile:
    """One file of a folder and the room that owns it.

    title: what a merchant calls what is in it.
    read: one line's object -> a draft; raises ValueError with a sentence that names keys and quotes nothing.
    store: some drafts -> how many were new, changed and the same; runs in the shop's scope, safe to run twice.
    export: the lines, in an order that depends on nothing but them; runs in the shop's scope.
    key: what may stand only once in a file, of a draft; None where lines may repeat.
    """

    name: str
    title: Promise
    read: Callable[[Mapping[str, Any]], Any]
    store: Callable[[Sequence[Any]], Stored]
    export: Callable[[], Iterable[Mapping[str, Any]]]
    key: Callable[[Any], object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxKind:
    """One kind of change for a shop's platform, and the room that decides on it.

    action: how the shop's history names it.
    send: has the platform make a change, with its idempotency key; not inside a scope, raises ConnectorError.
    send_many: the same for changes that are sent together, where the connection has the ability `batch`; a repeat
        changes nothing.
    describe: a change in one line, for the history.
    changed: what of the platform is another one once the change is made, to be asked for rather than waited for.
    """

    name: str
    action: str
    send: Callable[[Connection, Mapping[str, Any], str], Receipt]
    describe: Callable[[Mapping[str, Any]], str]
    changed: Callable[[Mapping[str, Any]], tuple[ResourceType, Sequence[str]]]
    batch: Ability | None = None
    send_many: Callable[[Connection, Sequence[Mapping[str, Any]]], Sequence[Receipt]] | None = None


_files: dict[str, SyncFile] = registry({})
_listeners: dict[str, Callable[[ShopId], None]] = registry({})
_change_listeners: dict[str, Callable[[ShopId], None]] = registry({})
_outbox_kinds: dict[str, OutboxKind] = registry({})


def register_file(file: SyncFile) -> None:
    """Have a file of this name read by load and written by export; a second entry of one name replaces the first."""
    _files[file.name] = file


def after_load(name: str, listener: Callable[[ShopId], None]) -> None:
    """Have a function called, in the shop's scope, at the end of each load that changed something."""
    _listeners[name] = listener


def after_change(name: str, listener: Callable[[ShopId], None]) -> None:
    """Have a function called, in the shop's scope, each time some products changed: often, so it must be cheap."""
    _change_listeners[name] = listener


def registered_files() -> list[SyncFile]:
    """Return the files of higher rooms, in the order in which they were registered."""
    return list(_files.values())


def listeners() -> list[Callable[[ShopId], None]]:
    """Return who wants to know of a load."""
    return list(_listeners.values())


def change_listeners() -> list[Callable[[ShopId], None]]:
    """Return who wants to know of each change of products."""
    return list(_change_listeners.values())


def register_outbox_kind(kind: OutboxKind) -> None:
    """Have changes of a kind sent; a second entry of one name replaces the first."""
    _outbox_kinds[kind.name] = kind


def find_outbox_kind(name: str) -> OutboxKind:
    """Return a kind of change; raises KeyError for one that no room registered."""
    return _outbox_kinds[name]
