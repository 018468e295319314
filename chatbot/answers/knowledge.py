"""Which index answers: the stored artefact, the last one while a worker builds the next; kept by each process."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache

from cachetools import LRUCache
from django.conf import settings

from chatbot.answers.engine.confidence import decide, scorer
from chatbot.answers.engine.encoders.meaning import Encoder, open_encoder
from chatbot.answers.engine.encoders.weights import UntrustedWeights
from chatbot.answers.engine.index import Index, build_index, pack_index, unpack_index
from chatbot.answers.selectors import count_entries, entries_to_index, fingerprints
from chatbot.answers.types import EntrySummary, IndexedEntry
from shopconnect.core import caches
from shopconnect.core.artefacts import store
from shopconnect.core.jobs.work import add_due, is_awaited
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

log = get_logger(__name__)

CACHED_BYTES = 256 * 2**20  # of indexes, a process
MOST_BUILT_AT_ONCE = 100  # entries whose index of words alone takes no longer than an answer
WORK_KIND = "index_answers"
ENCODERS = "encoders"  # the folder of their unpacked weights, in DATA_FOLDER


@dataclass(frozen=True)
class KnowledgeBase:
    """An index with the entries that its positions stand for; `version` changes whenever an entry does."""

    version: str
    index: Index
    entries: tuple[IndexedEntry, ...]


# By shop and language, not by version: a new version takes the place of the old one.
_cache: LRUCache[tuple[ShopId, str], KnowledgeBase] = LRUCache(CACHED_BYTES, lambda known: known.index.bytes)
_cache_lock = threading.Lock()


@lru_cache(maxsize=len(LANGUAGES))
def encoder_of(language: str) -> Encoder | None:
    """Return what tells the meaning of texts in a language; None where it is not installed as it should be."""
    try:
        return open_encoder(language, settings.DATA_FOLDER / ENCODERS)
    except (UntrustedWeights, OSError) as error:
        log.error("encoder_refused", language=language, error=str(error))
        return None


def version_in_scope(language: str) -> str:
    """Return the version that an index of the shop in scope must have to be up to date."""
    return version_of(language, fingerprints())


def version_of(language: str, prints: Mapping[str, str]) -> str:
    """Return what `version_in_scope` does, of the fingerprints that were read already."""
    return _version(language, encoder_of(language), prints)


def find_knowledge(shop_id: ShopId, language: str, version: str) -> KnowledgeBase:
    """Return the index of a language at a version of `version_in_scope`; builds it when nobody has. Opens a scope."""
    found = _find(shop_id, language, version, version)
    return found or _remembered(build_knowledge(shop_id, language), shop_id, language)


def serve_knowledge(shop_id: ShopId, language: str, version: str) -> KnowledgeBase:
    """Return the index at a version, or the last stored one while a worker builds that; before the first, words alone.

    A whole index may take longer to build than an answer may.
    """
    return _find(shop_id, language, version, _accepted(language)) or _remembered(
        _words_alone(shop_id, language), shop_id, language
    )


def find_served(shop_id: ShopId, language: str, version: str) -> KnowledgeBase | None:
    """Return what `serve_knowledge` does, None where nobody has built it and the FAQ is large: a worker's work."""
    found = _find(shop_id, language, version, _accepted(language))
    if found is None:
        with shop_scope(shop_id):
            is_small = count_entries().get(language, 0) <= MOST_BUILT_AT_ONCE
        found = _remembered(_words_alone(shop_id, language), shop_id, language) if is_small else None
    return found


def _accepted(language: str) -> str:
    return f"{scorer(encoder_of(language))}:"


def _find(shop_id: ShopId, language: str, version: str, accepted: str) -> KnowledgeBase | None:
    """Return the index of a version, else a stored one whose version begins with `accepted`."""
    with _cache_lock:
        cached = _cache.get((shop_id, language))
    if cached is not None and cached.version == version:
        return cached
    # Outside the lock: two threads may do this work at once, and none waits for another shop's.
    found = _load_knowledge(shop_id, language, accepted)
    return None if found is None else _remembered(found, shop_id, language)


def _remembered(found: KnowledgeBase, shop_id: ShopId, language: str) -> KnowledgeBase:
    with _cache_lock:
        if found.index.bytes <= CACHED_BYTES:
            _cache[shop_id, language] = found
    return found


def build_knowledge(shop_id: ShopId, language: str) -> KnowledgeBase:
    """Return a new index of what the shop's FAQ says now in a language. Opens a scope to read, builds outside it."""
    return _build(shop_id, language, encoder_of(language))


def _build(shop_id: ShopId, language: str, encoder: Encoder | None) -> KnowledgeBase:
    # The version before the entries: a change in between makes it look old, and it is built again.
    with shop_scope(shop_id):
        version = _version(language, encoder, fingerprints())
        rows = entries_to_index(language)
    index = build_index([entry for _, entry in rows], language, encoder)
    return KnowledgeBase(version, index, tuple(indexed for indexed, _ in rows))


def _words_alone(shop_id: ShopId, language: str) -> KnowledgeBase:
    """Return an index without the meaning of texts, which takes a moment, and have a worker build the whole one."""
    with shop_scope(shop_id):
        version = _version(language, None, fingerprints())
        if not is_awaited(WORK_KIND):
            add_due(WORK_KIND, 0)
    with _cache_lock:
        cached = _cache.get((shop_id, language))
    return cached if cached is not None and cached.version == version else _build(shop_id, language, None)


def _version(language: str, encoder: Encoder | None, prints: Mapping[str, str]) -> str:
    return f"{scorer(encoder)}:{prints.get(language, '')}"


def prepare_languages() -> None:
    """Read what is known of each language before any shop speaks, or the first question in it would wait for that."""
    for language in LANGUAGES:
        entry = EntrySummary(external_id="-", language=language, question="-", answer="-")
        decide(build_index([entry], language, encoder_of(language)), "-")


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


def is_served(shop_id: ShopId, language: str) -> bool:
    """Say whether shoppers are answered with what the FAQ says now. Opens a scope."""
    with shop_scope(shop_id):
        version = version_in_scope(language)
    stored = store.load(shop_id, _artefact_name(language))
    return stored is not None and stored.manifest.get("knowledge") == version


@caches.register
def forget() -> None:
    """Empty this process's cache, as a process does that starts anew; tests do."""
    with _cache_lock:
        _cache.clear()


def _load_knowledge(shop_id: ShopId, language: str, accepted: str) -> KnowledgeBase | None:
    """Return the stored index, None unless its version begins as accepted."""
    artefact = store.load(shop_id, _artefact_name(language))
    version = str(artefact.manifest.get("knowledge")) if artefact else ""
    if artefact is None or not version.startswith(accepted):
        return None
    entries = tuple(IndexedEntry(**entry) for entry in artefact.manifest["entries"])
    return KnowledgeBase(version, unpack_index(artefact.arrays, language, encoder_of(language)), entries)


def _artefact_name(language: str) -> str:
    return f"answers-{language}"
