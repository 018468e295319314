"""Which index answers: the stored artefact while it is up to date, else one built on the spot; kept by each process."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass

from cachetools import LRUCache

from chatbot.answers.engine.confidence import SCORER, decide
from chatbot.answers.engine.index import Index, build_index, pack_index, unpack_index
from chatbot.answers.selectors import entries_to_index, fingerprint
from chatbot.answers.types import EntrySummary, IndexedEntry
from shopconnect.core import caches
from shopconnect.core.artefacts import store
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

CACHED_INDEXES = 64  # a process


@dataclass(frozen=True)
class KnowledgeBase:
    """An index with the entries that its positions stand for; `version` changes whenever an entry does."""

    version: str
    index: Index
    entries: tuple[IndexedEntry, ...]


# By shop and language, not by version: a new version takes the place of the old one.
_cache: LRUCache[tuple[ShopId, str], KnowledgeBase] = LRUCache(CACHED_INDEXES)
_cache_lock = threading.Lock()


def version_in_scope(language: str) -> str:
    """Return the version that an index of the shop in scope must have to be up to date."""
    return f"{SCORER}:{fingerprint(language)}"


def find_knowledge(shop_id: ShopId, language: str, version: str) -> KnowledgeBase:
    """Return the index of a language at a version of `version_in_scope`; builds it when nobody has. Opens a scope."""
    with _cache_lock:
        cached = _cache.get((shop_id, language))
    if cached is not None and cached.version == version:
        return cached
    # Outside the lock: two threads may do this work at once, and none waits for another shop's.
    found = _load_knowledge(shop_id, language, version) or build_knowledge(shop_id, language)
    with _cache_lock:
        _cache[shop_id, language] = found
    return found


def build_knowledge(shop_id: ShopId, language: str) -> KnowledgeBase:
    """Return a new index of what the shop's FAQ says now in a language. Opens a scope to read, builds outside it.

    The version is read before the entries: a change in between makes it look old, and it is built again.
    """
    with shop_scope(shop_id):
        version = version_in_scope(language)
        rows = entries_to_index(language)
    index = build_index([entry for _, entry in rows], language)
    return KnowledgeBase(version, index, tuple(indexed for indexed, _ in rows))


def prepare_languages() -> None:
    """Read what is known of each language before any shop speaks, or the first question in it would wait for that."""
    for language in LANGUAGES:
        decide(build_index([EntrySummary(external_id="-", language=language, question="-", answer="-")], language), "-")


def save_knowledge(shop_id: ShopId, language: str) -> str:
    """Build the index of a language, store it as the artefact `answers-<language>`, and return its version.

    Running it twice leaves a second artefact with the same content; nothing is stored when it is up to date.
    """
    with shop_scope(shop_id):
        version = version_in_scope(language)
    stored = store.load(shop_id, _artefact_name(language))
    if stored is not None and stored.manifest.get("knowledge") == version:
        return stored.version
    known = build_knowledge(shop_id, language)
    # The entries go along: positions of an index mean nothing beside entries of another moment.
    entries = [asdict(entry) for entry in known.entries]
    manifest = {"knowledge": known.version, "language": language, "entries": entries}
    return store.save(shop_id, _artefact_name(language), pack_index(known.index), manifest)


@caches.register
def forget() -> None:
    """Empty this process's cache, as a process does that starts anew; tests do."""
    with _cache_lock:
        _cache.clear()


def _load_knowledge(shop_id: ShopId, language: str, version: str) -> KnowledgeBase | None:
    """Return the stored index, None unless it is of this version."""
    # An entry may have changed since the index was stored: the rows decide, and not what is at hand.
    artefact = store.load(shop_id, _artefact_name(language))
    if artefact is None or artefact.manifest.get("knowledge") != version:
        return None
    entries = tuple(IndexedEntry(**entry) for entry in artefact.manifest["entries"])
    return KnowledgeBase(version, unpack_index(artefact.arrays, language), entries)


def _artefact_name(language: str) -> str:
    return f"answers-{language}"
