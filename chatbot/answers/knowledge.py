"""Which index answers: the learnt artefact while it is up to date, else one built on the spot; kept by each process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from chatbot.answers.engine.confidence import SCORER
from chatbot.answers.engine.index import Index, build_index, pack_index, unpack_index
from chatbot.answers.selectors import entries_to_learn, fingerprint
from chatbot.answers.types import KnownEntry
from shopconnect.core import caches
from shopconnect.core.artefacts import store
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

KEPT = 64


@dataclass(frozen=True)
class Knowledge:
    """An index with the entries that its positions stand for; `version` changes whenever an entry does."""

    version: str
    index: Index
    entries: tuple[KnownEntry, ...]


class _Kept:
    """The indexes of a process, the least used dropped first."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[int, str], Knowledge] = OrderedDict()
        self._lock = threading.Lock()
        caches.register(self.forget)

    def forget(self) -> None:
        """Read or build each index again."""
        with self._lock:
            self._found.clear()

    def find(self, shop_id: ShopId, language: str, version: str) -> Knowledge | None:
        with self._lock:
            found = self._found.get((shop_id, language))
            if found is None or found.version != version:
                return None
            self._found.move_to_end((shop_id, language))
            return found

    def keep(self, shop_id: ShopId, language: str, known: Knowledge) -> Knowledge:
        with self._lock:
            self._found[shop_id, language] = known
            while len(self._found) > KEPT:
                self._found.popitem(last=False)
        return known


_kept = _Kept()


def version_in_scope(language: str) -> str:
    """Return the version that an index of the shop in scope must have to be up to date."""
    return f"{SCORER}:{fingerprint(language)}"


def find_knowledge(shop_id: ShopId, language: str, version: str) -> Knowledge:
    """Return the index of a language at a version of `version_in_scope`; builds it when nobody has. Opens a scope."""
    kept = _kept.find(shop_id, language, version)
    if kept is not None:
        return kept
    artefact = store.load(shop_id, _room(language))
    if artefact is not None and artefact.manifest.get("knowledge") == version:
        entries = tuple(KnownEntry(**entry) for entry in artefact.manifest["entries"])
        return _kept.keep(shop_id, language, Knowledge(version, unpack_index(artefact.arrays, language), entries))
    return _kept.keep(shop_id, language, build_knowledge(shop_id, language))


def build_knowledge(shop_id: ShopId, language: str) -> Knowledge:
    """Return a new index of what the shop's FAQ says now in a language. Opens a scope to read, builds outside it.

    The version is read before the entries: a change in between makes it look old, and it is built again.
    """
    with shop_scope(shop_id):
        version, rows = version_in_scope(language), entries_to_learn(language)
    return Knowledge(version, build_index([facts for _, facts in rows], language), tuple(known for known, _ in rows))


def save_knowledge(shop_id: ShopId, language: str) -> str:
    """Build the index of a language, store it as the artefact `answers-<language>`, and return its version.

    Running it twice leaves a second artefact with the same content; nothing is stored when it is up to date.
    """
    with shop_scope(shop_id):
        version = version_in_scope(language)
    stored = store.load(shop_id, _room(language))
    if stored is not None and stored.manifest.get("knowledge") == version:
        return stored.version
    known = build_knowledge(shop_id, language)
    manifest = {"knowledge": known.version, "language": language, "entries": _as_dicts(known.entries)}
    return store.save(shop_id, _room(language), pack_index(known.index), manifest)


def _as_dicts(entries: Sequence[KnownEntry]) -> list[dict[str, str]]:
    return [asdict(entry) for entry in entries]


def _room(language: str) -> str:
    return f"answers-{language}"


__all__ = ["Knowledge", "build_knowledge", "find_knowledge", "save_knowledge", "version_in_scope"]
