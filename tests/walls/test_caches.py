"""Whatever a process remembers registers how it is emptied (core.caches), so that no test is shown another one's."""

import functools
import importlib
import pkgutil
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from cachetools import Cache, LRUCache

from shopconnect.celery import app
from shopconnect.core import caches
from shopconnect.core.cache.breaker import Breaker
from shopconnect.core.cache.memory import Memory
from shopconnect.core.cache.versions import CacheVersions

PACKAGES = ("shopconnect", "recommender", "chatbot")
PLAIN = (dict, list, set)
HOLDING = (dict, list, set, type(threading.Lock()))
# Functions of their arguments, of files that ship with us, or of what a process is: none is ever out of date.
NEVER_OUT_OF_DATE = {
    "_by_name",
    "_codes",
    "_coefficients",
    "_concept_terms",
    "_date",
    "_fillers",
    "_drawing",
    "_greeting_pattern",
    "_let_many_be_open",
    "_moment",
    "_opened_once",
    "_pattern",
    "_patterns",
    "_sections",
    "_times",
    "_letter_counts",
    "_small_talk",
    "_vocabularies",
    "read_numeral",
    "_pool",
    "_why_in",
    "_words_of",
    "_written",
    "NOTHING",
    "asset_script",
    "colours",
    "description",
    "fold",
    "_foreign_words",
    "is_robot",
    "kinds",
    "lexicon",
    "lexicon_words",
    "manifest",
    "penalty_shares",
    "talk_parts",
    "read_amount",
    "read_query",
    "this_product",
    "stem",
    "wanted_scopes",
}
# Registers that no room fills yet, or no room of a test, and what a thread is at.
EMPTY_REGISTERS = {"_billings", "_unheard"}


def modules() -> Iterator[ModuleType]:
    app.loader.import_default_modules()
    for package in PACKAGES:
        for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if ".migrations" not in found.name and not found.name.endswith(("__main__", ".wsgi")):
                yield importlib.import_module(found.name)


def remembers(name: str, value: Any) -> bool:
    """Say whether a module's value may come to hold what was asked before; a register is full once all have come up."""
    if isinstance(value, functools._lru_cache_wrapper):
        return value.__module__.startswith(PACKAGES)
    if isinstance(value, OrderedDict | Counter | Cache | threading.local):
        return True
    if type(value) in PLAIN:
        return not value and not name.isupper() and not name.startswith("__")
    is_ours = type(value).__module__.startswith(PACKAGES)
    return is_ours and any(isinstance(held, HOLDING) for held in getattr(value, "__dict__", {}).values())


def is_registered(module: ModuleType, value: Any) -> bool:
    owners = [getattr(reset, "__self__", None) for reset in caches.registered()]
    return any(owner is value for owner in owners) or getattr(module, "forget", None) in caches.registered()


def unregistered(module: ModuleType) -> list[str]:
    return [
        name
        for name, value in vars(module).items()
        if remembers(name, value)
        and name not in NEVER_OUT_OF_DATE | EMPTY_REGISTERS
        and not is_registered(module, value)
    ]


# Looked at while tests are collected: no test has filled anything yet.
FOUND = {module.__name__: names for module in modules() if (names := unregistered(module))}


def test_each_cache_of_a_module_registers_how_it_is_emptied():
    assert FOUND == {}


def test_a_cache_that_does_not_register_is_found():
    def found(word):
        """Look a word up."""

    found.__module__ = "chatbot.forgetful"
    module = ModuleType("forgetful")
    module._kept, module._found, module._seen, module._last = OrderedDict(), functools.lru_cache(found), {}, LRUCache(1)
    module.WORDS, module.sizes = {}, {"a": 1}
    assert unregistered(module) == ["_kept", "_found", "_seen", "_last"]


@pytest.mark.parametrize("make", [Breaker, lambda: Memory(str), lambda: CacheVersions("kind")])
def test_what_may_be_made_anywhere_registers_itself_and_is_kept_alive_by_nobody(make):
    before = len(caches.registered())
    made = make()
    assert len(caches.registered()) > before
    del made
    assert len(caches.registered()) == before


def test_all_are_emptied_at_once():
    memory, breaker, asked = Memory(lambda key: asked.append(key) or key), Breaker(), []
    breaker.trip()
    memory.get("a"), memory.get("a")
    caches.reset_all()
    memory.get("a")
    assert (asked, breaker.is_open) == (["a", "a"], False)
